// Query strings: their tree becomes queries over the default fields or the fields they name.

import Analysis

extension QueryRewriter {
    func queryString(_ string: QueryStringQuery) throws(RequestError) -> Query {
        guard
            let node = try QueryStringParser.parse(
                string.text, defaultOperator: string.defaultOperator)
        else { return .matchNone }
        return try boosted(query(node, string, isTop: true), by: string.boost)
    }

    /// Clauses are ordered by their boosts too, so that a boosted query is ordered anew.
    private func boosted(_ query: Query, by factor: Float) throws(RequestError) -> Query {
        factor == 1 ? query : try rewrite(query.boosted(by: factor))
    }

    private func query(
        _ node: QueryStringNode, _ string: QueryStringQuery, isTop: Bool = false
    ) throws(RequestError) -> Query {
        switch node {
        case .words(let words, let field):
            return try self.words(words, field, string)
        case .phrase(let text, let field, let slop):
            let patterns = patterns(field, string)
            let slop = slop ?? string.phraseSlop
            if !string.lenient, let query = try phrase(text, patterns, slop) { return query }
            return try multiMatch(
                MultiMatchQuery(
                    value: .string(text), fields: patterns, kind: .phrase,
                    tieBreaker: string.tieBreaker, slop: slop, lenient: string.lenient))
        case .prefix(let text, let field):
            return try each(field, string) { (path, isNamed) throws(RequestError) in
                try lenient(string.lenient || !isNamed) { () throws(RequestError) in
                    try prefix(path, normalized(text, path), 1)
                }
            }
        case .wildcard(let text, let field):
            return try each(field, string) { (path, isNamed) throws(RequestError) in
                try lenient(string.lenient || !isNamed) { () throws(RequestError) in
                    try pattern(
                        path,
                        .wildcard(
                            normalized(wildcard: text) {
                                String(decoding: normalized($0, path), as: UTF8.self)
                            }, ignoresCase: false), 1)
                }
            }
        case .regexp(let text, let field):
            return try each(field, string) { (path, isNamed) throws(RequestError) in
                try lenient(string.lenient || !isNamed) { () throws(RequestError) in
                    try pattern(path, .regexp(text, .all, ignoresCase: false), 1)
                }
            }
        case .fuzzy(let text, let field, let edits):
            var options = string.fuzzy
            if let edits { options.fuzziness = .edits(edits) }
            return try multiMatch(
                MultiMatchQuery(
                    value: .string(text), fields: patterns(field, string),
                    operator: string.defaultOperator, tieBreaker: string.tieBreaker,
                    fuzzy: options, lenient: string.lenient || field == nil))
        case .range(let lower, let upper, let field):
            return try each(field, string) { (path, isNamed) throws(RequestError) in
                try rawRange(
                    RawRangeQuery(
                        field: path, lower: lower, upper: upper,
                        lenient: string.lenient || !isNamed))
            }
        case .exists(let field):
            return try each(field, string) { (path, _) throws(RequestError) in
                try exists(path, 1)
            }
        case .matchAll: return .matchAll(boost: 1)
        case .boosted(let inner, let boost):
            return try boosted(query(inner, string), by: boost)
        case .clauses(let clauses): return try combined(clauses, string, isTop: isTop)
        }
    }

    private func patterns(_ field: String?, _ string: QueryStringQuery) -> [WeightedField] {
        field.map { [WeightedField($0)] } ?? string.fields
    }

    private func words(
        _ words: [String], _ field: String?, _ string: QueryStringQuery
    ) throws(RequestError) -> Query {
        if words.count == 1, string.minimumShouldMatch == nil,
            let query = try word(words[0], patterns(field, string))
        {
            return query
        }
        return try multiMatch(
            MultiMatchQuery(
                value: .string(words.joined(separator: " ")), fields: patterns(field, string),
                operator: string.defaultOperator, minimumShouldMatch: string.minimumShouldMatch,
                tieBreaker: string.tieBreaker, lenient: string.lenient || field == nil))
    }

