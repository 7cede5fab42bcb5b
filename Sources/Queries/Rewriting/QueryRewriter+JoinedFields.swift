// Several fields searched as if they were one.

import Analysis

extension QueryRewriter {
    /// Each word may be in any of the fields that analyse it alike; operator and
    /// `minimum_should_match` count words, not fields. Fields of different analyzers are groups of
    /// their own, and the best group counts, as in Lucene's `cross_fields`.
    func joinedFields(_ multi: MultiMatchQuery) throws(RequestError) -> Query {
        var order: [String] = []
        var groups: [String: [(mapping: FieldMapping, boost: Float)]] = [:]
        var clauses: [Query] = []
        for field in try expand(multi.fields) {
            let boost = field.boost * multi.boost
            try QueryLimits.check(boost: boost, "[multi_match] query for field [\(field.path)]")
            guard field.path != "_id", let mapping = try mapping(field.path), mapping.isIndexed,
                mapping.type == .text || mapping.type == .keyword
            else {
                // Neither words nor one term: its value alone.
                clauses.append(
                    try match(
                        MatchQuery(
                            field: field.path, value: multi.value,
                            lenient: multi.lenient || field.isFromPattern, boost: boost)))
                continue
            }
            let name =
                mapping.type == .text
                ? mapping.searchAnalyzer : "keyword \(mapping.normalizer ?? "")"
            if groups[name] == nil { order.append(name) }
            groups[name, default: []].append((mapping, field.boost))
        }
        for name in order { clauses.append(try group(groups[name] ?? [], multi)) }
        return NormalForm.disjunctionMax(clauses, tieBreaker: multi.tieBreaker ?? 0)
    }

    private func group(
        _ fields: [(mapping: FieldMapping, boost: Float)], _ multi: MultiMatchQuery
    ) throws(RequestError) -> Query {
        guard let first = fields.first?.mapping else { return .matchNone }
        let isCombined = multi.kind == .combinedFields
        func joined(_ word: Term) -> Query {
            let terms = fields.map { field in
                BlendedTerm(
                    field: field.mapping.path, term: word,
                    boost: isCombined ? field.boost : field.boost * multi.boost)
            }
            return isCombined
                ? NormalForm.combined(terms, boost: multi.boost)
                : NormalForm.blended(terms, tieBreaker: multi.tieBreaker ?? 0)
        }
        if first.type == .keyword {
            try FieldReader.requireOneOrder(first)
            return joined(Term(normalized(multi.value.scalarText ?? "", first)))
        }
        let parts = try AnalyzedPart.parts(tokens(of: multi.value, first))
        if parts.isEmpty {
            return multi.zeroTermsQuery == .all ? .matchAll(boost: multi.boost) : .matchNone
        }
        var clauses: [Query] = []
        for part in parts {
            if let word = part.onlyTerm {
                clauses.append(joined(word))
                continue
            }
            var alternatives: [Query] = []
            for field in fields {
                alternatives.append(
                    try part.query(field: field.mapping.path, boost: field.boost * multi.boost))
            }
            clauses.append(NormalForm.disjunctionMax(alternatives, tieBreaker: 0))
        }
        if multi.operator == .and { return NormalForm.bool(BooleanQuery(must: clauses)) }
        let minimum = multi.minimumShouldMatch?.resolve(optionalClauses: clauses.count) ?? 1
        return NormalForm.bool(BooleanQuery(should: clauses, minimumShouldMatch: max(1, minimum)))
    }
}
