// Analysed text: match, match_phrase and multi_match become terms and phrases.

import Analysis

extension QueryRewriter {
    func match(_ match: MatchQuery) throws(RequestError) -> Query {
        try lenient(match.lenient) { () throws(RequestError) in
            guard match.field != "_id", let mapping = try mapping(match.field),
                mapping.type == .text
            else { return try untokenized(match) }
            try requireIndexed(mapping)
            let parts = try AnalyzedPart.parts(tokens(of: match.value, mapping))
            guard let last = parts.last else { return empty(match.zeroTermsQuery, match.boost) }
            var clauses: [Query] = []
            for part in parts {
                if let term = part.onlyTerm {
                    clauses.append(word(mapping.path, term, match.fuzzy, match.boost))
                } else {
                    clauses.append(try part.query(field: mapping.path, boost: match.boost))
                }
            }
            if match.isLastPrefix, let term = last.onlyTerm {
                clauses[clauses.count - 1] = .prefix(
                    field: mapping.path, prefix: term.bytes, boost: match.boost)
            }
            if match.operator == .and { return NormalForm.bool(BooleanQuery(must: clauses)) }
            let minimum = match.minimumShouldMatch?.resolve(optionalClauses: clauses.count) ?? 1
            return NormalForm.bool(
                BooleanQuery(should: clauses, minimumShouldMatch: max(1, minimum)))
        }
    }

    /// The value as one term, or the beginning of one, of a field that is not analysed.
    private func untokenized(_ match: MatchQuery) throws(RequestError) -> Query {
        let isPlain = match.fuzzy == nil && !match.isLastPrefix
        guard !isPlain, match.field != "_id", try mapping(match.field) != nil else {
            return try exact(match.field, match.value, match.boost)
        }
        let text = match.value.scalarText ?? ""
        if match.isLastPrefix { return try prefix(match.field, Array(text.utf8), match.boost) }
        guard let mapping = try termMapping(match.field, "fuzzy") else { return .matchNone }
        return word(match.field, Term(normalized(text, mapping)), match.fuzzy, match.boost)
    }

    func matchPhrase(_ phrase: MatchPhraseQuery) throws(RequestError) -> Query {
        try lenient(phrase.lenient) { () throws(RequestError) in
            guard phrase.field != "_id", let mapping = try mapping(phrase.field),
                mapping.type == .text
            else {
                guard phrase.prefixExpansions != nil else {
                    return try exact(phrase.field, phrase.value, phrase.boost)
                }
                return try prefix(
                    phrase.field, Array((phrase.value.scalarText ?? "").utf8), phrase.boost)
            }
            try requireIndexed(mapping)
            let parts = try AnalyzedPart.parts(tokens(of: phrase.value, mapping))
            guard !parts.isEmpty else { return empty(phrase.zeroTermsQuery, phrase.boost) }
            if let limit = phrase.prefixExpansions {
                return try phrasePrefix(phrase, parts.flatMap(\.firstWay), limit)
            }
            return try AnalyzedPart.phrase(
                parts, field: mapping.path, slop: phrase.slop, boost: phrase.boost)
        }
    }

    private func phrasePrefix(
        _ phrase: MatchPhraseQuery, _ terms: [PhraseTerm], _ limit: Int
    ) throws(RequestError) -> Query {
        guard let first = terms.first, let last = terms.last else { return .matchNone }
        let expansion = TermExpansion(
            field: phrase.field,
            pattern: .wildcard(WildcardPart.prefix(last.term.text), ignoresCase: false),
            limit: limit)
        do {
            _ = try expansion.pattern.automaton()
        } catch {
            throw ClauseParser.refusal(
                error, "[match_phrase_prefix] query for field [\(phrase.field)]")
        }
        if terms.count == 1 { return .expanded(expansion, boost: phrase.boost) }
        try QueryLimits.check(
            boost: phrase.boost * Float(terms.count),
            "[match_phrase_prefix] query for field [\(phrase.field)] (times its number of terms)")
        return .phrasePrefix(
            PhrasePrefixQuery(
                field: phrase.field,
                terms: terms.dropLast().map {
                    PhraseTerm(term: $0.term, position: $0.position - first.position)
                },
                last: expansion, lastPosition: last.position - first.position, slop: phrase.slop),
            boost: phrase.boost)
    }

    func multiMatch(_ multi: MultiMatchQuery) throws(RequestError) -> Query {
        if multi.kind.joinsFields { return try joinedFields(multi) }
        var clauses: [Query] = []
        for field in try expand(multi.fields) {
            let boost = field.boost * multi.boost
            try QueryLimits.check(boost: boost, "[multi_match] query for field [\(field.path)]")
            let lenient = multi.lenient || field.isFromPattern
            switch multi.kind {
            case .phrase, .phrasePrefix:
                clauses.append(
                    try matchPhrase(
                        MatchPhraseQuery(
                            field: field.path, value: multi.value, slop: multi.slop,
                            prefixExpansions: multi.kind == .phrase
                                ? nil : multi.maximumExpansions,
                            zeroTermsQuery: multi.zeroTermsQuery, lenient: lenient, boost: boost)))
            case .bestFields, .mostFields, .boolPrefix, .crossFields, .combinedFields:
                clauses.append(
                    try match(
                        MatchQuery(
                            field: field.path, value: multi.value, operator: multi.operator,
                            minimumShouldMatch: multi.minimumShouldMatch, fuzzy: multi.fuzzy,
                            isLastPrefix: multi.kind == .boolPrefix,
                            zeroTermsQuery: multi.zeroTermsQuery, lenient: lenient, boost: boost)))
            }
        }
        let addsUp = multi.kind == .mostFields || multi.kind == .boolPrefix
        if addsUp, multi.tieBreaker == nil || multi.tieBreaker == 1 {
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
    /// names it. No patterns, and patterns with `*`, mean text and keyword fields; those of
    /// sort keys have to be named.
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
                && mapping.collation == nil && pattern.matches(mapping.path)
                && !mapping.path.isOverflowKeyword
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
