// The `completion` of a suggestion.

import Analysis

enum CompletionParser {
    static func parse(
        _ json: JSONValue, _ place: String
    ) throws(RequestError) -> CompletionSuggester {
        var reader = try ObjectReader(json, place)
        guard let field = try reader.string("field") else { throw reader.missing("field") }
        var result = CompletionSuggester(field: field)
        result.analyzer = try reader.string("analyzer")
        let sizes = 1...CompletionSuggester.maximumSize
        result.size = try reader.integer("size", in: sizes) ?? result.size
        result.skipsDuplicates = try reader.bool("skip_duplicates") ?? false
        guard reader.value("contexts") == nil else {
            throw .illegalArgument(
                "[contexts] of \(place) are not supported: use a completion field for each context")
        }
        _ = try reader.integer("shard_size", in: 1...Int(Int32.max))
        switch reader.value("fuzzy") {
        case nil, .bool(false)?: break
        case .bool(true)?: result.fuzzy = CompletionSuggester.Fuzzy()
        case let json?: result.fuzzy = try fuzzy(json, place)
        }
        try reader.finish()
        return result
    }

    private static func fuzzy(
        _ json: JSONValue, _ place: String
    ) throws(RequestError) -> CompletionSuggester.Fuzzy {
        var reader = try ObjectReader(json, "[fuzzy] of \(place)")
        var result = CompletionSuggester.Fuzzy()
        result.fuzziness = try FuzzyOptions.fuzziness(&reader) ?? result.fuzziness
        result.transpositions = try reader.bool("transpositions") ?? result.transpositions
        let lengths = 0...FuzzyWord.maximumLength
        result.minimumLength = try reader.integer("min_length", in: lengths) ?? 3
        result.prefixLength = try reader.integer("prefix_length", in: lengths) ?? 1
        // Edits are those of code points in any case.
        _ = try reader.bool("unicode_aware")
        try reader.finish()
        return result
    }
}
