// What an offline build decides: the same parts by whomever, the mapping of documents that come in
// order, and where a shard goes on.
import Analysis
import Storage
import Testing

@testable import canopy

@Suite struct OfflineTests {
    private static func batch(_ documents: [(id: String, source: String)]) -> BulkBatch {
        var batch = BulkBatch(number: 0, expectedBytes: 0)
        for (line, document) in documents.enumerated() {
            var record = ImportRecord()
            record.id = Array(document.id.utf8)
            record.document = Array(document.source.utf8)
            record.place = RecordPlace(source: "é.ndjson", line: Int64(line + 1))
            _ = batch.add(record)
        }
        return batch
    }

    private static func documents(_ sources: some Sequence<String>) -> [PartDocument] {
        sources.enumerated().map { ordinal, source in
            PartDocument(
                ordinal: ordinal, place: RecordPlace(source: "s", line: Int64(ordinal)),
                id: "\(ordinal)", source: Array(source.utf8))
        }
    }

    // MARK: Parts

    @Test func aChunkGoesWhereTheRootWouldSendIt() throws {
        let sources = (0..<50).map { (id: "id \"\($0)\"\n", source: #"{"n":\#($0),"t":"a b"}"#) }
        let chunk = try PartChunk(Self.batch(sources), shardCount: 3, schema: Schema())
        var found: [PartDocument] = []
        for (shard, bytes) in chunk.files.enumerated() {
            let documents = try PartFile.documents(bytes, key: "k")
            #expect(documents.map(\.ordinal) == documents.map(\.ordinal).sorted())
            for document in documents {
                #expect(DocumentRouting.shard(document.id, shardCount: 3) == shard)
            }
            found += documents
        }
        found.sort { $0.ordinal < $1.ordinal }
        #expect(found.map(\.id) == sources.map(\.id))
        #expect(found.map { String(decoding: $0.source, as: UTF8.self) } == sources.map(\.source))
        #expect(found[4].place == RecordPlace(source: "é.ndjson", line: 5))
        #expect(chunk.grown?.fields.map(\.path) == ["n", "t", "t.keyword"])
        let again = try PartChunk(Self.batch(sources), shardCount: 3, schema: Schema())
        #expect(again.files == chunk.files)
    }

    @Test func aDamagedPartIsRefused() throws {
        let bytes = try PartFile.encoded(Self.documents([#"{"a":1}"#, "{}"]))
        #expect(try PartFile.documents(bytes, key: "k").count == 2)
        #expect(try PartFile.documents(PartFile.encoded([]), key: "k").isEmpty)
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 1
            #expect(throws: CorruptBytes.self, "byte \(place)") {
                try PartFile.documents(damaged, key: "k")
            }
            #expect(throws: CorruptBytes.self, "cut at \(place)") {
                try PartFile.documents(Array(bytes[..<place]), key: "k")
            }
        }
    }

    // MARK: Mapping

    /// Values that want different types for the same few fields.
    private static func source(_ random: inout SeededGenerator) -> String {
        let values = ["1", "2.5", "true", #""2026-01-02""#, #""2026/01/02""#, #""words""#, "null"]
        let members = (0..<Int.random(in: 0...3, using: &random)).map { _ -> String in
            let field = ["a", "b", "c", "d"].randomElement(using: &random) ?? ""
            let value = values.randomElement(using: &random) ?? ""
            // An object where others have a value.
            return Int.random(in: 0..<8, using: &random) == 0
                ? #""\#(field)":{"x":\#(value == "null" ? "1" : value)}"#
                : #""\#(field)":\#(value)"#
        }
        return "{" + members.joined(separator: ",") + "}"
    }

    @Test(arguments: 0..<300)
    func theMappingIsThatOfDocumentsInOrderHoweverTheyAreCut(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let sources = (0..<40).map { _ in Self.source(&random) }
        var base = Schema()
        if seed % 3 == 0 { base.fieldLimit = Int.random(in: 1...6, using: &random) }
        let start = base
        var inOrder = MappingGrowth(start)
        var accepted: [Bool] = []
        for source in sources {
            let parser = DocumentParser(schema: inOrder.schema)
            accepted.append((try? parser.parse(Array(source.utf8))) != nil)
            inOrder.take(Array(source.utf8))
        }
        for chunkCount in [1, 3, 13] {
            var fold = MappingFold(base: start)
            let size = (sources.count + chunkCount - 1) / chunkCount
            for begin in stride(from: 0, to: sources.count, by: size) {
                let documents = Self.documents(sources[begin..<min(begin + size, sources.count)])
                var alone = MappingGrowth(start)
                for document in documents { alone.take(document.source) }
                if !fold.take(alone.schema) { fold.read(documents) }
            }
            #expect(fold.schema.fields == inOrder.schema.fields, "in \(chunkCount) chunks")
        }
        guard start.fieldLimit == Schema.defaultFieldLimit else { return }
        // By the whole mapping, the same documents are taken.
        let all = Self.documents(sources)
        let refused = Set(ShardRun.refused(all[...], by: inOrder.schema).map(\.id))
        #expect(all.map { !refused.contains($0.id) } == accepted)
    }

    @Test func whatCannotBePutTogetherIsReadAgain() throws {
        func grown(_ sources: String...) -> Schema {
            var growth = MappingGrowth(Schema())
            for source in sources { growth.take(Array(source.utf8)) }
            return growth.schema
        }
        var fold = MappingFold(base: Schema())
        for fitting in [grown(#"{"a":1,"b":{"x":true}}"#), grown(#"{"c":"t"}"#, #"{"a":7}"#)] {
            let isTaken = fold.take(fitting)
            #expect(isTaken)
        }
        let known = fold.schema
        for other in [#"{"a":"t"}"#, #"{"b":1}"#, #"{"a":{"x":1}}"#, #"{"d":1,"c":2.5}"#] {
            let isTaken = fold.take(grown(other))
            #expect(!isTaken && fold.schema == known, "\(other)")
        }
        fold.read(Self.documents([#"{"d":1,"c":2.5}"#, #"{"e":1,"a":"t"}"#]))
        #expect(
            fold.schema.fields.map(\.path) == ["a", "b.x", "c", "c.keyword", "d"],
            "a refused document brings nothing")
    }

    // MARK: Shards

    /// A log that takes what is not refused.
    private struct Log {
        var documents: [Int] = []
        static func takes(_ document: Int) -> Bool { document % 7 != 3 }
    }

    @Test(arguments: 0..<100)
    func aShardGoesOnWhereItsLogEnds(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let chunks = (0..<6).map { chunk in
            (0..<Int.random(in: 0...9, using: &random)).map { chunk * 10 + $0 }
        }
        var log = Log()
        var saved = (chunks: 0, accepted: Int64(0))
        var isDone = false
        while !isDone {
            // One worker, until it is killed between two writes or at the end.
            var writesLeft = Int.random(in: 0...8, using: &random)
            var progress = ShardBuildProgress(
                logged: Int64(log.documents.count), accepted: saved.accepted)
            life: for place in saved.chunks..<chunks.count {
                for write in chunks[place].chunked(by: 2) {
                    let taken = write.filter(Log.takes)
                    switch progress.next {
                    case .skip: progress.skipped(accepted: taken.count)
                    case .stop(let reason): Issue.record("\(reason)")
                    case .write:
                        guard writesLeft > 0 else { break life }
                        writesLeft -= 1
                        log.documents += taken
                        progress.wrote(accepted: taken.count)
                    }
                }
                // A sign of life is not given after every chunk.
                if Bool.random(using: &random) { saved = (place + 1, progress.accepted) }
                isDone = place + 1 == chunks.count
            }
            if chunks[saved.chunks...].joined().isEmpty { isDone = true }
        }
        #expect(log.documents == chunks.joined().filter(Log.takes))
    }

    @Test func aLogOfOthersIsLeftAlone() {
        var progress = ShardBuildProgress(logged: 5, accepted: 0)
        #expect(progress.next == .skip)
        progress.skipped(accepted: 4)
        progress.skipped(accepted: 2)
        #expect(progress.next == .stop(reason: "its log has 5 documents, not 6"))
        #expect(
            ShardBuildProgress(logged: 2, accepted: 3).next
                == .stop(reason: "its log has 2 documents, not 3"))
    }

    @Test func writesAreCutAlike() {
        let sources = (0..<12_000).map { _ in "{}" }
        let writes = ShardRun.writes(Self.documents(sources))
        #expect(writes.map(\.count) == [5_000, 5_000, 2_000])
        let long = #"{"t":"\#(String(repeating: "x", count: 3 << 20))"}"#
        #expect(ShardRun.writes(Self.documents([long, long, "{}"])).map(\.count) == [1, 2])
        #expect(ShardRun.writes([]).isEmpty)
    }
}

extension Array {
    fileprivate func chunked(by size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}
