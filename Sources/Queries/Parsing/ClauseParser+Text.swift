// Full text queries: match, match_phrase, their prefix forms, multi_match, query_string.

import Analysis

extension ClauseParser {
    /// - Parameter isLastPrefix: `match_bool_prefix`, whose last word is the beginning of one.
    func match(_ json: JSONValue, isLastPrefix: Bool = false) throws(RequestError) -> Query {
        let name = isLastPrefix ? "match_bool_prefix" : "match"
        let (field, body) = try singleField(json, name)
        let place = "[\(name)] query for field [\(field)]"
        guard case .object = body else {
            return .match(
                MatchQuery(
                    field: field, value: try Self.text(body, place), isLastPrefix: isLastPrefix))
        }
        var reader = try ObjectReader(body, place)
        guard let query = reader.value("query") else { throw reader.missing("query") }
        var match = MatchQuery(
            field: field, value: try Self.text(query, place), isLastPrefix: isLastPrefix)
        match.operator = try Self.operator("operator", &reader) ?? .or
        match.minimumShouldMatch = try reader.minimumShouldMatch()
        match.fuzzy = try FuzzyOptions.read(&reader)
        match.zeroTermsQuery = try Self.zeroTermsQuery(&reader)
        match.lenient = try reader.bool("lenient") ?? false
        match.boost = try reader.boost()
        try reader.finish()
        return .match(match)
    }

    func matchPhrase(_ json: JSONValue) throws(RequestError) -> Query {
        let (field, body) = try singleField(json, "match_phrase")
        let place = "[match_phrase] query for field [\(field)]"
        guard case .object = body else {
            return .matchPhrase(MatchPhraseQuery(field: field, value: try Self.text(body, place)))
        }
        var reader = try ObjectReader(body, place)
        guard let query = reader.value("query") else { throw reader.missing("query") }
        var phrase = MatchPhraseQuery(field: field, value: try Self.text(query, place))
        phrase.slop = try reader.integer("slop", in: 0...QueryLimits.maximumSlop) ?? 0
        phrase.zeroTermsQuery = try Self.zeroTermsQuery(&reader)
        phrase.boost = try reader.boost()
        try reader.finish()
        return .matchPhrase(phrase)
    }

    func matchPhrasePrefix(_ json: JSONValue) throws(RequestError) -> Query {
        let (field, body) = try singleField(json, "match_phrase_prefix")
        let place = "[match_phrase_prefix] query for field [\(field)]"
        guard case .object = body else {
            return .matchPhrase(
                MatchPhraseQuery(
                    field: field, value: try Self.text(body, place),
                    prefixExpansions: TermExpansion.defaultLimit))
        }
        var reader = try ObjectReader(body, place)
        guard let query = reader.value("query") else { throw reader.missing("query") }
        var phrase = MatchPhraseQuery(field: field, value: try Self.text(query, place))
        phrase.slop = try reader.integer("slop", in: 0...QueryLimits.maximumSlop) ?? 0
        phrase.prefixExpansions =
            try reader.integer("max_expansions", in: 1...TermExpansion.maximumLimit)
            ?? TermExpansion.defaultLimit
        phrase.zeroTermsQuery = try Self.zeroTermsQuery(&reader)
        phrase.boost = try reader.boost()
        try reader.finish()
        return .matchPhrase(phrase)
    }

    func multiMatch(_ json: JSONValue) throws(RequestError) -> Query {
        var reader = try ObjectReader(json, "[multi_match] query")
        guard let query = reader.value("query") else { throw reader.missing("query") }
        var multi = MultiMatchQuery(value: try Self.text(query, reader.place))
        multi.fields = try Self.weightedFields(reader.strings("fields") ?? [], reader.place)
        multi.kind =
            try reader.choice(
                "type", MultiMatchQuery.Kind.allCases.map(\.rawValue), MultiMatchQuery.Kind.self)
            ?? .bestFields
        multi.operator = try Self.operator("operator", &reader) ?? .or
        multi.minimumShouldMatch = try reader.minimumShouldMatch()
        multi.tieBreaker = try Self.tieBreaker(&reader)
        multi.slop = try reader.integer("slop", in: 0...QueryLimits.maximumSlop) ?? 0
        let isPhrase = multi.kind == .phrase || multi.kind == .phrasePrefix
        if multi.slop > 0, !isPhrase {
            throw .illegalArgument(
                "[slop] of [multi_match] query needs [type] to be [phrase] or [phrase_prefix]")
        }
        if isPhrase || multi.kind.joinsFields, reader.object["fuzziness"] != nil {
            throw .illegalArgument(
                "[fuzziness] of [multi_match] query is not allowed for [type] "
                    + "[\(multi.kind.rawValue)]; use [best_fields], [most_fields] or [bool_prefix]")
        }
        if multi.kind == .phrasePrefix {
            multi.maximumExpansions =
                try reader.integer("max_expansions", in: 1...TermExpansion.maximumLimit)
                ?? TermExpansion.defaultLimit
        } else if !isPhrase, !multi.kind.joinsFields {
            multi.fuzzy = try FuzzyOptions.read(&reader)
        }
        multi.zeroTermsQuery = try Self.zeroTermsQuery(&reader)
        // Without fields, or with patterns, OpenSearch skips the fields that cannot hold the value.
        multi.lenient = try reader.bool("lenient") ?? multi.fields.isEmpty
        multi.boost = try reader.boost()
        try reader.finish()
        return .multiMatch(multi)
    }

