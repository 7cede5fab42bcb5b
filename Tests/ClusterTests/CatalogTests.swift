// The catalog: names, settings, resolving expressions, and changes that race.

import Analysis
import Logging
import Queries
import Storage
import Testing

@testable import Cluster

@Suite(.timeLimit(.minutes(1)))
struct CatalogTests {
    let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    func index(_ name: String, uuid: String? = nil) throws -> IndexMetadata {
        let schema = try Schema(
            mappings: ["properties": ["title": ["type": "text"], "year": ["type": "integer"]]],
            settings: nil)
        return IndexMetadata(
            name: name, uuid: uuid ?? "uuid-" + name, shardCount: 4,
            settings: IndexSettings(
                refreshInterval: .every(.seconds(30)), replicaCount: 1, reordersMerges: true),
            schema: schema, created: 1_700_000_000_000)
    }

    @Test func descriptionsSurviveTheStore() throws {
        let index = try index("books")
        #expect(try IndexMetadata(encoded: index.encoded(), key: "k") == index)
        #expect(throws: MetadataError.self) { try IndexMetadata(encoded: [1, 2], key: "k") }
        #expect(throws: MetadataError.self) {
            try IndexMetadata(encoded: Array("{}".utf8), key: "k")
        }
    }

    @Test func indicesComeChangeAndGo() async throws {
        let catalog = Catalog(
            metadata: InMemoryMetadataStore(clock: ManualClock()), logger: silent)
        try await catalog.create(index("books"))
        #expect(catalog.current.index(named: "books")?.uuid == "uuid-books")
        #expect(catalog.current.index(uuid: "uuid-books")?.name == "books")
        await #expect {
            try await catalog.create(index("books", uuid: "other"))
        } throws: {
            ($0 as? RequestError)?.type == "resource_already_exists_exception"
        }
        await #expect {
            try await catalog.create(index("Books"))
        } throws: {
            ($0 as? RequestError)?.type == "invalid_index_name_exception"
        }
        let revision = catalog.current.revision
        try await catalog.update("books") { $0 }
        #expect(catalog.current.revision == revision, "nothing changed")
        try await catalog.update(uuid: "uuid-books") { index in
            var index = index
            index.settings.refreshInterval = .never
            return index
        }
        #expect(catalog.current.index(named: "books")?.settings.refreshInterval == .never)
        await #expect(throws: RequestError.indexNotFound("gone")) {
            try await catalog.update("gone") { $0 }
        }
        #expect(try await catalog.delete("books").uuid == "uuid-books")
        #expect(catalog.current.indices.isEmpty)
        await #expect(throws: RequestError.indexNotFound("books")) {
            try await catalog.delete("books")
        }
        // Another index of the same name is not the one that was meant.
        try await catalog.create(index("books", uuid: "second"))
        await #expect(throws: RequestError.self) {
            try await catalog.update(uuid: "uuid-books") { $0 }
        }
    }

    @Test func aPublishedIndexTakesItsPlaceInOneStep() async throws {
        let catalog = Catalog(
            metadata: InMemoryMetadataStore(clock: ManualClock()), logger: silent)
        try await catalog.publish(index("books", uuid: "a"), inPlaceOf: nil)
        await #expect {
            try await catalog.publish(index("books", uuid: "b"), inPlaceOf: nil)
        } throws: {
            ($0 as? RequestError)?.type == "resource_already_exists_exception"
        }
        // In the place of the index that was meant, and of no other.
        await #expect {
            try await catalog.publish(index("books", uuid: "b"), inPlaceOf: "other")
        } throws: {
            ($0 as? RequestError)?.type == "resource_already_exists_exception"
        }
        #expect(catalog.current.indices.map(\.uuid) == ["a"])
        try await catalog.publish(index("books", uuid: "b"), inPlaceOf: "a")
        #expect(catalog.current.indices.map(\.uuid) == ["b"])
        await #expect(throws: RequestError.self) {
            try await catalog.publish(index("gone", uuid: "c"), inPlaceOf: "a")
        }
    }

    @Test func racingChangesAllHappen() async throws {
        let folder = try TemporaryFolder()
        let catalogs = try (0..<2).map { _ in
            Catalog(
                metadata: try FileMetadataStore(folder: folder.path, clock: ManualClock()),
                logger: silent)
        }
        try await catalogs[0].create(index("books"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<30 {
                group.addTask {
                    try await catalogs[number % 2].update("books") { index in
                        var index = index
                        index.created += 1
                        return index
                    }
                }
            }
            try await group.waitForAll()
        }
        for catalog in catalogs {
            try await catalog.reload()
            #expect(catalog.current.index(named: "books")?.created == 1_700_000_000_030)
        }
    }

    @Test func changesOfOthersAreFollowed() async throws {
        let folder = try TemporaryFolder()
        let mine = Catalog(
            metadata: try FileMetadataStore(folder: folder.path, clock: JumpingClock()),
            logger: silent)
        let theirs = Catalog(
            metadata: try FileMetadataStore(folder: folder.path, clock: ManualClock()),
            logger: silent)
        let following = Task { await mine.follow(by: JumpingClock()) }
        let changes = mine.changes()
        try await theirs.create(index("books"))
        for await snapshot in changes where snapshot.index(named: "books") != nil { break }
        #expect(mine.current.index(named: "books") != nil)
        following.cancel()
        await following.value
    }

    @Test func changesBeforeFollowingAndBesideFailuresAreNotMissed() async throws {
        let store = FadingStore(clock: ManualClock())
        let mine = Catalog(metadata: store, logger: silent)
        let theirs = Catalog(metadata: store.inner, logger: silent)
        try await mine.reload()
        try await theirs.create(index("books"))
        let following = Task { await mine.follow(by: JumpingClock()) }
        for await snapshot in mine.changes() where snapshot.index(named: "books") != nil { break }
        store.setAway(true)
        try await theirs.create(index("films"))
        while store.refused.withLock({ $0 }) == 0 { await Task.yield() }
        #expect(mine.current.index(named: "films") == nil)
        store.setAway(false)
        for await snapshot in mine.changes() where snapshot.index(named: "films") != nil { break }
        following.cancel()
        await following.value
    }

    @Test func expressionsStandForIndices() throws {
        let snapshot = CatalogSnapshot(
            revision: 1,
            indices: try ["logs-2", "logs-1", "books", "logs-old"].map { try index($0) })
        func names(_ expressions: String..., ignore: Bool = false, allow: Bool = true) throws
            -> [String]
        {
            try snapshot.resolve(expressions, ignoreUnavailable: ignore, allowNoIndices: allow)
                .map(\.name)
        }
        #expect(try names() == ["books", "logs-1", "logs-2", "logs-old"])
        #expect(try names("_all") == names())
        #expect(try names("*") == names())
        #expect(try names("logs-*") == ["logs-1", "logs-2", "logs-old"])
        #expect(try names("logs-*,-logs-o*", "books") == ["books", "logs-1", "logs-2"])
        #expect(try names("books,books") == ["books"])
        #expect(try names("nothing*").isEmpty)
        #expect(try names("gone", "books", ignore: true) == ["books"])
        #expect(throws: RequestError.indexNotFound("gone")) { try names("books", "gone") }
        #expect(throws: RequestError.indexNotFound("nothing*")) {
            try names("nothing*", allow: false)
        }
        #expect(throws: RequestError.self) { try names("gone", ignore: true, allow: false) }
    }

    @Test func settingsAreReadInEveryShape() throws {
        let flat = try IndexSettingsChange([
            "index.number_of_shards": "3", "index.refresh_interval": "5s",
            "index.merge.reorder": "true",
        ])
        let nested = try IndexSettingsChange([
            "index": [
                "number_of_shards": 3, "refresh_interval": "5000ms", "merge": ["reorder": true],
            ]
        ])
        #expect(flat == nested && flat.shardCount == 3 && flat.reordersMerges == true)
        #expect(try IndexSettingsChange(["merge.reorder": .null]).reordersMerges == false)
        #expect(flat.refreshInterval == .every(.seconds(5)))
        #expect(try IndexSettingsChange(["refresh_interval": "-1"]).refreshInterval == .never)
        #expect(try IndexSettingsChange(["refresh_interval": .null]).refreshInterval == .automatic)
        #expect(
            try IndexSettingsChange(["mapping": ["total_fields": ["limit": 7]]]).fieldLimit == 7)
        let wrong: [JSONValue] = [
            ["number_of_shards": 0], ["number_of_shards": "x"], ["number_of_shards": 1025],
            ["refresh_interval": "5 parsecs"], ["refresh_interval": "9999999999999999999d"],
            ["refresh_interval": "1ms"], ["merge.reorder": 1], ["merge.reorder": "yes"],
            ["no_such_thing": 1], ["index": ["a": ["b": 1]]], 5,
        ]
        for json in wrong {
            #expect(throws: RequestError.self, "\(json)") { try IndexSettingsChange(json) }
        }
        let index = try index("books")
        #expect(throws: RequestError.self) {
            try index.applying(IndexSettingsChange(["number_of_shards": 5]))
        }
        let changed = try index.applying(IndexSettingsChange(["mapping.total_fields.limit": 7]))
        #expect(changed.settings.reordersMerges, "what is not named stays")
        #expect(
            index.settingsJSON()["index"]?["merge"]?["reorder"]?.stringValue == "true")
        let plain = try index.applying(IndexSettingsChange(["merge.reorder": false]))
        #expect(!plain.settings.reordersMerges && plain.settingsJSON()["index"]?["merge"] == nil)
        #expect(try IndexMetadata(encoded: plain.encoded(), key: "k") == plain)
        #expect(changed.schema.fieldLimit == 7 && changed.schema.version > index.schema.version)
    }

    @Test func rulesOfSynonymsAreAllThatChangesInAnalysis() throws {
        let section: JSONValue = [
            "filter": ["s": ["type": "synonym", "updateable": true, "synonyms": ["a, b"]]],
            "analyzer": ["asked": ["tokenizer": "standard", "filter": ["s"]]],
        ]
        var index = try index("books")
        index.schema = try Schema(analysis: try #require(section.objectValue))
        let change = try IndexSettingsChange(["index.analysis.filter.s.synonyms": ["a, c"]])
        let changed = try index.applying(change)
        #expect(changed.schema.version == index.schema.version + 1)
        let shown = changed.settingsJSON()["index"]?["analysis"]?["filter"]?["s"]
        #expect(shown?["synonyms"] == ["a, c"] && shown?["type"] == "synonym")
        #expect(try IndexMetadata(encoded: changed.encoded(), key: "k") == changed)
        #expect(try changed.applying(change) == changed, "said twice")
        #expect(
            try changed.applying(IndexSettingsChange(["refresh_interval": "5s"])).schema
                == changed.schema)
        for other: JSONValue in [
            ["index.analysis.analyzer.asked.filter": []],
            ["analysis": ["filter": ["s": ["synonyms": ["a => b => c"]]]]],
        ] {
            let error = #expect(throws: RequestError.self) {
                try index.applying(IndexSettingsChange(other))
            }
            #expect(error?.index == "books" && error?.reason.contains("index.analysis.") == true)
        }
    }

    @Test func namesAreChecked() {
        for name in ["a", "logs-2026.01", "a_b+c", String(repeating: "a", count: 255)] {
            #expect(IndexName.fault(in: name) == nil)
        }
        for name in [
            "", ".", "..", "_a", "-a", "+a", "A", "a/b", "a b", "\u{E9}", "a\n", "a*", "a,b",
            String(repeating: "a", count: 256),
        ] {
            #expect(IndexName.fault(in: name) != nil, "\(name)")
        }
    }

    func aliased(_ catalog: Catalog) async throws {
        for name in ["a-1", "a-2", "b"] { try await catalog.create(index(name)) }
        try await catalog.changeAliases { table, _ in
            var table = table
            try table.add("a", .init(indexUUID: "uuid-a-1"))
            try table.add("a", .init(indexUUID: "uuid-a-2", isWriteIndex: true))
            try table.add("both", .init(indexUUID: "uuid-a-1"))
            try table.add("both", .init(indexUUID: "uuid-b"))
            try table.add("only", .init(indexUUID: "uuid-b"))
            return table
        }
    }

    @Test func aliasesStandForIndices() async throws {
        let catalog = Catalog(
            metadata: InMemoryMetadataStore(clock: ManualClock()), logger: silent)
        try await aliased(catalog)
        let snapshot = catalog.current
        func names(_ expressions: String...) throws -> [String] {
            try snapshot.resolve(expressions).map(\.name)
        }
        #expect(try names("a") == ["a-1", "a-2"])
        #expect(try names("both,a-2") == ["a-1", "a-2", "b"])
        #expect(try names("on*") == ["b"])
        #expect(try names("_all", "-a") == ["b"])
        #expect(throws: RequestError.self) { try snapshot.resolve(["a"], isNaming: true) }
        #expect(try snapshot.resolve(["a*"], isNaming: true).map(\.name) == ["a-1", "a-2"])
        #expect(try snapshot.writeIndex("a")?.name == "a-2")
        #expect(try snapshot.writeIndex("only")?.name == "b")
        #expect(try snapshot.writeIndex("b")?.name == "b" && snapshot.writeIndex("c") == nil)
        #expect(throws: RequestError.self) { try snapshot.writeIndex("both") }
        #expect(throws: RequestError.self) { try snapshot.onlyIndex("a") }
        #expect(try snapshot.onlyIndex("only")?.name == "b")
        await #expect(throws: RequestError.self) { try await catalog.create(index("both")) }
        try await catalog.delete("b")
        #expect(catalog.current.aliases.names == ["a", "both"])
        #expect(try catalog.current.resolve(["both"]).map(\.name) == ["a-1"])
        #expect(throws: RequestError.indexNotFound("only")) {
            try catalog.current.resolve(["only"])
        }
    }

    @Test func changesOfAliasesThatRaceAllCount() async throws {
        let metadata = InMemoryMetadataStore(clock: ManualClock())
        let catalogs = (0..<4).map { _ in Catalog(metadata: metadata, logger: silent) }
        try await catalogs[0].create(index("a"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, catalog) in catalogs.enumerated() {
                group.addTask {
                    for turn in 0..<10 {
                        try await catalog.changeAliases { table, _ in
                            var table = table
                            try table.add("n\(number)-\(turn)", .init(indexUUID: "uuid-a"))
                            return table
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await catalogs[0].reload().aliases.names.count == 40)
        let table = catalogs[0].current.aliases
        #expect(try AliasTable(encoded: table.encoded(), key: "k") == table)
        for damaged in ["", "[]", "{\"a\":[]}", "{\"a\":[{}]}"] {
            #expect(throws: MetadataError.self) {
                try AliasTable(encoded: Array(damaged.utf8), key: "k")
            }
        }
    }

    @Test func tooManyAliasesAreRefused() throws {
        var table = AliasTable()
        for number in 0..<AliasTable.maximumCount {
            try table.add("n\(number)", .init(indexUUID: "u"))
        }
        try table.add("n1", .init(indexUUID: "u", isWriteIndex: true))
        #expect(throws: RequestError.self) { try table.add("one", .init(indexUUID: "u")) }
        #expect(throws: RequestError.self) {
            try table.add("n1", .init(indexUUID: "v", isWriteIndex: true))
        }
    }
}
