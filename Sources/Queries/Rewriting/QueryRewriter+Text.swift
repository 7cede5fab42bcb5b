// Analysed text: match, match_phrase and multi_match become terms and phrases.

import Analysis

extension QueryRewriter {
    func match(_ match: MatchQuery) throws(RequestError) -> Query {
        try lenient(match.lenient) { () throws(RequestError) in
            guard match.field != "_id", let mapping = try mapping(match.field),
                mapping.type == .text
            else { return try exact(match.field, match.value, match.boost) }
            try requireIndexed(mapping)
            let parts = try AnalyzedPart.parts(tokens(of: match.value, mapping))
            guard !parts.isEmpty else { return empty(match.zeroTermsQuery, match.boost) }
            var clauses: [Query] = []
            for part in parts {
                clauses.append(try part.query(field: mapping.path, boost: match.boost))
            }
            if match.operator == .and { return NormalForm.bool(BooleanQuery(must: clauses)) }
            let minimum = match.minimumShouldMatch?.resolve(optionalClauses: clauses.count) ?? 1
            return NormalForm.bool(
                BooleanQuery(should: clauses, minimumShouldMatch: max(1, minimum)))
        }
    }

    func matchPhrase(_ phrase: MatchPhraseQuery) throws(RequestError) -> Query {
        try lenient(phrase.lenient) { () throws(RequestError) in
            guard phrase.field != "_id", let mapping = try mapping(phrase.field),
                mapping.type == .text
            else { return try exact(phrase.field, phrase.value, phrase.boost) }
            try requireIndexed(mapping)
            let parts = try AnalyzedPart.parts(tokens(of: phrase.value, mapping))
            guard !parts.isEmpty else { return empty(phrase.zeroTermsQuery, phrase.boost) }
            return try AnalyzedPart.phrase(
                parts, field: mapping.path, slop: phrase.slop, boost: phrase.boost)
        }
    }

    func multiMatch(_ multi: MultiMatchQuery) throws(RequestError) -> Query {
        var clauses: [Query] = []
        for field in try expand(multi.fields) {
            let boost = field.boost * multi.boost
            try QueryLimits.check(boost: boost, "[multi_match] query for field [\(field.path)]")
            let lenient = multi.lenient || field.isFromPattern
            switch multi.kind {
            case .phrase:
                clauses.append(
                    try matchPhrase(
                        MatchPhraseQuery(
                            field: field.path, value: multi.value, slop: multi.slop,
                            zeroTermsQuery: multi.zeroTermsQuery, lenient: lenient, boost: boost)))
            case .bestFields, .mostFields:
                clauses.append(
                    try match(
                        MatchQuery(
                            field: field.path, value: multi.value, operator: multi.operator,
                            minimumShouldMatch: multi.minimumShouldMatch,
                            zeroTermsQuery: multi.zeroTermsQuery, lenient: lenient, boost: boost)))
            }
        }
        if multi.kind == .mostFields, multi.tieBreaker == nil || multi.tieBreaker == 1 {
            return NormalForm.bool(BooleanQuery(should: clauses, minimumShouldMatch: 1))
        }
        return NormalForm.disjunctionMax(clauses, tieBreaker: multi.tieBreaker ?? 0)
    }

    /// A concrete field of a list of patterns.
    struct ExpandedField {
        var path: String
        var boost: Float
        /// It was not named but matched by a pattern, so it need not be able to hold the value.
        var isFromPattern: Bool
    }

    /// The fields that the patterns name, each once, with the boost of the last pattern that
    /// names it. No patterns, and patterns with `*`, mean text and keyword fields.
    func expand(_ patterns: [WeightedField]) throws(RequestError) -> [ExpandedField] {
        if patterns.count == 1, !PathPattern(patterns[0].pattern).hasWildcard {
            let only = patterns[0]
            return [ExpandedField(path: only.pattern, boost: only.boost, isFromPattern: false)]
        }
        var result: [ExpandedField] = []
        var places: [String: Int] = [:]
        func add(_ field: ExpandedField) {
            if let place = places[field.path] {
                result[place] = field
            } else {
                places[field.path] = result.count
                result.append(field)
            }
        }
        for field in patterns.isEmpty ? [WeightedField("*")] : patterns {
            let pattern = PathPattern(field.pattern)
            guard pattern.hasWildcard else {
                add(ExpandedField(path: field.pattern, boost: field.boost, isFromPattern: false))
                continue
            }
            for mapping in fields.schema.fields
            where (mapping.type == .text || mapping.type == .keyword) && mapping.isIndexed
                && pattern.matches(mapping.path) && !mapping.path.isOverflowKeyword
            {
                add(ExpandedField(path: mapping.path, boost: field.boost, isFromPattern: true))
            }
        }
        guard result.count <= QueryLimits.maximumClauses else {
            throw .illegalArgument(
                "field expansion matches too many fields, limit: [\(QueryLimits.maximumClauses)], "
                    + "got: [\(result.count)]")
        }
        return result
    }

    func tokens(
        of value: JSONValue, _ mapping: FieldMapping
    ) throws(RequestError) -> [AnalyzedToken] {
        try tokens(of: value.scalarText ?? "", mapping.searchAnalyzer)
    }

    func tokens(
        of text: String, _ analyzer: String
    ) throws(RequestError) -> [AnalyzedToken] {
        guard let tokens = analyzers.with(analyzer, { $0.tokens(of: text) }) else {
            throw .illegalArgument(
                "unknown analyzer [\(analyzer)]; known are "
                    + "[\(analyzers.registry.names.joined(separator: ", "))]")
        }
        return tokens
    }

    private func empty(_ zeroTermsQuery: ZeroTermsQuery, _ boost: Float) -> Query {
        zeroTermsQuery == .all ? .matchAll(boost: boost) : .matchNone
    }

    private func requireIndexed(_ mapping: FieldMapping) throws(RequestError) {
        guard mapping.isIndexed else {
            throw .queryShard("Cannot search on field [\(mapping.path)] since it is not indexed.")
        }
    }
}

extension String {
    /// The keyword side of the overflow field holds "path=value", not what people search for.
    fileprivate var isOverflowKeyword: Bool { self == Schema.overflowPath + ".keyword" }
}
