// What queries are made of.

extension Query {
    /// The queries this one is made of, whatever they are in it.
    var parts: [Query] {
        switch self {
        case .bool(let bool): bool.must + bool.should + bool.filter + bool.mustNot
        case .disjunctionMax(let clauses, _): clauses
        case .demoted(let positive, let negative, _): [positive, negative]
        case .constantScore(let inner, _): [inner]
        case .functionScore(let function):
            [function.query] + function.functions.compactMap(\.filter)
        case .covering(let covering): covering.clauses
        default: []
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
        default: for part in parts { part.collectExpansions(into: &result) }
        }
    }

    /// The different patterns that terms are compared with.
    var patterns: Set<TermPattern> {
        switch self {
        case .pattern(_, let pattern, _): [pattern]
        case .expanded(let expansion, _): [expansion.pattern]
        case .phrasePrefix(let phrase, _): [phrase.last.pattern]
        default: parts.reduce(into: []) { $0.formUnion($1.patterns) }
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
            let count = parts.reduce(0) { $0 + $1.leafCount }
            return max(count, QueryLimits.functionScoreClauses)
        default:
            let parts = parts
            return parts.isEmpty ? 1 : parts.reduce(0) { $0 + $1.leafCount }
        }
    }
}
