// Segments that are right, to be damaged: their documents have every type of field.

import Analysis
import Storage

@testable import Segments

/// One segment as an image and as sections of their own.
struct BaseSegment: Sendable {
    let image: [UInt8]
    let sections: [SectionBytes]
    let documentCount: Int

    /// One block and less; blocks and tails; lists of more than one group of blocks.
    static let all = Result { try [12, 300, 4_400].map { try BaseSegment(documentCount: $0) } }

    static let schema = Result {
        let mappings = #"""
            {"properties": {"body": {"type": "text", "position_increment_gap": 5},
             "title": {"type": "text"}, "tag": {"type": "keyword"},
             "plain": {"type": "keyword", "index": false}, "year": {"type": "long"},
             "price": {"type": "double"}, "flag": {"type": "boolean"},
             "name": {"type": "completion"}}}
            """#
        return try Schema(mappings: JSONParser.parse(Array(mappings.utf8)), settings: nil)
    }

    private init(documentCount: Int) throws {
        self.documentCount = documentCount
        let schema = try Self.schema.get()
        let parser = DocumentParser(schema: schema)
        let builder = SegmentBuilder(schema: schema)
        var random = FuzzRandom(seed: UInt64(documentCount))
        for number in 0..<documentCount {
            let source = Self.source(number, of: documentCount, &random)
            _ = builder.add(
                try parser.parse(source), id: "d\(number)", source: source,
                sequenceNumber: Int64(number), version: 1)
        }
        image = try builder.finish()
        let reader = try ImageReader(MappedBytes(owned: image), name: "base")
        sections = reader.ordered.map { CraftedSections.section($0.name, $0.raw) }
    }

    /// Large segments have short documents, so that inputs are read fast; one word is in all.
    private static func source(
        _ number: Int, of documentCount: Int, _ random: inout FuzzRandom
    ) -> [UInt8] {
        let isLarge = documentCount > 1000
        var writer = JSONWriter()
        writer.beginObject()
        func text(_ field: String, words: Int) {
            writer.key(field)
            var chosen = (0..<words).map { _ in "w\(random.skewed(bits: isLarge ? 3 : 4))" }
            if isLarge { chosen.append("w0") }
            writer.string(chosen.joined(separator: " "))
        }
        if isLarge || random.below(10) > 0 { text("body", words: random.below(isLarge ? 4 : 20)) }
        if !isLarge, random.below(2) == 0 { text("title", words: 1 + random.below(3)) }
        writer.key("tag")
        writer.beginArray()
        for tag in 0..<random.below(3) { writer.string("t\(tag + random.below(4))") }
        writer.endArray()
        if !isLarge, random.below(5) == 0 {
            writer.key("plain")
            writer.string("p\(random.below(9))")
        }
        if random.below(5) > 0 {
            writer.key("year")
            writer.integer(Int64(1990 + random.below(30)))
        }
        if !isLarge, random.below(3) > 0 {
            writer.key("price")
            writer.number(Double(random.below(200)) / 8 - 10)
        }
        if random.below(3) > 0 {
            writer.key("flag")
            writer.bool(random.below(2) == 0)
        }
        if !isLarge {
            writer.key("name")
            writer.beginObject()
            writer.key("input")
            writer.string("W\(number % 7) w\(number % 5)")
            writer.key("weight")
            writer.integer(Int64(number * number))
            writer.endObject()
        }
        writer.endObject()
        return writer.bytes
    }
}
