// The normal form means what the query meant: checked by evaluating both on every possible
// document.

import Analysis
import Testing

@testable import Queries

private let letters = ["a", "b", "c", "d"]

/// A document is a set of letters (one bit each); a term scores its boost. Boosts are small whole
/// numbers, so sums are exact.
private func score(_ query: Query, _ document: Int) -> Double? {
    switch query {
    case .matchAll(let boost): return Double(boost)
    case .matchNone: return nil
    case .term(_, let term, let boost):
        let index = letters.firstIndex(of: term.text) ?? 0
        return document & (1 << index) != 0 ? Double(boost) : nil
    case .terms(_, let terms, let boost):
        let present = terms.contains { term in
            document & (1 << (letters.firstIndex(of: term.text) ?? 0)) != 0
        }
        return present ? Double(boost) : nil
    case .constantScore(let inner, let boost):
        return score(inner, document) == nil ? nil : Double(boost)
    case .disjunctionMax(let clauses, let tie):
        let scores = clauses.compactMap { score($0, document) }
        guard let best = scores.max() else { return nil }
        return best + Double(tie) * (scores.reduce(0, +) - best)
    case .bool(let bool):
        let must = bool.must.map { score($0, document) }
        let should = bool.should.compactMap { score($0, document) }
        var minimum = bool.minimumShouldMatch
        if must.isEmpty, bool.filter.isEmpty, !bool.should.isEmpty { minimum = max(1, minimum) }
        guard must.allSatisfy({ $0 != nil }), should.count >= minimum,
            bool.filter.allSatisfy({ score($0, document) != nil }),
            bool.mustNot.allSatisfy({ score($0, document) == nil })
        else { return nil }
        return must.compactMap { $0 }.reduce(0, +) + should.reduce(0, +)
    case .covering(let covering):
        // The document asks for as many as its first letters say.
        let scores = covering.clauses.compactMap { score($0, document) }
        return scores.count >= max(1, document & 3) ? scores.reduce(0, +) : nil
    case .functionScore(let function):
        guard var result = score(function.query, document) else { return nil }
        for part in function.functions {
            if let filter = part.filter, score(filter, document) == nil { continue }
            result *= Double(part.weight)
        }
        return Float(result) < function.minimumScore ?? 0 ? nil : result
    default: return nil
    }
}

private func randomQuery(_ random: inout SeededGenerator, depth: Int) -> Query {
    switch random.below(depth == 0 ? 4 : 10) {
    case 8:
        // Each clause another one, as those of a `terms_set` are.
        let clauses = letters[...random.below(4)].map {
            Query.term(field: "f", term: Term($0), boost: 2)
        }
        return .covering(CoveringQuery(clauses: clauses, minimumField: "n"))
    case 9:
        let functions = (0..<random.below(3)).map { _ in
            ScoreFunction(
                .constant, filter: random.chance(2) ? nil : randomQuery(&random, depth: depth - 1),
                weight: Float(1 + random.below(3)))
        }
        return .functionScore(
            FunctionScoreQuery(
                query: randomQuery(&random, depth: depth - 1), functions: functions,
                minimumScore: random.chance(2) ? nil : Float(random.below(6))))
    case 0, 1:
        return .term(
            field: "f", term: Term(letters[random.below(4)]), boost: Float(1 + random.below(3)))
    case 2: return random.chance(4) ? .matchNone : .matchAll(boost: Float(1 + random.below(3)))
    case 3:
        let terms = (0...random.below(2)).map { _ in Term(letters[random.below(4)]) }
        return .terms(field: "f", terms: terms, boost: Float(1 + random.below(3)))
    case 4:
        return .constantScore(
            randomQuery(&random, depth: depth - 1), boost: Float(1 + random.below(3)))
    case 5:
        let clauses = (0...random.below(3)).map { _ in randomQuery(&random, depth: depth - 1) }
        return .disjunctionMax(clauses, tieBreaker: random.chance(2) ? 0 : 0.5)
    default:
        func some() -> [Query] {
            (0..<random.below(3)).map { _ in randomQuery(&random, depth: depth - 1) }
        }
        var bool = BooleanQuery(must: some(), should: some(), filter: some(), mustNot: some())
        bool.minimumShouldMatch = random.below(3)
        if bool == BooleanQuery(minimumShouldMatch: bool.minimumShouldMatch) {
            bool.should = [.term(field: "f", term: Term("a"), boost: 1)]
        }
        return .bool(bool)
    }
}

@Suite struct NormalFormTests {
    @Test(arguments: Array(UInt64(1)...8))
    func keepsMatchesAndScores(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let analyzer = QueryAnalyzer(schema: Schema(), nowMilliseconds: 0)
        for round in 0..<1500 {
            let query = randomQuery(&random, depth: 3)
            let form = try analyzer.normalForm(query)
            let filter = NormalForm.filter(form)
            for document in 0..<(1 << letters.count) {
                let expected = score(query, document)
                #expect(
                    score(form, document) == expected,
                    "seed \(seed) round \(round): \(outline(query)) became \(outline(form))")
                #expect(
                    (score(filter, document) == nil) == (expected == nil),
                    "seed \(seed) round \(round): \(outline(query)) filters as \(outline(filter))")
            }
            #expect(try analyzer.normalForm(form) == form, "seed \(seed): \(outline(form))")
            #expect(NormalForm.filter(filter) == filter, "seed \(seed): \(outline(filter))")
        }
    }

    /// Plain terms take a short way, which those that stand in groups do not.
    @Test func termsBecomeTheSameInGroups() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<2_000 {
            let clauses = (0..<3 + random.below(8)).map { _ in
                Query.term(
                    field: random.chance(20) ? "g" : "f",
                    term: Term(letters[random.below(4)] + letters[random.below(4)]),
                    boost: random.chance(20) ? 2 : 1)
            }
            let first = Array(clauses.prefix(2))
            let rest = Array(clauses.dropFirst(2))
            #expect(
                NormalForm.bool(BooleanQuery(must: clauses))
                    == NormalForm.bool(
                        BooleanQuery(must: [.bool(BooleanQuery(must: first))] + rest)))
            for minimum in 0...1 {
                let group = Query.bool(BooleanQuery(should: first, minimumShouldMatch: 1))
                #expect(
                    NormalForm.bool(BooleanQuery(should: clauses, minimumShouldMatch: minimum))
                        == NormalForm.bool(
                            BooleanQuery(should: [group] + rest, minimumShouldMatch: minimum)))
            }
        }
    }

    @Test(arguments: Array(UInt64(1)...4))
    func clauseOrderDoesNotMatter(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let analyzer = QueryAnalyzer(schema: Schema(), nowMilliseconds: 0)
        for _ in 0..<500 {
            let clauses = (0..<4).map { _ in randomQuery(&random, depth: 2) }
            let shuffled = clauses.shuffled(using: &random)
            func forms(_ clauses: [Query]) throws -> [Query] {
                try [
                    .bool(BooleanQuery(must: clauses)),
                    .bool(BooleanQuery(should: clauses, minimumShouldMatch: 2)),
                    .bool(BooleanQuery(filter: clauses)), .bool(BooleanQuery(mustNot: clauses)),
                    .disjunctionMax(clauses, tieBreaker: 0.5),
                ].map { try analyzer.normalForm($0) }
            }
            #expect(try forms(clauses) == forms(shuffled), "seed \(seed)")
        }
    }
}
