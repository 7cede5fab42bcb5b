// The `suggest` of a search body.

import Analysis

enum SuggestParser {
    private static let known = ["term", "phrase", "completion"]

    static func parse(_ json: JSONValue) throws(RequestError) -> [NamedSuggestion] {
        let object = try ObjectReader(json, "[suggest]").object
        var shared: String?
        var result: [NamedSuggestion] = []
        if let text = object["text"], case .string(let text) = text { shared = text }
        for (name, body) in object {
            if name == "text", case .string = body { continue }
            result.append(try suggestion(name, body, shared))
        }
        guard result.count <= NamedSuggestion.maximumSuggestions else {
            throw .illegalArgument(
                "[suggest] has [\(result.count)] suggestions; the most is "
                    + "[\(NamedSuggestion.maximumSuggestions)]")
        }
        return result
    }

    private static func suggestion(
        _ name: String, _ json: JSONValue, _ shared: String?
    ) throws(RequestError) -> NamedSuggestion {
        let place = "suggestion [\(name)]"
        var reader = try ObjectReader(json, place)
        var own = try reader.string("text")
        if let prefix = try reader.string("prefix") {
            guard own == nil else {
                throw .parsing("\(place) takes [text] or [prefix], not both")
            }
            own = prefix
        }
        guard reader.value("regex") == nil else {
            throw .illegalArgument(
                "[regex] of \(place) is not supported: give the beginning as [prefix]")
        }
        let kinds = reader.object.keys.filter { !["text", "prefix", "regex"].contains($0) }
        guard let kind = kinds.first, kinds.count == 1, let body = reader.value(kind) else {
            throw .parsing(
                "\(place) needs [text] and exactly one of [\(known.joined(separator: ", "))]; got "
                    + "[\(reader.object.keys.joined(separator: ", "))]")
        }
        guard let text = own ?? shared else { throw reader.missing("text") }
        try QueryLimits.check(text: text, place)
        let suggester: Suggester
        switch kind {
        case "term": suggester = .term(try term(body, "[term] of \(place)"))
        case "phrase": suggester = .phrase(try phrase(body, "[phrase] of \(place)"))
        case "completion":
            suggester = .completion(
                try CompletionParser.parse(body, "[completion] of \(place)"))
        default:
            throw .parsing(
                "unknown suggester [\(kind)] of [\(name)]; known are "
                    + "[\(known.joined(separator: ", "))]")
        }
        return NamedSuggestion(name: name, text: text, suggester: suggester)
    }

    private static func term(
        _ json: JSONValue, _ place: String
    ) throws(RequestError) -> TermSuggester {
        var reader = try ObjectReader(json, place)
        var result = TermSuggester(generator: try generator(&reader))
        result.analyzer = try reader.string("analyzer")
        result.sort = try reader.choice("sort", TermSuggester.Sort.self) ?? .score
        try reader.finish()
        return result
    }

    /// How alike two words are. Both names mean the one way there is.
    private enum Distance: String, CaseIterable {
        case `internal`
        case damerauLevenshtein = "damerau_levenshtein"
    }

    private static func generator(
        _ reader: inout ObjectReader, field: String? = nil
    ) throws(RequestError) -> WordGenerator {
        guard let path = try reader.string("field") ?? field else { throw reader.missing("field") }
        var result = WordGenerator(field: path)
        result.size = try reader.integer("size", in: 1...WordGenerator.maximumSize) ?? result.size
        result.mode = try reader.choice("suggest_mode", WordGenerator.Mode.self) ?? result.mode
        result.maximumEdits = try reader.integer("max_edits", in: 1...2) ?? result.maximumEdits
        let longest = 0...FuzzyWord.maximumLength
        result.prefixLength = try reader.integer("prefix_length", in: longest) ?? 1
        result.minimumWordLength = try reader.integer("min_word_length", in: longest) ?? 4
        result.minimumFrequency =
            try frequency("min_doc_freq", &reader) ?? result.minimumFrequency
        result.maximumFrequency =
            try frequency("max_term_freq", &reader) ?? result.maximumFrequency
        if let accuracy = try reader.float("accuracy") {
            guard (0...1).contains(accuracy) else {
                throw reader.refusal("accuracy", "from 0 to 1", .number(Double(accuracy)))
            }
            result.accuracy = accuracy
        }
        _ = try reader.choice("string_distance", Distance.self)
        // What is suggested is that of the whole index, however much a shard looks at.
        _ = try reader.integer("shard_size", in: 1...Int(Int32.max))
        _ = try reader.integer("max_inspections", in: 1...Int(Int32.max))
        return result
    }