    /// `multi_match` of type `combined_fields`, under Elasticsearch's own name.
    func combinedFields(_ json: JSONValue) throws(RequestError) -> Query {
        var reader = try ObjectReader(json, "[combined_fields] query")
        guard let query = reader.value("query") else { throw reader.missing("query") }
        var multi = MultiMatchQuery(
            value: try Self.text(query, reader.place), kind: .combinedFields)
        multi.fields = try Self.weightedFields(reader.strings("fields") ?? [], reader.place)
        multi.operator = try Self.operator("operator", &reader) ?? .or
        multi.minimumShouldMatch = try reader.minimumShouldMatch()
        multi.zeroTermsQuery = try Self.zeroTermsQuery(&reader)
        multi.lenient = multi.fields.isEmpty
        multi.boost = try reader.boost()
        try reader.finish()
        return .multiMatch(multi)
    }

    func queryString(_ json: JSONValue) throws(RequestError) -> Query {
        var reader = try ObjectReader(json, "[query_string] query")
        guard let text = try reader.string("query") else { throw reader.missing("query") }
        var string = QueryStringQuery(text: text)
        let defaultField = try reader.string("default_field")
        let fields = try reader.strings("fields")
        if defaultField != nil, fields != nil {
            throw .parsing("[query_string] query takes [default_field] or [fields], not both")
        }
        string.fields = try Self.weightedFields(
            fields ?? defaultField.map { [$0] } ?? [], reader.place)
        string.defaultOperator = try Self.operator("default_operator", &reader) ?? .or
        string.minimumShouldMatch = try reader.minimumShouldMatch()
        string.phraseSlop =
            try reader.integer("phrase_slop", in: 0...QueryLimits.maximumSlop) ?? 0
        string.tieBreaker = try Self.tieBreaker(&reader)
        string.fuzzy =
            try FuzzyOptions.read(
                &reader,
                .init(
                    prefixLength: "fuzzy_prefix_length", maximumExpansions: "fuzzy_max_expansions"),
                whenAbsent: .auto) ?? FuzzyOptions()
        if try reader.bool("allow_leading_wildcard") == false {
            throw .illegalArgument(
                "[allow_leading_wildcard] of [query_string] query can only be true; leave the "
                    + "wildcard out of the text")
        }
        string.lenient = try reader.bool("lenient") ?? false
        // Prefixes always go through the field's analyzer, so both values mean the same here.
        _ = try reader.bool("analyze_wildcard")
        string.boost = try reader.boost()
        try reader.finish()
        _ = try QueryStringParser.parse(text)
        return .queryString(string)
    }

    /// `title^3` and the like.
    static func weightedFields(
        _ texts: [String], _ place: String
    ) throws(RequestError) -> [WeightedField] {
        var result: [WeightedField] = []
        for text in texts {
            let parts = text.split(separator: "^", omittingEmptySubsequences: false)
            if parts.count == 1, !text.isEmpty {
                // A lone star is every field, as no fields at all.
                if text == "*", texts.count == 1 { return [] }
                result.append(WeightedField(text))
                continue
            }
            guard parts.count == 2, !parts[0].isEmpty, let boost = Float(parts[1]) else {
                throw .parsing("field [\(text)] of \(place) must be a name or NAME^BOOST")
            }
            try QueryLimits.check(boost: boost, "field [\(text)] of \(place)")
            result.append(WeightedField(String(parts[0]), boost: boost))
        }
        return result
    }

    static func text(_ value: JSONValue, _ place: String) throws(RequestError) -> JSONValue {
        guard let text = value.scalarText else {
            throw .parsing("\(place) needs a text, number or boolean; got \(value.kindName)")
        }
        try QueryLimits.check(text: text, place)
        return value
    }

    static func `operator`(
        _ key: String, _ reader: inout ObjectReader
    ) throws(RequestError) -> TextOperator? {
        try reader.choice(key, ["or", "and"], TextOperator.self)
    }

    static func zeroTermsQuery(
        _ reader: inout ObjectReader
    ) throws(RequestError) -> ZeroTermsQuery {
        try reader.choice("zero_terms_query", ["none", "all"], ZeroTermsQuery.self) ?? .none
    }
}
