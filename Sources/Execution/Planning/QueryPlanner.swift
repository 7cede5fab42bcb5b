// Turns a query in normal form into weights.

import Analysis
import Queries

/// Plans queries under one collection's statistics.
struct QueryPlanner {
    private let statistics: CollectionStatistics
    private let entries: TermEntries
    private let schema: Schema
    private var similarities: [String: FieldSimilarity] = [:]
    /// The next term is mostly of the same field.
    private var newest: (field: String, similarity: FieldSimilarity)?
    /// Whether other scores are added to the one that is planned.
    private var isSummed = false

    init(_ statistics: CollectionStatistics, _ entries: TermEntries, _ schema: Schema) {
        self.statistics = statistics
        self.entries = entries
        self.schema = schema
    }

    /// - Parameter isScoring: false where the query only selects.
    mutating func plan(_ query: Query, isScoring: Bool) throws -> Weight {
        switch query {
        case .matchAll(let boost): return .all(score: constant(boost))
        case .matchNone: return .none
        case .term(let field, let term, let boost):
            let key = TermKey(field: field, term: term)
            return .term(
                termWeight(key, boost, isScoring, documentFrequency: statistics.terms[key] ?? 0))
        case .phrase(let field, let terms, let slop, let boost):
            return phrase(field, terms, slop, boost, isScoring)
        case .expanded(let expansion, let boost):
            return expanded(expansion, boost, isScoring)
        case .phrasePrefix(let query, let boost):
            return phrasePrefix(query, boost, isScoring)
        case .pattern(let field, let pattern, let boost):
            return .documents(
                .pattern(field: field, try entries.automaton(pattern)), score: constant(boost))
        case .bool(let bool): return try boolean(bool, isScoring)
        case .disjunctionMax(let clauses, let tieBreaker):
            let planned = try summing(clauses.count > 1) { planner in
                try clauses.map { try planner.plan($0, isScoring: isScoring) }
            }.filter(Self.canMatch)
            if planned.isEmpty { return .none }
            return planned.count == 1 ? planned[0] : .best(planned, tieBreaker: tieBreaker)
        case .blended(let terms, let tieBreaker):
            return blended(terms, tieBreaker, isScoring)
        case .combined(let terms, let boost): return combined(terms, boost, isScoring)
        case .demoted(let positive, let negative, let factor):
            let planned = try plan(positive, isScoring: isScoring)
            let demoting = try plan(negative, isScoring: false)
            guard isScoring, Self.canMatch(planned), Self.canMatch(demoting) else { return planned }
            return .demoted(planned, by: demoting, factor: factor)
        case .constantScore(let inner, let boost):
            let planned = try plan(inner, isScoring: false)
            if case .none = planned { return .none }
            return .constant(planned, score: constant(boost))
        case .terms(let field, let terms, let boost):
            return .documents(.terms(field: field, terms), score: constant(boost))
        case .range(let field, let lower, let upper, let boost):
            return .documents(
                .range(field: field, lower: lower, upper: upper), score: constant(boost))
        case .exists(let field, let boost):
            return .documents(.exists(field: field), score: constant(boost))
        case .ids(let ids, let boost):
            return .documents(.ids(ids), score: constant(boost))
        case .prefix(let field, let prefix, let boost):
            return .documents(.prefix(field: field, prefix), score: constant(boost))
        case .functionScore(let function): return try self.function(function, isScoring)
        case .covering(let covering):
            let planned = try summing(covering.clauses.count > 1) { planner in
                try covering.clauses.map { try planner.plan($0, isScoring: isScoring) }
            }.filter(Self.canMatch)
            return planned.isEmpty
                ? .none : .covering(planned, minimumField: covering.minimumField)
        case .match: throw ExecutionError.notInNormalForm("match")
        case .multiMatch: throw ExecutionError.notInNormalForm("multi_match")
        case .matchPhrase: throw ExecutionError.notInNormalForm("match_phrase")
        case .queryString: throw ExecutionError.notInNormalForm("query_string")
        case .fuzzy: throw ExecutionError.notInNormalForm("fuzzy")
        case .rawTerm: throw ExecutionError.notInNormalForm("term")
        case .rawTerms: throw ExecutionError.notInNormalForm("terms")
        case .rawRange: throw ExecutionError.notInNormalForm("range")
        case .termsSet: throw ExecutionError.notInNormalForm("terms_set")
        }
    }

