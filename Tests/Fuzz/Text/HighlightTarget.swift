// Any text under any analyzer, cut into fragments and marked; any text corrected.

import Analysis
import Queries

@testable import Execution

enum HighlightTarget {
    static let target = FuzzTarget(
        name: "highlight", reads: "Highlighter, TextBoundaries: any text, any words to be marked",
        seeds: seeds, run: run)

    private static let opening = "\u{E000}"
    private static let closing = "\u{E001}"

    /// One field for every analyzer, and one that cuts text into single code points.
    private static let schema = Result {
        let names = AnalyzerRegistry.builtIn.names + ["gram"]
        let properties = names.enumerated().map {
            #""f\#($0.offset)":{"type":"text","analyzer":"\#($0.element)"}"#
        }
        let mappings = "{\"properties\":{" + properties.joined(separator: ",") + "}}"
        let settings: JSONValue = [
            "analysis": [
                "analyzer": ["gram": ["tokenizer": "gram"]],
                "tokenizer": ["gram": ["type": "ngram", "min_gram": 1, "max_gram": 1]],
            ]
        ]
        return try Schema(
            mappings: JSONParser.parse(Array(mappings.utf8)), settings: settings)
    }

    /// How, field, size, count, scan, then the words and the text.
    static func run(_ bytes: UnsafeRawBufferPointer) throws {
        var input = FuzzInput(bytes)
        let flags = input.byte()
        let schema = try schema.get()
        let path = "f\(Int(input.byte()) % schema.fields.count)"
        var field = HighlightField(name: path, preTags: [opening], postTags: [closing])
        field.fragmentSize = Int(input.byte())
        field.fragmentCount = Int(input.byte() & 7)
        field.boundaryScan = Int(input.byte() & 31)
        field.boundary = flags & 1 != 0 ? .word : .sentence
        field.orderByScore = flags & 2 != 0
        field.noMatchSize = flags & 4 != 0 ? field.fragmentSize : 0
        field.locale = flags & 8 != 0 ? "th" : ""
        let (words, rest) = input.split()
        let decoded = String(decoding: rest, as: UTF8.self).unicodeScalars
        let text = String(
            String.UnicodeScalarView(decoded.filter { $0 != "\u{E000}" && $0 != "\u{E001}" }))
        let query = try query(String(decoding: words, as: UTF8.self), path, Int(flags >> 4))
        let normal = try QueryAnalyzer(schema: schema, nowMilliseconds: 0).normalForm(query)
        let highlighter = Highlighter(
            HighlightRequest(fields: [field]), query: normal, schema: schema)
        var writer = JSONWriter()
        writer.beginObject()
        writer.key(path)
        writer.string(text)
        writer.endObject()
        for found in try highlighter.highlight(writer.bytes) {
            for fragment in found.fragments { try check(fragment, of: text, field) }
            let limit = max(1, field.fragmentCount)
            try require(found.fragments.count <= limit, "\(found.fragments.count) fragments")
        }
    }

    private static func query(_ words: String, _ path: String, _ kind: Int) throws -> Query {
        let value = JSONValue.string(words)
        switch kind % 4 {
        case 0: return .match(MatchQuery(field: path, value: value))
        case 1: return .matchPhrase(MatchPhraseQuery(field: path, value: value, slop: kind / 4))
        case 2: return .prefix(field: path, prefix: Array(words.utf8), boost: 1)
        default:
            return .matchPhrase(
                MatchPhraseQuery(field: path, value: value, slop: kind / 4, prefixExpansions: 9))
        }
    }

    /// Without its tags the fragment is a piece of the text, and no tag stands inside of what
    /// people take for one character.
    private static func check(
        _ fragment: String, of text: String, _ field: HighlightField
    ) throws {
        let parts = fragment.unicodeScalars.split(omittingEmptySubsequences: false) {
            $0 == "\u{E000}" || $0 == "\u{E001}"
        }.map { String($0) }
        let plain = parts.joined()
        try require(parts.count % 2 == 1, "the tags of \(fragment) are not in pairs")
        try require(!plain.isEmpty, "a fragment is empty")
        try require(
            Array(text.utf8).firstRange(of: Array(plain.utf8)) != nil,
            "\(fragment) is not a piece of the text")
        try require(
            parts.reduce(0) { $0 + $1.count } == plain.count,
            "a character of \(fragment) is torn apart")
        for marked in stride(from: 1, to: parts.count, by: 2) {
            try require(!parts[marked].isEmpty, "nothing is marked in \(fragment)")
        }
        if field.noMatchSize == 0 {
            try require(parts.count > 1, "nothing is marked in \(fragment)")
        }
    }

    private static func seeds() throws -> [[UInt8]] {
        let names = AnalyzerRegistry.builtIn.names
        let gram = names.count
        let samples: [(field: Int, words: String, text: String)] = [
            (names.firstIndex(of: "default") ?? 0, "fox", "A fox. Was it a fox? It was. Foxes!"),
            (names.firstIndex(of: "english") ?? 0, "run far", "He runs far; running far, he ran."),
            (names.firstIndex(of: "thai") ?? 0, "ไทย", "ภาษาไทยง่ายมาก ภาษาไทยง่าย"),
            (names.firstIndex(of: "cjk") ?? 0, "京都", "東京都に住んでいます。京都ではない。"),
            (names.firstIndex(of: "arabic") ?? 0, "كتاب", "هذا كِتَاب جديد. كتاب قديم"),
            (gram, "e", "e\u{301}te\u{301} été\r\ne\u{200D}"),
            (gram, "👩", "👩‍👩‍👧 👨🏽‍🦱 🇩🇪🇫🇷 𝔘𝔫𝔦 क्षत्रिय 각"),
        ]
        var seeds: [[UInt8]] = []
        for (number, sample) in samples.enumerated() {
            for flags in [0, 0x15, 0x2A, 0x37, 0x5C] {
                let words = Array(sample.words.utf8)
                var seed = [UInt8(flags), UInt8(sample.field), UInt8(5 * number), 3, 6]
                seed += [UInt8(words.count & 0xFF), UInt8(words.count >> 8)] + words
                seeds.append(seed + sample.text.utf8)
            }
        }
        return seeds
    }
}
