// Small random collections, as segments in shards and as plain documents for the oracle.

import Analysis
import Queries
import Segments
import Storage

@testable import Execution

/// A document as the oracle sees it.
struct PlainDocument {
    var id: String
    /// Words with positions.
    var body: [(word: String, position: Int)] = []
    var title: [(word: String, position: Int)] = []
    var tags: [String] = []
    var years: [Int64] = []
    var prices: [Double] = []
    var flag: Bool?
    /// How many of several clauses it asks for.
    var needs: [Int64] = []
    /// Fields with a value, be it an empty text.
    var present: Set<String> = []
    var source: [UInt8] = []

    var tieKey: UInt64 { DocumentRouting.hash(Array(id.utf8)) }

    func words(_ field: String) -> [(word: String, position: Int)] {
        switch field {
        case "body": body
        case "title": title
        case "tag": tags.enumerated().map { ($0.element, $0.offset) }
        default: []
        }
    }
}

struct RandomCorpus {
    static let positionGap = 100

    let schema: Schema
    let shards: [ShardView]
    /// Live documents.
    let documents: [PlainDocument]

    var searcher: Searcher { Searcher(shards: shards, schema: schema) }

    /// - Parameter sizes: documents per segment, per shard.
    init(seed: UInt64, sizes: [[Int]], words: Int, deletedPercent: Int) throws {
        var random = SeededGenerator(seed: seed)
        schema = try Self.makeSchema()
        let parser = DocumentParser(schema: schema)
        var shards: [ShardView] = []
        var documents: [PlainDocument] = []
        var number = 0
        for (shard, segmentSizes) in sizes.enumerated() {
            var views: [SegmentView] = []
            for size in segmentSizes {
                let builder = SegmentBuilder(schema: schema)
                var plain: [PlainDocument] = []
                for _ in 0..<size {
                    number += 1
                    let document = Self.document(number, words: words, &random)
                    _ = builder.add(
                        try parser.parse(document.source), id: document.id,
                        source: document.source, sequenceNumber: Int64(number), version: 1)
                    plain.append(document)
                }
                let reader = try SegmentReader(
                    MappedBytes(owned: try builder.finish()),
                    name: "segment \(shard)/\(views.count)")
                var live: LiveDocuments?
                if deletedPercent > 0 {
                    var remaining = LiveDocuments(documentCount: size)
                    for document in 0..<size where random.chance(deletedPercent) {
                        remaining.delete(UInt32(document))
                    }
                    plain = plain.enumerated().filter { remaining.isLive(UInt32($0.offset)) }
                        .map(\.element)
                    live = remaining
                }
                views.append(SegmentView(segment: reader, live: live))
                documents += plain
            }
            shards.append(ShardView(shard: shard, segments: views))
        }
        self.shards = shards
        self.documents = documents
    }

    /// The same live documents in one segment, similar ones beside each other if limits say so.
    func merged(reordering limits: ReorderLimits? = nil) throws -> Searcher {
        let inputs = shards.flatMap(\.segments).map { ($0.segment, $0.live) }
        let (image, order) = try SegmentMerger.merge(
            inputs, reordering: limits, isCancelled: { false })
        precondition((order == nil) == (limits == nil), "the documents kept their order")
        let reader = try SegmentReader(MappedBytes(owned: image), name: "merged")
        return Searcher(
            shards: [ShardView(shard: 0, segments: [SegmentView(segment: reader, live: nil)])],
            schema: schema)
    }

    private static func makeSchema() throws -> Schema {
        let mappings = #"""
            {"properties": {"body": {"type": "text"},
             "title": {"type": "text", "similarity": "titles"},
             "tag": {"type": "keyword"}, "year": {"type": "long"}, "price": {"type": "double"},
             "flag": {"type": "boolean"}, "need": {"type": "long"}}}
            """#
        return try Schema(
            mappings: JSONParser.parse(Array(mappings.utf8)),
            settings: ["similarity": ["titles": ["k1": 0.9, "b": 0.4]]])
    }

    static func word(_ number: Int) -> String { "w\(number)" }

    private static func document(
        _ number: Int, words: Int, _ random: inout SeededGenerator
    ) -> PlainDocument {
        var document = PlainDocument(id: "doc-\(number)")
        var writer = JSONWriter()
        writer.beginObject()
        func text(_ field: String, longest: Int) -> [(word: String, position: Int)] {
            var found: [(word: String, position: Int)] = []
            let valueCount = random.chance(10) ? 2 : random.chance(8) ? 0 : 1
            guard valueCount > 0 else { return [] }
            document.present.insert(field)
            writer.key(field)
            writer.beginArray()
            var base = 0
            for _ in 0..<valueCount {
                let length = random.skewed(longest)
                let chosen = (0..<length).map { _ in word(random.skewed(words)) }
                for (index, word) in chosen.enumerated() { found.append((word, base + index)) }
                base += length + positionGap
                writer.string(chosen.joined(separator: " "))
            }
            writer.endArray()
            return found
        }
        document.body = text("body", longest: 60)
        document.title = text("title", longest: 6)
        let tags = Set((0..<random.below(4)).map { _ in "t\(random.skewed(14))" }).sorted()
        document.tags = tags
        if !tags.isEmpty {
            writer.key("tag")
            writer.beginArray()
            for tag in tags { writer.string(tag) }
            writer.endArray()
        }
        document.years = (0..<(random.chance(15) ? 2 : random.chance(20) ? 0 : 1))
            .map { _ in Int64(1990 + random.below(30)) }
        if !document.years.isEmpty {
            writer.key("year")
            writer.beginArray()
            for year in document.years { writer.integer(year) }
            writer.endArray()
        }
        if random.chance(70) {
            let price = Double(random.below(200)) / 8 - 10
            document.prices = [price]
            writer.key("price")
            writer.number(price)
        }
        if random.chance(60) {
            document.flag = random.chance(50)
            writer.key("flag")
            writer.bool(document.flag == true)
        }
        // Not at random, so that the rest is as it was without it.
        document.needs = number % 6 == 0 ? [] : [Int64(number % 5)]
        if number % 11 == 0 { document.needs.append(Int64(number % 4)) }
        if !document.needs.isEmpty {
            writer.key("need")
            writer.beginArray()
            for need in document.needs { writer.integer(need) }
            writer.endArray()
        }
        writer.endObject()
        document.source = writer.bytes
        return document
    }
}
