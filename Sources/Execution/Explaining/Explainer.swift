// Explains scores: every number of the formula, one document at a time. Slow, and for people.

import Analysis
import Queries
import Segments

/// Explains the scores that one query gives under one collection's statistics. What a clause
/// scores is asked of its scorer; what that was made from is read beside it.
struct Explainer {
    private let weight: Weight
    private let entries: TermEntries
    private let stop: StopSignal

    /// - Throws: `ExecutionError` for a query that is not in normal form or has a bad pattern.
    init(
        _ query: Query, _ statistics: CollectionStatistics, _ segments: [SearchedSegment],
        _ schema: Schema, _ stop: StopSignal
    ) throws {
        entries = TermEntries(segments)
        self.stop = stop
        var planner = QueryPlanner(statistics, entries, schema)
        weight = try planner.plan(query, isScoring: true)
    }

    /// - Parameter place: of the segment among the searcher's.
    func explain(_ document: UInt32, inSegment place: Int) throws -> Explanation {
        let memory = ScorerMemory.take()
        let explanation = try DocumentExplainer(
            document: document, planner: SegmentPlanner(place, entries, memory, stop),
            terms: PostingExplainer(document: document, place: place, entries: entries)
        ).explain(weight)
        // After an error the memory is not as a search expects it, and goes.
        memory.giveBack()
        return explanation ?? Explanation(0.0, "no matching clause")
    }
}

/// One document's part.
private struct DocumentExplainer {
    let document: UInt32
    let planner: SegmentPlanner
    let terms: PostingExplainer

    /// Nil where the clause does not match.
    func explain(_ weight: Weight) throws -> Explanation? {
        guard let score = try score(weight) else { return nil }
        switch weight {
        case .none: return nil
        case .all: return Explanation(score, "*:*, a constant score")
        case .term(let term): return try terms.explain(term, score)
        case .phrase(let phrase):
            let frequency = try (planner.scorer(weight) as? PhraseScorer)?.frequency(in: document)
            return terms.explain(phrase, score, frequency: frequency ?? 0)
        case .boolean(let bool): return try explain(bool, score)
        case .combined(let combined): return try terms.explain(combined, score)
        case .best(let clauses, let tieBreaker):
            let details = try clauses.compactMap(explain)
            let description =
                tieBreaker == 0 ? "max of:" : "max plus \(tieBreaker) times others of:"
            return Explanation(score, description, details)
        case .demoted(let positive, let negative, let factor):
            guard let inner = try explain(positive) else { return nil }
            guard try self.score(negative) != nil else { return inner }
            return Explanation(
                score, "product of:",
                [inner, Explanation(factor, "negative_boost, because the negative query matches")])
        case .constant(let inner, _):
            return Explanation(
                score, "a constant score, because this matches:",
                try explain(inner).map { [$0] } ?? [])
        case .documents(let filter, _):
            return Explanation(score, "a constant score, because of \(filter.text)")
        case .function(let function):
            return Explanation(score, function.query.text, try details(function))
        case .covering(let clauses, let field):
            return Explanation(
                score, "sum of, as at least as many match as \(field) says:",
                try clauses.compactMap(explain))
        }
    }

    /// The inner score, if it is used, and the functions whose filters match.
    private func details(_ function: FunctionWeight) throws -> [Explanation] {
        var details: [Explanation] = []
        if function.query.boostMode != .replace, let inner = try explain(function.inner) {
            details.append(inner)
        }
        for (part, filter) in zip(function.query.functions, function.filters) {
            if let filter, try score(filter) == nil { continue }
            let segment = planner.segment.view.segment
            let value = try DocumentFunctions.make(part.kind, in: segment)?.value(document) ?? 1
            let product = value * Double(part.weight)
            details.append(
                Explanation(
                    product > 0 ? min(product, Double(Float.greatestFiniteMagnitude)) : 0,
                    "\(part.kind.text) of \(value), times its weight of \(part.weight)"))
        }
        return details
    }

    private func explain(_ bool: BooleanWeight, _ score: Double) throws -> Explanation {
        var details = try (bool.must + bool.should).compactMap(explain)
        for filter in bool.filter {
            details.append(
                Explanation(
                    0.0, "a filter, which does not score:", try explain(filter).map { [$0] } ?? []))
        }
        if details.count == 1, bool.filter.isEmpty { return details[0] }
        return Explanation(score, "sum of:", details)
    }

    /// What the clause scores in this document; nil where it does not match.
    private func score(_ weight: Weight) throws -> Double? {
        guard let scorer = try planner.scorer(weight) else { return nil }
        let window = Window()
        window.start(at: document & ~UInt32(Window.size - 1))
        try scorer.fill(window, within: nil)
        let offset = Int(document - window.base)
        guard (window.bits[offset >> 6] >> UInt64(offset & 63)) & 1 == 1 else { return nil }
        return window.scores[offset]
    }
}

extension FunctionScoreQuery {
    fileprivate var text: String {
        "function score: score_mode \(scoreMode.rawValue), then boost_mode \(boostMode.rawValue), "
            + (maximumBoost == Self.unlimitedBoost ? "of:" : "max_boost \(maximumBoost), of:")
    }
}

extension ScoreFunction.Kind {
    fileprivate var text: String {
        switch self {
        case .constant: "weight"
        case .fieldValue(let value): "field_value_factor of \(value.field)"
        case .random: "random_score"
        case .decay(let decay): "\(decay.shape.rawValue) of \(decay.field)"
        case .rawDecay(let decay): "\(decay.shape.rawValue) of \(decay.field)"
        }
    }
}

extension DocumentFilter {
    fileprivate var text: String {
        switch self {
        case .terms(let field, let terms):
            "\(field) in [\(terms.prefix(10).map(\.text).joined(separator: ", "))"
                + (terms.count > 10 ? ", …]" : "]")
        case .prefix(let field, let prefix): "\(field):\(String(decoding: prefix, as: UTF8.self))*"
        case .pattern(let field, _): "\(field) like a pattern"
        case .range(let field, _, _): "\(field) in a range"
        case .exists(let field): "\(field) having a value"
        case .ids(let ids): "_id in [\(ids.prefix(10).joined(separator: ", "))]"
        }
    }
}
