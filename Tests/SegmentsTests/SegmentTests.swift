// Whole segments against the documents they were built from.

import Analysis
import Foundation
import Storage
import Testing

@testable import Segments

struct SegmentTests {
    @Test(arguments: [1, 2] as [UInt64])
    func invertedFieldsSayWhatTheDocumentsDo(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let documents = SampleDocuments.random(&random, count: 700)
        let segment = try SampleDocuments.open(try SampleDocuments.build(documents))
        #expect(segment.documentCount == 700)
        let body = try #require(segment.field("body"))
        var expected: [String: [(UInt32, [UInt32])]] = [:]
        for (index, document) in documents.enumerated() {
            for (word, positions) in document.positions {
                expected[word, default: []].append((UInt32(index), positions))
            }
            let count = (document.bodies ?? []).joined().count
            #expect(body.length(UInt32(index)) == count)
            #expect(body.norms?[index] == NormByte.encode(count))
        }
        #expect(body.termCount == expected.count)
        for (word, list) in expected {
            let entry = try #require(try body.find(Array(word.utf8)))
            let cursor = try body.postings(entry, positions: true)
            var place = 0
            while try cursor.nextBlock() {
                for index in 0..<cursor.count {
                    #expect(cursor.documents[index] == list[place].0)
                    #expect(Array(try cursor.positions(at: index)) == list[place].1)
                    place += 1
                }
            }
            #expect(place == list.count)
        }
        let statistics = FieldStatistics(
            documentCount: Int64(documents.count { !$0.positions.isEmpty }),
            totalTermFrequency: Int64(
                documents.reduce(0) { $0 + ($1.bodies ?? []).joined().count }),
            sumDocumentFrequency: Int64(documents.reduce(0) { $0 + $1.positions.count }))
        #expect(body.statistics == statistics)
        #expect(try terms(segment, "tag") == distinct(documents, \.tags))
        #expect(try terms(segment, "hidden") == distinct(documents, \.hiddenTags))
        #expect(try terms(segment, "flag") == ["false", "true"])
        #expect(segment.fieldPaths == ["body", "flag", "hidden", "tag"])
    }

    func terms(_ segment: SegmentReader, _ path: String) throws -> [String] {
        let field = try #require(segment.field(path))
        return try DictionaryTests.all(field.terms(from: nil, to: nil)).map { Term($0).text }
    }

    func distinct(
        _ documents: [SampleDocument], _ tags: KeyPath<SampleDocument, [String]>
    ) -> [String] {
        Set(documents.flatMap { $0[keyPath: tags] }).sorted()
    }

    @Test func columnsSayWhatTheDocumentsDo() throws {
        var random = SeededGenerator(seed: 41)
        let documents = SampleDocuments.random(&random, count: 500)
        let segment = try SampleDocuments.open(try SampleDocuments.build(documents))
        #expect(segment.columnPaths == ["flag", "plain", "price", "tag", "year"])
        func keys(_ path: String) throws -> [[String]] {
            let column = try #require(segment.column(path))
            return try ColumnTests.rows(of: column).map { row in
                try row.map { Term(try column.key(Int($0))).text }
            }
        }
        #expect(try keys("tag") == documents.map { Set($0.tags).sorted() })
        #expect(try keys("plain") == documents.map(\.plainTags))
        let years = try #require(segment.column("year"))
        #expect(try ColumnTests.rows(of: years) == documents.map(\.years))
        let flags = try #require(segment.column("flag"))
        let flagRows = documents.map { $0.flag.map { [Int64($0 ? 1 : 0)] } ?? [] }
        #expect(try ColumnTests.rows(of: flags) == flagRows)
        let prices = try #require(segment.column("price"))
        #expect(prices.kind == .real)
        let decoded = try ColumnTests.rows(of: prices).map { $0.map(SortableDouble.decode) }
        #expect(decoded == documents.map { $0.price.map { [$0] } ?? [] })
        let tag = try #require(segment.column("tag"))
        #expect(tag.ordinalCount == distinct(documents, \.tags).count)
        #expect(try tag.ordinal(of: Array("tag".utf8)) == (0, false))
        #expect(try tag.ordinal(of: try tag.key(5)) == (5, true))
    }

    @Test func presenceIsThatOfTheValues() throws {
        var random = SeededGenerator(seed: 42)
        let documents = SampleDocuments.random(&random, count: 300)
        let segment = try SampleDocuments.open(try SampleDocuments.build(documents))
        func present(_ path: String) throws -> [Bool] {
            let bits = try #require(try segment.presence(path))
            let all = (0..<UInt32(300)).map(bits.contains)
            #expect(bits.count == all.count { $0 } && !bits.contains(300))
            return all
        }
        #expect(try present("body") == documents.map { $0.bodies != nil })
        #expect(try present("tag") == documents.map { !$0.tags.isEmpty })
        #expect(try present("plain") == documents.map { !$0.plainTags.isEmpty })
        #expect(try present("hidden") == documents.map { !$0.hiddenTags.isEmpty })
        #expect(try present("flag") == documents.map { $0.flag != nil })
        #expect(try present("price") == documents.map { $0.price != nil })
        #expect(try segment.presence("nowhere") == nil)
    }

