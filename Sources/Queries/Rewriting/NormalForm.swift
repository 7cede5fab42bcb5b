// The algebra of queries in normal form: flattening, simplifying and ordering compound queries.

import Analysis

/// Builds compound queries out of parts that are in normal form, such that the result is. Scores
/// add up exactly whatever the grouping and the order (see `QueryLimits.maximumBoost`), so none
/// of this changes a score, but for merging a repeated term, which every leaf then does alike.
enum NormalForm {
    // MARK: Scoring

    static func bool(_ bool: BooleanQuery) -> Query {
        if let only = bool.onlyClause { return only }
        if let terms = onlyTerms(bool) { return .bool(terms) }
        var result = BooleanQuery()
        var should: [Query] = []
        for clause in bool.should { addOptional(clause, to: &should, of: bool) }
        var minimum = bool.minimumShouldMatch
        if bool.must.isEmpty, bool.filter.isEmpty, !bool.should.isEmpty {
            minimum = max(1, minimum)
        }
        if minimum <= 1 { should = mergingRepeats(should) }
        guard should.count >= minimum else { return .matchNone }
        var must = bool.must
        if minimum > 0, should.count == minimum {
            must += should
            should = []
            minimum = 0
        }
        for clause in must { addRequired(clause, to: &result) }
        for clause in bool.filter.map(filter) { addFilter(clause, to: &result) }
        for clause in bool.mustNot.map(filter) { addExcluded(clause, to: &result) }
        if result.filter.contains(.matchNone) || result.must.contains(.matchNone) {
            return .matchNone
        }
        if result.mustNot.contains(where: \.isMatchAll) { return .matchNone }
        result.must = mergingRepeats(result.must)
        result.should = should
        result.minimumShouldMatch = minimum
        return finished(result)
    }

    /// The normal form of different terms of one field and boost that are all required, or all
    /// optional, as most are. Nil: it is another query.
    private static func onlyTerms(_ bool: BooleanQuery) -> BooleanQuery? {
        guard bool.filter.isEmpty, bool.mustNot.isEmpty, bool.minimumShouldMatch <= 1,
            bool.must.isEmpty != bool.should.isEmpty
        else { return nil }
        let clauses = bool.must.isEmpty ? bool.should : bool.must
        guard (2...fewClauses).contains(clauses.count), !hasRepeats(clauses),
            let terms = orderedTerms(clauses, distinct: false)
        else { return nil }
        return bool.must.isEmpty
            ? BooleanQuery(should: terms, minimumShouldMatch: 1)
            : bool.minimumShouldMatch == 0 ? BooleanQuery(must: terms) : nil
    }

    private static func finished(_ bool: BooleanQuery) -> Query {
        var result = bool
        result.filter = ordered(result.filter.filter { !$0.isMatchAll }, distinct: true)
        result.mustNot = ordered(result.mustNot, distinct: true)
        result.must = ordered(result.must, distinct: false)
        result.should = ordered(result.should, distinct: false)
        let isOnlyMust = result.should.isEmpty && result.filter.isEmpty && result.mustNot.isEmpty
        if isOnlyMust, result.must.count == 1 { return result.must[0] }
        if result.must.isEmpty, result.filter.isEmpty, result.minimumShouldMatch == 0 {
            // Nothing is required: everything matches, scored by the optional clauses only.
            result.filter = [.matchAll(boost: 1)]
        }
        return .bool(result)
    }

    private static func addRequired(_ clause: Query, to result: inout BooleanQuery) {
        guard case .bool(let inner) = clause, inner.should.isEmpty else {
            result.must.append(clause)
            return
        }
        for clause in inner.must { addRequired(clause, to: &result) }
        result.filter += inner.filter
        result.mustNot += inner.mustNot
    }

    private static func addFilter(_ clause: Query, to result: inout BooleanQuery) {
        guard case .bool(let inner) = clause, inner.should.isEmpty, inner.must.isEmpty else {
            result.filter.append(clause)
            return
        }
        result.filter += inner.filter
        result.mustNot += inner.mustNot
    }

    private static func addExcluded(_ clause: Query, to result: inout BooleanQuery) {
        if clause == .matchNone { return }
        if case .bool(let inner) = clause, inner.isPlainDisjunction {
            result.mustNot += inner.should
        } else {
            result.mustNot.append(clause)
        }
    }

    private static func addOptional(
        _ clause: Query, to should: inout [Query], of outer: BooleanQuery
    ) {
        if clause == .matchNone { return }
        if outer.minimumShouldMatch <= 1, case .bool(let inner) = clause, inner.isPlainDisjunction {
            should += inner.should
        } else {
            should.append(clause)
        }
    }

    static func disjunctionMax(_ clauses: [Query], tieBreaker: Float) -> Query {
        var flat: [Query] = []
        for clause in clauses where clause != .matchNone {
            if case .disjunctionMax(let inner, 0) = clause, tieBreaker == 0 {
                flat += inner
            } else {
                flat.append(clause)
            }
        }
        let result = ordered(flat, distinct: tieBreaker == 0)
        if result.isEmpty { return .matchNone }
        return result.count == 1 ? result[0] : .disjunctionMax(result, tieBreaker: tieBreaker)
    }