    /// One word in one text field of which analysis makes one term, as most are: what `multiMatch`
    /// would make of it. Nil: something else has to be made.
    private func word(
        _ word: String, _ patterns: [WeightedField]
    ) throws(RequestError) -> Query? {
        guard let field = onlyText(patterns) else { return nil }
        let tokens = try tokens(of: word, field.analyzer)
        guard tokens.count == 1 else { return nil }
        try check(patterns[0].boost, field.path)
        return .term(field: field.path, term: tokens[0].term, boost: patterns[0].boost)
    }

    /// A phrase in one text field: what `multiMatch` would make of it. Nil as for a word.
    private func phrase(
        _ text: String, _ patterns: [WeightedField], _ slop: Int
    ) throws(RequestError) -> Query? {
        guard let field = onlyText(patterns) else { return nil }
        let tokens = try tokens(of: text, field.analyzer)
        if tokens.isEmpty { return nil }
        try check(patterns[0].boost, field.path)
        return try AnalyzedPart.phrase(
            AnalyzedPart.parts(tokens), field: field.path, slop: slop, boost: patterns[0].boost)
    }

    private func check(_ boost: Float, _ path: String) throws(RequestError) {
        try QueryLimits.check(boost: boost, "[multi_match] query for field [\(path)]")
    }

    /// The one text field that is searched; nil where there are several, or another kind.
    private func onlyText(_ patterns: [WeightedField]) -> (path: String, analyzer: String)? {
        guard patterns.count == 1, let ordinal = fields.schema.ordinal(of: patterns[0].pattern)
        else { return nil }
        // A mapping is large, and little of it is looked at: nothing else is copied.
        return fields.schema.fields.withUnsafeBufferPointer { mappings in
            guard mappings[ordinal].type == .text, mappings[ordinal].isIndexed else { return nil }
            return (mappings[ordinal].path, mappings[ordinal].searchAnalyzer)
        }
    }

    /// The best of one query per field. `isNamed` is false for fields that a pattern stands for.
    private func each(
        _ field: String?, _ string: QueryStringQuery,
        _ body: (_ path: String, _ isNamed: Bool) throws(RequestError) -> Query
    ) throws(RequestError) -> Query {
        var clauses: [Query] = []
        for expanded in try expand(patterns(field, string)) {
            clauses.append(
                try boosted(body(expanded.path, !expanded.isFromPattern), by: expanded.boost))
        }
        return NormalForm.disjunctionMax(clauses, tieBreaker: string.tieBreaker ?? 0)
    }

    private func combined(
        _ clauses: [QueryStringNode.Clause], _ string: QueryStringQuery, isTop: Bool
    ) throws(RequestError) -> Query {
        var bool = BooleanQuery()
        for clause in clauses {
            for node in separated(clause.node, string) {
                let query = try self.query(node, string)
                switch clause.occurrence {
                case .must: bool.must.append(query)
                case .should: bool.should.append(query)
                case .mustNot: bool.mustNot.append(query)
                }
            }
        }
        if isTop, let minimum = string.minimumShouldMatch {
            bool.minimumShouldMatch = minimum.resolve(optionalClauses: bool.should.count)
        }
        return NormalForm.bool(bool)
    }

    /// With one field, neighbouring words are clauses of their own, as `minimum_should_match`
    /// counts them.
    private func separated(
        _ node: QueryStringNode, _ string: QueryStringQuery
    ) -> [QueryStringNode] {
        guard case .words(let words, let field) = node, words.count > 1 else { return [node] }
        let patterns = patterns(field, string)
        guard patterns.count == 1, !PathPattern(patterns[0].pattern).hasWildcard else {
            return [node]
        }
        return words.map { .words([$0], field: field) }
    }

    /// The prefix as the field's analyzer writes words; prefixes of keywords stay as they are.
    private func normalized(_ text: String, _ path: String) -> [UInt8] {
        guard let mapping = fields.schema[path], mapping.type == .text else {
            return Array(text.utf8)
        }
        // Stemming a prefix would cut it, so only what rewrites characters is taken from analysis.
        return analyzers.with(mapping.searchAnalyzer) { $0.prefix(text) } ?? Array(text.utf8)
    }
}
