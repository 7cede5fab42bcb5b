// Multiplying a boost into a tree.

import Analysis

extension Query {
    /// The query whose score is `factor` times this one's: the factor is multiplied into every node
    /// that scores, so that compound nodes need no boost of their own.
    func boosted(by factor: Float) throws(RequestError) -> Query {
        if factor == 1 { return self }
        func scaled(_ boost: Float) throws(RequestError) -> Float {
            try Self.scaled(boost, by: factor)
        }
        func all(_ queries: [Query]) throws(RequestError) -> [Query] {
            var result: [Query] = []
            for query in queries { result.append(try query.boosted(by: factor)) }
            return result
        }
        switch self {
        case .matchNone: return self
        case .matchAll(let boost): return .matchAll(boost: try scaled(boost))
        case .term(let field, let term, let boost):
            return .term(field: field, term: term, boost: try scaled(boost))
        case .terms(let field, let terms, let boost):
            return .terms(field: field, terms: terms, boost: try scaled(boost))
        case .phrase(let field, let terms, let slop, let boost):
            return .phrase(field: field, terms: terms, slop: slop, boost: try scaled(boost))
        case .bool(var bool):
            bool.must = try all(bool.must)
            bool.should = try all(bool.should)
            return .bool(bool)
        case .disjunctionMax(let clauses, let tieBreaker):
            return .disjunctionMax(try all(clauses), tieBreaker: tieBreaker)
        case .blended(var terms, let tieBreaker):
            for index in terms.indices { terms[index].boost = try scaled(terms[index].boost) }
            return .blended(terms, tieBreaker: tieBreaker)
        case .combined(let terms, let boost):
            return .combined(terms, boost: try scaled(boost))
        case .demoted(let positive, let negative, let share):
            return .demoted(try positive.boosted(by: factor), by: negative, factor: share)
        case .constantScore(let inner, let boost):
            return .constantScore(inner, boost: try scaled(boost))
        case .range(let field, let lower, let upper, let boost):
            return .range(field: field, lower: lower, upper: upper, boost: try scaled(boost))
        case .exists(let field, let boost):
            return .exists(field: field, boost: try scaled(boost))
        case .ids(let ids, let boost): return .ids(ids, boost: try scaled(boost))
        case .prefix(let field, let prefix, let boost):
            return .prefix(field: field, prefix: prefix, boost: try scaled(boost))
        case .pattern(let field, let pattern, let boost):
            return .pattern(field: field, pattern, boost: try scaled(boost))
        case .expanded(let expansion, let boost):
            return .expanded(expansion, boost: try scaled(boost))
        case .phrasePrefix(let phrase, let boost):
            return .phrasePrefix(phrase, boost: try scaled(boost))
        case .functionScore(var function):
            // As in OpenSearch: it is the inner score that is boosted.
            function.query = try function.query.boosted(by: factor)
            return .functionScore(function)
        case .covering(var covering):
            covering.clauses = try all(covering.clauses)
            return .covering(covering)
        default: return try boostedUserForm(by: factor)
        }
    }

    private static func scaled(_ boost: Float, by factor: Float) throws(RequestError) -> Float {
        let product = boost * factor
        try QueryLimits.check(boost: product, "a query")
        return product
    }

    /// What users write; the normal form stays as it is.
    private func boostedUserForm(by factor: Float) throws(RequestError) -> Query {
        func scaled(_ boost: Float) throws(RequestError) -> Float {
            try Self.scaled(boost, by: factor)
        }
        switch self {
        case .fuzzy(var fuzzy):
            fuzzy.boost = try scaled(fuzzy.boost)
            return .fuzzy(fuzzy)
        case .match(var match):
            match.boost = try scaled(match.boost)
            return .match(match)
        case .multiMatch(var multi):
            multi.boost = try scaled(multi.boost)
            return .multiMatch(multi)
        case .matchPhrase(var phrase):
            phrase.boost = try scaled(phrase.boost)
            return .matchPhrase(phrase)
        case .queryString(var string):
            string.boost = try scaled(string.boost)
            return .queryString(string)
        case .rawTerm(let field, let value, let boost):
            return .rawTerm(field: field, value: value, boost: try scaled(boost))
        case .rawTerms(let field, let values, let boost):
            return .rawTerms(field: field, values: values, boost: try scaled(boost))
        case .rawRange(var range):
            range.boost = try scaled(range.boost)
            return .rawRange(range)
        case .termsSet(var set):
            set.boost = try scaled(set.boost)
            return .termsSet(set)
        default: return self
        }
    }
}