    static func blended(_ terms: [BlendedTerm], tieBreaker: Float) -> Query {
        let sorted = sorted(terms)
        guard let first = sorted.first else { return .matchNone }
        if sorted.count == 1 {
            return .term(field: first.field, term: first.term, boost: first.boost)
        }
        return .blended(sorted, tieBreaker: tieBreaker)
    }

    static func combined(_ terms: [BlendedTerm], boost: Float) -> Query {
        let sorted = sorted(terms)
        guard let first = sorted.first else { return .matchNone }
        if sorted.count == 1, first.boost == 1 {
            return .term(field: first.field, term: first.term, boost: boost)
        }
        return .combined(sorted, boost: boost)
    }

    /// The terms by field and bytes; of a field and term that come twice, the first.
    private static func sorted(_ terms: [BlendedTerm]) -> [BlendedTerm] {
        var seen: Set<TermKey> = []
        let distinct = terms.filter {
            seen.insert(TermKey(field: $0.field, term: $0.term)).inserted
        }
        return distinct.sorted { a, b in
            a.field == b.field
                ? a.term < b.term : Array(a.field.utf8).lexicographicallyPrecedes(b.field.utf8)
        }
    }

    static func demoted(_ positive: Query, by negative: Query, factor: Float) -> Query {
        let filter = filter(negative)
        if positive == .matchNone || filter == .matchNone || factor == 1 { return positive }
        return .demoted(positive, by: filter, factor: factor)
    }

    static func covering(_ clauses: [Query], _ minimumField: String) -> Query {
        // As many as the documents ask for, so a clause that never matches makes no difference.
        let possible = ordered(clauses.filter { $0 != .matchNone }, distinct: true)
        if possible.isEmpty { return .matchNone }
        return .covering(CoveringQuery(clauses: possible, minimumField: minimumField))
    }

    static func functionScore(_ function: FunctionScoreQuery) -> Query {
        if function.query == .matchNone { return .matchNone }
        if function.functions.isEmpty, function.minimumScore == nil { return function.query }
        var result = function
        for place in result.functions.indices {
            guard let condition = result.functions[place].filter else { continue }
            let simplest = filter(condition)
            result.functions[place].filter = simplest.isMatchAll ? nil : simplest
        }
        return .functionScore(result)
    }

    static func constantScore(_ inner: Query, boost: Float) -> Query {
        let filter = filter(inner)
        switch filter {
        case .matchNone: return .matchNone
        case .matchAll: return .matchAll(boost: boost)
        case .term(let field, let term, _):
            return .terms(field: field, terms: [term], boost: boost)
        case .terms, .range, .exists, .ids, .prefix, .pattern: return filter.withBoost(boost)
        default: return .constantScore(filter, boost: boost)
        }
    }

    // MARK: Not scoring

    /// The simplest query that matches the same documents; its scores mean nothing.
    static func filter(_ query: Query) -> Query {
        switch query {
        case .constantScore(let inner, _): return filter(inner)
        case .disjunctionMax(let clauses, _):
            return filter(.bool(BooleanQuery(should: clauses, minimumShouldMatch: 1)))
        case .terms(let field, let terms, _) where terms.count == 1:
            return .term(field: field, term: terms[0], boost: 1)
        case .bool(let bool): return filter(bool)
        case .blended(let terms, _), .combined(let terms, _):
            let clauses = terms.map { Query.term(field: $0.field, term: $0.term, boost: 1) }
            return filter(.bool(BooleanQuery(should: clauses, minimumShouldMatch: 1)))
        case .demoted(let positive, _, _): return filter(positive)
        case .covering(let covering):
            return NormalForm.covering(covering.clauses.map(filter), covering.minimumField)
        case .functionScore(let function) where function.minimumScore == nil:
            return filter(function.query)
        default: return query.withBoost(1)
        }
    }

    private static func filter(_ bool: BooleanQuery) -> Query {
        var minimum = bool.minimumShouldMatch
        if bool.must.isEmpty, bool.filter.isEmpty, !bool.should.isEmpty {
            minimum = max(1, minimum)
        }
        var required = bool.must + bool.filter
        var should: [Query] = []
        if minimum > 0 {
            let plain = BooleanQuery(minimumShouldMatch: minimum)
            for clause in bool.should.map(filter) { addOptional(clause, to: &should, of: plain) }
            if minimum == 1 { should = ordered(should, distinct: true) }
            guard should.count >= minimum else { return .matchNone }
            if minimum == 1, should.contains(where: \.isMatchAll) {
                should = []
                minimum = 0
            } else if should.count == minimum {
                required += should
                should = []
                minimum = 0
            }
        }
        var result = BooleanQuery(should: ordered(should, distinct: false))
        result.minimumShouldMatch = minimum
        for clause in required.map(filter) { addFilter(clause, to: &result) }
        for clause in bool.mustNot.map(filter) { addExcluded(clause, to: &result) }
        if result.filter.contains(.matchNone) || result.mustNot.contains(where: \.isMatchAll) {
            return .matchNone
        }
        result.filter = ordered(result.filter.filter { !$0.isMatchAll }, distinct: true)
        result.mustNot = ordered(result.mustNot, distinct: true)
        if result.should.isEmpty {
            if result.filter.isEmpty { result.filter = [.matchAll(boost: 1)] }
            if result.filter.count == 1, result.mustNot.isEmpty { return result.filter[0] }
        }
        return .bool(result)
    }