    @Test func storedFieldsComeBack() throws {
        var random = SeededGenerator(seed: 43)
        var documents = SampleDocuments.random(&random, count: 900)
        documents[5].source = []
        documents[6].source = (0..<100_000).map { UInt8($0 % 251) }
        documents[899].id = "last"
        let segment = try SampleDocuments.open(try SampleDocuments.build(documents))
        #expect(segment.stored.blockCount > 2)
        #expect(segment.maximumSequenceNumber == documents.map(\.sequenceNumber).max())
        for (index, document) in documents.enumerated() {
            let number = UInt32(index)
            #expect(try segment.source(number) == document.source)
            #expect(segment.id(number) == Array(document.id.utf8))
            #expect(segment.tieKey(number) == DocumentRouting.hash(Array(document.id.utf8)))
            #expect(segment.sequenceNumber(number) == document.sequenceNumber)
            #expect(segment.version(number) == document.version)
            let newest = documents.lastIndex { $0.id == document.id }
            let found = segment.find(id: segment.id(number), tieKey: segment.tieKey(number))
            #expect(found.map(Int.init) == newest)
        }
        for index in 0..<2000 {
            let id = Array("unknown\(index)".utf8)
            #expect(segment.find(id: id, tieKey: DocumentRouting.hash(id)) == nil)
        }
        #expect(segment.find(id: [], tieKey: .max) == nil && segment.find(id: [], tieKey: 0) == nil)
    }

    @Test func valuesThatAreTooLongStayInTheSourceOnly() throws {
        let builder = SegmentBuilder(schema: try SampleDocuments.schema())
        let long = ParsedDocument(fields: [
            ParsedField(ordinal: 1, value: .keyword("thirteen-long")),
            ParsedField(ordinal: 1, value: .keyword("twelve-ääääü")),
            ParsedField(ordinal: 2, value: .keyword(String(repeating: "x", count: 32_767))),
            ParsedField(ordinal: 3, value: .keyword(String(repeating: "y", count: 32_766))),
        ])
        #expect(builder.add(long, id: "a", source: [], sequenceNumber: 0, version: 1) == 0)
        let segment = try SampleDocuments.open(try builder.finish())
        #expect(try terms(segment, "tag") == ["twelve-ääääü"])
        #expect(segment.column("plain") == nil)
        #expect(try terms(segment, "hidden") == [String(repeating: "y", count: 32_766)])
    }

    @Test func emptySegmentsAndEmptyTextsAreSegmentsToo() throws {
        let builder = SegmentBuilder(schema: try SampleDocuments.schema())
        let empty = try SampleDocuments.open(try builder.finish())
        #expect(empty.documentCount == 0 && empty.maximumSequenceNumber == -1)
        #expect(empty.find(id: [1], tieKey: 5) == nil && empty.field("body") == nil)
        let second = SegmentBuilder(schema: try SampleDocuments.schema())
        let text = ParsedDocument(fields: [ParsedField(ordinal: 0, value: .text(""))])
        _ = second.add(text, id: "a", source: [], sequenceNumber: 0, version: 1)
        let segment = try SampleDocuments.open(try second.finish())
        #expect(segment.field("body")?.termCount == 0)
        #expect(segment.field("body")?.statistics == FieldStatistics())
        #expect(try segment.presence("body")?.count == 1)
    }

    @Test func schemasMayGrowWhileBuilding() throws {
        let builder = SegmentBuilder(schema: try SampleDocuments.schema())
        let grown = try builder.schema.adding(
            mappings: ["properties": ["later": ["type": "keyword"]]])
        let document = ParsedDocument(
            fields: [ParsedField(ordinal: 7, value: .keyword("x"))], schema: grown)
        _ = builder.add(document, id: "a", source: [], sequenceNumber: 0, version: 1)
        let segment = try SampleDocuments.open(try builder.finish())
        #expect(try terms(segment, "later") == ["x"])
    }

    @Test func equalContentHasEqualIdentity() throws {
        var random = SeededGenerator(seed: 44)
        let documents = SampleDocuments.random(&random, count: 20)
        let first = try SampleDocuments.build(documents)
        #expect(try first == SampleDocuments.build(documents))
        let identity = try SampleDocuments.open(first).identity
        #expect(try SampleDocuments.open(first, name: "other").identity == identity)
        let other = try SampleDocuments.build(Array(documents.dropLast()))
        #expect(try SampleDocuments.open(other).identity != identity)
    }

    @Test func mappedFilesReadLikeMemory() throws {
        var random = SeededGenerator(seed: 45)
        let image = try SampleDocuments.build(SampleDocuments.random(&random, count: 50))
        let path = NSTemporaryDirectory() + "canopy-segment-\(getpid())-\(random.next())"
        try Data(image).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let mapped = try SegmentReader(MappedBytes(mapping: path), name: "mapped")
        try SampleDocuments.readEverything(mapped)
        #expect(try mapped.identity == SampleDocuments.open(image).identity)
        let sections = mapped.sections()
        #expect(sections.contains { $0.name == "postings of body" && $0.length > 8 })
        #expect(mapped.byteCount == image.count)
    }

    @Test func liveDocumentsComeBack() throws {
        var random = SeededGenerator(seed: 46)
        for count in [0, 1, 63, 64, 65, 500] {
            var live = LiveDocuments(documentCount: count)
            var deleted: Set<UInt32> = []
            for _ in 0..<(count / 3) {
                let document = UInt32(random.below(count))
                #expect(live.delete(document) == deleted.insert(document).inserted)
            }
            #expect(!live.delete(UInt32(count)) && !live.isLive(UInt32(count)))
            #expect(live.deleted == deleted.sorted() && live.deletedCount == deleted.count)
            #expect(live.liveCount == count - deleted.count)
            let encoded = live.encoded()
            #expect(try LiveDocuments(encoded: encoded, documentCount: count) == live)
            #expect(throws: SegmentError.self) {
                try LiveDocuments(encoded: encoded, documentCount: count + 1)
            }
            for index in encoded.indices {
                var damaged = encoded
                damaged[index] ^= 1 << UInt8(random.below(8))
                #expect(throws: SegmentError.self) {
                    try LiveDocuments(encoded: damaged, documentCount: count)
                }
            }
        }
    }
}