    private func constant(_ boost: Float) -> Double { ScoreGrid.round(Double(boost)) }

    private static func canMatch(_ weight: Weight) -> Bool {
        if case .none = weight { return false }
        return true
    }

    /// Plans clauses whose scores are added up if there are `several`, as those around them are.
    private mutating func summing<Planned>(
        _ several: Bool, _ body: (inout QueryPlanner) throws -> Planned
    ) rethrows -> Planned {
        let outer = isSummed
        defer { isSummed = outer }
        isSummed = outer || several
        return try body(&self)
    }

    private mutating func function(
        _ function: FunctionScoreQuery, _ isScoring: Bool
    ) throws -> Weight {
        let outer = isSummed
        defer { isSummed = outer }
        // The inner score may be as large as it likes: what is made of it is cut.
        isSummed = false
        let usesScore = function.usesInnerScore(isScoring: isScoring)
        let inner = try plan(function.query, isScoring: usesScore)
        guard Self.canMatch(inner), isScoring || function.minimumScore != nil else { return inner }
        return .function(
            FunctionWeight(
                inner: inner, query: function,
                filters: try function.functions.map { function in
                    try function.filter.map { try plan($0, isScoring: false) }
                },
                limit: outer
                    ? QueryLimits.maximumSummedFunctionScore
                    : Double(Float.greatestFiniteMagnitude)))
    }

    private mutating func boolean(_ bool: BooleanQuery, _ isScoring: Bool) throws -> Weight {
        var weight = BooleanWeight()
        let scoring = try summing(bool.must.count + bool.should.count > 1) { planner in
            (
                must: try bool.must.map { try planner.plan($0, isScoring: isScoring) },
                should: try bool.should.map { try planner.plan($0, isScoring: isScoring) }
            )
        }
        weight.must = scoring.must
        weight.filter = try bool.filter.map { try plan($0, isScoring: false) }
        guard weight.must.allSatisfy(Self.canMatch), weight.filter.allSatisfy(Self.canMatch) else {
            return .none
        }
        weight.should = scoring.should.filter(Self.canMatch)
        weight.mustNot = try bool.mustNot.map { try plan($0, isScoring: false) }
            .filter(Self.canMatch)
        let isUnconditional = bool.must.isEmpty && bool.filter.isEmpty && !bool.should.isEmpty
        weight.minimumShouldMatch = max(bool.minimumShouldMatch, isUnconditional ? 1 : 0)
        guard weight.minimumShouldMatch <= weight.should.count else { return .none }
        if weight.minimumShouldMatch <= 1, weight.should.contains(where: Self.isBoolean) {
            weight.should = weight.should.flatMap(Self.choices)
        }
        return .boolean(weight)
    }

    private static func isBoolean(_ weight: Weight) -> Bool {
        if case .boolean = weight { return true }
        return false
    }

    /// Of clauses any of which is enough, those that a clause itself chooses from: scores are
    /// exact sums, and all choices together can be pruned better than choices within choices.
    private static func choices(_ clause: Weight) -> [Weight] {
        guard case .boolean(let bool) = clause, bool.must.isEmpty, bool.filter.isEmpty,
            bool.mustNot.isEmpty, bool.minimumShouldMatch == 1
        else { return [clause] }
        return bool.should
    }

    private mutating func similarity(_ field: String) -> FieldSimilarity {
        if let newest, newest.field == field { return newest.similarity }
        if let known = similarities[field] { return known }
        let parameters = schema.ordinal(of: field).map { schema.fields[$0].similarity }
        let similarity = FieldSimilarity.of(
            statistics.fields[field] ?? FieldCounts(), parameters ?? .standard)
        similarities[field] = similarity
        newest = (field, similarity)
        return similarity
    }

    /// - Parameters:
    ///   - blended: the document frequency it is weighed by, if another than its own.
    ///   - largest: of the field whose number of documents that is out of, if another.
    private mutating func termWeight(
        _ term: TermKey, _ boost: Float, _ isScoring: Bool, documentFrequency: Int64,
        blended: Int64? = nil, outOf largest: FieldSimilarity? = nil
    ) -> TermWeight {
        let similarity = isScoring ? similarity(term.field) : .silent
        return TermWeight(
            number: entries.number(of: term), term: term,
            documentFrequency: documentFrequency, boost: boost,
            idf: InverseFrequency(
                largest ?? similarity, documentFrequency: blended ?? documentFrequency),
            similarity: similarity, isScoring: isScoring)
    }