    // MARK: Order

    /// The clauses in the order of their canonical bytes.
    static func ordered(_ clauses: [Query], distinct: Bool) -> [Query] {
        if clauses.count < 2 { return clauses }
        if let terms = orderedTerms(clauses, distinct: distinct) { return terms }
        let keyed = clauses.map { (key: $0.canonicalBytes(), clause: $0) }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
        var result: [Query] = []
        var last: [UInt8]?
        for (key, clause) in keyed {
            if distinct, key == last { continue }
            result.append(clause)
            last = key
        }
        return result
    }

    /// Where all clauses are terms of one field and boost their bytes need not be made: terms come
    /// by their lengths, then by their bytes.
    private static func orderedTerms(_ clauses: [Query], distinct: Bool) -> [Query]? {
        guard case .term(let field, _, let boost) = clauses[0] else { return nil }
        for clause in clauses {
            guard case .term(field, _, boost) = clause else { return nil }
        }
        var result = clauses
        result.sort { a, b in
            guard case .term(_, let term, _) = a, case .term(_, let other, _) = b else {
                return false
            }
            return term.bytes.count == other.bytes.count
                ? term < other : term.bytes.count < other.bytes.count
        }
        guard distinct else { return result }
        for index in result.indices.dropFirst().reversed() where result[index] == result[index - 1]
        {
            result.remove(at: index)
        }
        return result
    }

    /// A term asked for twice is asked for once with the sum of the boosts.
    private static func hasRepeats(_ clauses: [Query]) -> Bool {
        for (index, clause) in clauses.enumerated() {
            guard case .term(let field, let term, _) = clause else { continue }
            for other in clauses[..<index] {
                if case .term(field, term, _) = other { return true }
            }
        }
        return false
    }

    /// So many are compared with each other, not hashed.
    private static let fewClauses = 8

    private static func mergingRepeats(_ clauses: [Query]) -> [Query] {
        if clauses.count < 2 { return clauses }
        if clauses.count <= fewClauses, !hasRepeats(clauses) { return clauses }
        var places: [TermKey: Int] = [:]
        var result: [Query] = []
        for clause in clauses {
            guard case .term(let field, let term, let boost) = clause else {
                result.append(clause)
                continue
            }
            let key = TermKey(field: field, term: term)
            if let place = places[key], case .term(_, _, let earlier) = result[place],
                earlier + boost <= QueryLimits.maximumBoost
            {
                result[place] = .term(field: field, term: term, boost: earlier + boost)
            } else {
                places[key] = result.count
                result.append(clause)
            }
        }
        return result
    }
}

extension BooleanQuery {
    /// The clause that is all there is, required or optional, scored either way.
    fileprivate var onlyClause: Query? {
        guard filter.isEmpty, mustNot.isEmpty, must.count + should.count == 1,
            minimumShouldMatch <= should.count
        else { return nil }
        return must.first ?? should.first
    }

    /// Nothing but optional clauses of which one is enough.
    fileprivate var isPlainDisjunction: Bool {
        must.isEmpty && filter.isEmpty && mustNot.isEmpty && minimumShouldMatch <= 1
    }
}

extension Query {
    var isMatchAll: Bool {
        if case .matchAll = self { true } else { false }
    }

    /// A simple node of the normal form with another boost.
    fileprivate func withBoost(_ boost: Float) -> Query {
        switch self {
        case .matchAll: .matchAll(boost: boost)
        case .term(let field, let term, _): .term(field: field, term: term, boost: boost)
        case .terms(let field, let terms, _): .terms(field: field, terms: terms, boost: boost)
        case .phrase(let field, let terms, let slop, _):
            .phrase(field: field, terms: terms, slop: slop, boost: boost)
        case .range(let field, let lower, let upper, _):
            .range(field: field, lower: lower, upper: upper, boost: boost)
        case .exists(let field, _): .exists(field: field, boost: boost)
        case .ids(let ids, _): .ids(ids, boost: boost)
        case .prefix(let field, let prefix, _):
            .prefix(field: field, prefix: prefix, boost: boost)
        case .pattern(let field, let pattern, _): .pattern(field: field, pattern, boost: boost)
        case .expanded(let expansion, _): .expanded(expansion, boost: boost)
        case .phrasePrefix(let phrase, _): .phrasePrefix(phrase, boost: boost)
        default: self
        }
    }
}