    /// A share below 1, or a whole number.
    private static func frequency(
        _ key: String, _ reader: inout ObjectReader
    ) throws(RequestError) -> Double? {
        guard let number = try reader.double(key) else { return nil }
        guard number >= 0, number < 1 || number == number.rounded(), number <= 0x1p53 else {
            throw reader.refusal(key, "a share below 1 or a whole number", .number(number))
        }
        return number
    }

    // MARK: Phrases

    private static func phrase(
        _ json: JSONValue, _ place: String
    ) throws(RequestError) -> PhraseSuggester {
        var reader = try ObjectReader(json, place)
        guard let field = try reader.string("field") else { throw reader.missing("field") }
        var result = PhraseSuggester(field: field)
        if reader.value("collate") != nil {
            throw .illegalArgument(
                "[collate] of \(place) is not supported: templates are not run here; search with "
                    + "the suggestions instead")
        }
        result.analyzer = try reader.string("analyzer")
        result.size =
            try reader.integer("size", in: 1...PhraseSuggester.maximumSize) ?? result.size
        result.confidence = try positive("confidence", &reader) ?? result.confidence
        result.maximumErrors = try positive("max_errors", &reader) ?? result.maximumErrors
        if let likelihood = try reader.double("real_word_error_likelihood") {
            guard likelihood > 0, likelihood <= 1 else {
                throw reader.refusal(
                    "real_word_error_likelihood", "above 0 and at most 1", .number(likelihood))
            }
            result.realWordErrorLikelihood = likelihood
        }
        let grams = 1...PhraseSuggester.maximumGramSize
        result.gramSize = try reader.integer("gram_size", in: grams) ?? result.gramSize
        result.separator = try reader.string("separator") ?? result.separator
        let tokens = 1...PhraseSuggester.maximumTokenLimit
        result.tokenLimit = try reader.integer("token_limit", in: tokens) ?? result.tokenLimit
        _ = try reader.integer("shard_size", in: 1...Int(Int32.max))
        if let json = reader.value("smoothing") { result.smoothing = try smoothing(json, place) }
        if let json = reader.value("highlight") { result.tags = try tags(json, place) }
        if let json = reader.value("direct_generator") {
            result.generators = try generators(json, place)
        }
        try reader.finish()
        return result
    }

    private static func positive(
        _ key: String, _ reader: inout ObjectReader
    ) throws(RequestError) -> Double? {
        guard let number = try reader.double(key) else { return nil }
        guard number >= 0 else { throw reader.refusal(key, "at least 0", .number(number)) }
        return number
    }

    private static func generators(
        _ json: JSONValue, _ place: String
    ) throws(RequestError) -> [WordGenerator] {
        var result: [WordGenerator] = []
        for element in json.arrayValue ?? [json] {
            var reader = try ObjectReader(element, "[direct_generator] of \(place)")
            for filter in ["pre_filter", "post_filter"] where reader.value(filter) != nil {
                throw .illegalArgument(
                    "[\(filter)] of \(reader.place) is not supported: name a [field] that is "
                        + "analysed so that its terms are the corrections")
            }
            result.append(try generator(&reader))
            try reader.finish()
        }
        let most = PhraseSuggester.maximumGenerators
        guard !result.isEmpty, result.count <= most else {
            throw .illegalArgument(
                "[direct_generator] of \(place) must have from 1 to [\(most)] generators; got "
                    + "[\(result.count)]")
        }
        return result
    }

    private static func smoothing(
        _ json: JSONValue, _ place: String
    ) throws(RequestError) -> PhraseSuggester.Smoothing {
        var reader = try ObjectReader(json, "[smoothing] of \(place)")
        let backoff = reader.value("stupid_backoff")
        let laplace = reader.value("laplace")
        try reader.finish()
        switch (backoff, laplace) {
        case (let body?, nil):
            var inner = try ObjectReader(body, "[stupid_backoff] of \(place)")
            let discount = try positive("discount", &inner) ?? 0.4
            try inner.finish()
            return .stupidBackoff(discount: discount)
        case (nil, let body?):
            var inner = try ObjectReader(body, "[laplace] of \(place)")
            let alpha = try positive("alpha", &inner) ?? 0.5
            try inner.finish()
            return .laplace(alpha: alpha)
        default:
            throw .parsing(
                "[smoothing] of \(place) needs exactly one of [stupid_backoff, laplace]")
        }
    }

    private static func tags(
        _ json: JSONValue, _ place: String
    ) throws(RequestError) -> HighlightTags {
        var reader = try ObjectReader(json, "[highlight] of \(place)")
        guard let pre = try reader.string("pre_tag") else { throw reader.missing("pre_tag") }
        guard let post = try reader.string("post_tag") else { throw reader.missing("post_tag") }
        try reader.finish()
        return HighlightTags(pre: pre, post: post)
    }
}