    private mutating func blended(
        _ terms: [BlendedTerm], _ tieBreaker: Float, _ isScoring: Bool
    ) -> Weight {
        let clauses = joined(terms, terms.map(\.boost), isScoring).map(Weight.term)
        if clauses.isEmpty { return .none }
        return clauses.count == 1 ? clauses[0] : .best(clauses, tieBreaker: tieBreaker)
    }

    private mutating func combined(
        _ terms: [BlendedTerm], _ boost: Float, _ isScoring: Bool
    ) -> Weight {
        let joined = joined(terms, terms.map { _ in boost }, isScoring)
        if joined.isEmpty { return .none }
        if isScoring {
            return .combined(CombinedWeight(terms: joined, fieldWeights: terms.map(\.boost)))
        }
        return .boolean(BooleanWeight(should: joined.map(Weight.term), minimumShouldMatch: 1))
    }

    /// Several fields as if they were one.
    private mutating func joined(
        _ terms: [BlendedTerm], _ boosts: [Float], _ isScoring: Bool
    ) -> [TermWeight] {
        var highest: Int64 = 0
        var largest = FieldSimilarity.silent
        for term in terms {
            let key = TermKey(field: term.field, term: term.term)
            highest = max(highest, statistics.terms[key] ?? 0)
            let similarity = similarity(term.field)
            if similarity.documentCount > largest.documentCount { largest = similarity }
        }
        return zip(terms, boosts).map { term, boost in
            let key = TermKey(field: term.field, term: term.term)
            return termWeight(
                key, boost, isScoring, documentFrequency: statistics.terms[key] ?? 0,
                blended: highest, outOf: largest)
        }
    }

    /// Any of the terms the expansion stands for; see `TermExpansion`.
    private mutating func expanded(
        _ expansion: TermExpansion, _ boost: Float, _ isScoring: Bool
    ) -> Weight {
        let best = statistics.best(expansion)
        let clauses = best.terms.map { term in
            let weight = expansion.weight(of: term, among: best)
            return Weight.term(
                termWeight(
                    TermKey(field: expansion.field, term: term.term), boost * weight.share,
                    isScoring, documentFrequency: term.documentFrequency,
                    blended: weight.documentFrequency))
        }
        if clauses.isEmpty { return .none }
        if clauses.count == 1 { return clauses[0] }
        return .boolean(BooleanWeight(should: clauses, minimumShouldMatch: 1))
    }

    /// The best of one phrase per term the last one stands for.
    private mutating func phrasePrefix(
        _ query: PhrasePrefixQuery, _ boost: Float, _ isScoring: Bool
    ) -> Weight {
        let best = statistics.best(query.last)
        let phrases = best.terms.map { term in
            let last = PhraseTerm(term: term.term, position: query.lastPosition)
            return phrase(
                query.field, query.terms + [last], query.slop, boost, isScoring,
                lastFrequency: best.blendedFrequency)
        }
        if phrases.isEmpty { return .none }
        return phrases.count == 1 ? phrases[0] : .best(phrases, tieBreaker: 0)
    }

    /// A phrase weighs as much as its terms together, repeated ones included.
    /// - Parameter lastFrequency: what the last term's document frequency counts as.
    private mutating func phrase(
        _ field: String, _ terms: [PhraseTerm], _ slop: Int, _ boost: Float, _ isScoring: Bool,
        lastFrequency: Int64? = nil
    ) -> Weight {
        guard let first = terms.map(\.position).min() else { return .none }
        let similarity = similarity(field)
        var idf = 0.0
        var parts: [PhraseWeight.Part] = []
        for (place, term) in terms.enumerated() {
            let key = TermKey(field: field, term: term.term)
            let blended = place == terms.count - 1 ? lastFrequency : nil
            let frequency = blended ?? statistics.terms[key] ?? 0
            let own = similarity.idf(documentFrequency: frequency)
            idf += Double(own)
            parts.append(
                PhraseWeight.Part(
                    number: entries.number(of: key), term: term.term,
                    offset: term.position - first, idf: own))
        }
        return .phrase(
            PhraseWeight(
                field: field, parts: parts, slop: slop,
                boost: boost, idf: Float(idf), similarity: similarity, isScoring: isScoring))
    }
}
