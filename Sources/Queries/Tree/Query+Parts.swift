// What queries are made of.

extension Query {
    /// Calls `body` with the queries this one is made of, whatever they are in it.
    func forEachPart(_ body: (Query) -> Void) {
        switch self {
        case .bool(let bool):
            for clause in bool.must { body(clause) }
            for clause in bool.should { body(clause) }
            for clause in bool.filter { body(clause) }
            for clause in bool.mustNot { body(clause) }
        case .disjunctionMax(let clauses, _): for clause in clauses { body(clause) }
        case .demoted(let positive, let negative, _):
            body(positive)
            body(negative)
        case .constantScore(let inner, _): body(inner)
        case .functionScore(let function):
            body(function.query)
            for function in function.functions { function.filter.map(body) }
        case .covering(let covering): for clause in covering.clauses { body(clause) }
        default: break
        }
    }

    /// The expansions of the whole query, also where it does not score, each once.
    public var expansions: Set<TermExpansion> {
        var result: Set<TermExpansion> = []
        collectExpansions(into: &result)
        return result
    }

    private func collectExpansions(into result: inout Set<TermExpansion>) {
        switch self {
        case .expanded(let expansion, _): result.insert(expansion)
        case .phrasePrefix(let phrase, _): result.insert(phrase.last)
        default: forEachPart { $0.collectExpansions(into: &result) }
        }
    }

    /// The different patterns that terms are compared with.
    var patterns: Set<TermPattern> {
        var result: Set<TermPattern> = []
        collectPatterns(into: &result)
        return result
    }

    private func collectPatterns(into result: inout Set<TermPattern>) {
        switch self {
        case .pattern(_, let pattern, _): result.insert(pattern)
        case .expanded(let expansion, _): result.insert(expansion.pattern)
        case .phrasePrefix(let phrase, _): result.insert(phrase.last.pattern)
        default: forEachPart { $0.collectPatterns(into: &result) }
        }
    }

    /// How many clauses' worth of work and of score it is: `QueryLimits.maximumClauses` bounds the
    /// sum of all.
    var leafCount: Int {
        switch self {
        case .blended(let terms, _), .combined(let terms, _): return terms.count
        // So that the sum of all boosts stays below that of the largest clauses.
        case .expanded(let expansion, let boost):
            let share = boost * Float(expansion.limit) / QueryLimits.maximumBoost
            return max(1, Int(share.rounded(.up)))
        case .functionScore:
            return max(leafCountOfParts ?? 0, QueryLimits.functionScoreClauses)
        default: return leafCountOfParts ?? 1
        }
    }

    /// Nil: there are none.
    private var leafCountOfParts: Int? {
        var count: Int?
        forEachPart { count = (count ?? 0) + $0.leafCount }
        return count
    }
}
