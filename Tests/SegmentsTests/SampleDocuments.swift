// Random documents of every field type, and a slow model of what a segment must say of them.

import Analysis
import Storage

@testable import Segments

struct SampleDocument {
    var id: String
    var source: [UInt8]
    var sequenceNumber: Int64
    var version: Int64
    /// Words of each value.
    var bodies: [[String]]?
    var tags: [String]
    var plainTags: [String]
    var hiddenTags: [String]
    var flag: Bool?
    var years: [Int64]
    var price: Double?

    var parsed: ParsedDocument {
        var fields: [ParsedField] = []
        for body in bodies ?? [] {
            fields.append(ParsedField(ordinal: 0, value: .text(body.joined(separator: " "))))
        }
        for tag in tags { fields.append(ParsedField(ordinal: 1, value: .keyword(tag))) }
        for tag in plainTags { fields.append(ParsedField(ordinal: 2, value: .keyword(tag))) }
        for tag in hiddenTags { fields.append(ParsedField(ordinal: 3, value: .keyword(tag))) }
        if let flag { fields.append(ParsedField(ordinal: 4, value: .integer(flag ? 1 : 0))) }
        for year in years { fields.append(ParsedField(ordinal: 5, value: .integer(year))) }
        if let price { fields.append(ParsedField(ordinal: 6, value: .real(price))) }
        return ParsedDocument(fields: fields)
    }

    static let gap = 10

    /// Positions by word.
    var positions: [String: [UInt32]] {
        var positions: [String: [UInt32]] = [:]
        var next: UInt32 = 0
        for body in bodies ?? [] {
            for (index, word) in body.enumerated() {
                positions[word, default: []].append(next + UInt32(index))
            }
            next += UInt32(body.count + Self.gap)
        }
        return positions
    }
}

enum SampleDocuments {
    static func schema() throws -> Schema {
        let properties: JSONValue = [
            "body": [
                "type": "text", "analyzer": "whitespace",
                "position_increment_gap": .integer(Int64(SampleDocument.gap)),
            ],
            "tag": ["type": "keyword", "ignore_above": 12],
            "plain": ["type": "keyword", "index": false],
            "hidden": ["type": "keyword", "doc_values": false],
            "flag": ["type": "boolean"], "year": ["type": "long"], "price": ["type": "double"],
        ]
        return try Schema(mappings: ["properties": properties], settings: nil)
    }

    static func random(_ random: inout SeededGenerator, count: Int) -> [SampleDocument] {
        (0..<count).map { index in
            var bodies: [[String]]?
            if random.chance(90) {
                bodies = (0..<(1 + random.below(20) / 18)).map { _ in words(&random) }
            }
            return SampleDocument(
                id: "id-\(random.below(count * 10))",
                source: Array("{\"n\":\(index),\"r\":\(random.next())}".utf8),
                sequenceNumber: Int64(index * 2 + random.below(2)),
                version: Int64(1 + random.number(bits: 5)), bodies: bodies,
                tags: (0..<random.below(4)).map { _ in "tag\(random.number(bits: 9))" },
                plainTags: random.chance(20) ? ["p\(random.below(30))"] : [],
                hiddenTags: random.chance(50) ? ["h\(random.below(5))"] : [],
                flag: random.chance(70) ? random.chance(30) : nil,
                years: random.chance(80) ? [Int64(1900 + random.below(150))] : [],
                price: random.chance(40) ? Double(random.below(100_000)) / 100 - 300 : nil)
        }
    }

    private static func words(_ random: inout SeededGenerator) -> [String] {
        (0..<random.below(14)).map { _ in "w\(random.number(bits: 10))" }
    }

    static func build(_ documents: [SampleDocument]) throws -> [UInt8] {
        let builder = SegmentBuilder(schema: try schema())
        for (index, document) in documents.enumerated() {
            let number = builder.add(
                document.parsed, id: document.id, source: document.source,
                sequenceNumber: document.sequenceNumber, version: document.version)
            precondition(number == UInt32(index))
        }
        return try builder.finish()
    }

    static func open(_ bytes: [UInt8], name: String = "sample") throws -> SegmentReader {
        try SegmentReader(MappedBytes(owned: bytes), name: name)
    }

    /// Reads everything there is, and throws what reading throws.
    static func readEverything(_ segment: SegmentReader) throws {
        for path in segment.fieldPaths {
            guard let field = segment.field(path) else { continue }
            let terms = field.terms(from: nil, to: nil)
            while let (term, entry) = try terms.next() {
                _ = try field.find(term)
                let cursor = try field.postings(entry, positions: field.hasPositions)
                _ = cursor.impacts.pairs
                while try cursor.nextBlock() {
                    _ = cursor.peekBlock(cursor.lastDocument &+ 1)?.impacts.pairs
                    try cursor.loadFrequencies()
                    for index in 0..<cursor.count {
                        precondition(Int(cursor.documents[index]) < segment.documentCount)
                        if field.hasPositions { _ = try cursor.positions(at: index) }
                    }
                }
                let seeker = try field.postings(entry, positions: false)
                var target: UInt32 = 0
                while try seeker.seekBlock(target) { target = seeker.lastDocument + 100 }
            }
        }
        for path in segment.fieldPaths + segment.columnPaths { _ = try segment.presence(path) }
        for path in segment.columnPaths {
            guard let column = segment.column(path) else { continue }
            for ordinal in 0..<column.ordinalCount { _ = try column.key(ordinal) }
            var values: [Int64] = []
            for document in 0..<UInt32(segment.documentCount) {
                try column.values(document, into: &values)
            }
        }
        for document in 0..<UInt32(segment.documentCount) {
            _ = try segment.source(document)
            _ = segment.find(id: segment.id(document), tieKey: segment.tieKey(document))
            _ = segment.sequenceNumber(document) &+ segment.version(document)
        }
        _ = try SegmentMerger.merge([(segment, nil)], isCancelled: { false })
    }
}
