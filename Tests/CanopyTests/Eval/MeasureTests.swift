import Foundation
import Testing
@testable import canopy

@Suite struct MeasureTests {
    /// Rankings and judgements whose values trec_eval 9 (through pytrec_eval) gave.
    private static let examples: [(ranking: [Identifier], judgements: TopicJudgements)] = [
        (
            ["u", "b", "n", "d", "c", "a", "v", "w"],
            ["a": 2, "b": 1, "c": 0, "d": 3, "e": 1, "n": -1]
        ),
        (["p", "q", "r", "s", "t", "x"], ["x": 1]),
        (["y", "z"], ["y": 0]),
    ]

    private static let known: [(measure: String, values: [Double])] = [
        ("map", [0.375, 1.0 / 6, 0]), ("map@5", [0.25, 0, 0]),
        ("ndcg", [0.5075311502719236, 0.3562071871080222, 0]),
        ("ndcg@3", [0.13249650743056282, 0, 0]),
        ("ndcg@10", [0.5075311502719236, 0.3562071871080222, 0]),
        ("rr", [0.5, 1.0 / 6, 0]), ("rr@2", [0.5, 0, 0]), ("rr@10", [0.5, 1.0 / 6, 0]),
        ("p@3", [1.0 / 3, 0, 0]), ("p@10", [0.3, 0.1, 0]),
        ("r@3", [0.25, 0, 0]), ("r@100", [0.75, 1, 0]), ("judged@5", [0.8, 0, 0.5]),
    ]

    @Test func valuesAreThoseOfTrecEval() throws {
        for (name, values) in Self.known {
            let measure = try #require(Measure(name))
            for (example, value) in zip(Self.examples, values) {
                let ranking = JudgedRanking(example.ranking, judgements: example.judgements)
                let found = measure.value(of: ranking)
                #expect(abs(found - value) < 1e-12, "\(name) of \(example.ranking): \(found)")
            }
        }
    }

    @Test func nothingFoundIsNothingWorth() {
        let nothing = JudgedRanking(grades: [], ideal: [2, 1])
        for measure in Measure.standard + [Measure(.ndcg), Measure(.rr)] {
            #expect(measure.value(of: nothing) == 0, "\(measure.name)")
        }
        let evaluation = Evaluation(measures: Measure.standard, rankings: [])
        #expect(evaluation.mean(of: Measure(.map)) == 0)
    }

    @Test func theBestRankingIsWorthOne() {
        let best = JudgedRanking(grades: [3, 3, 1, 1, 1, 0, nil], ideal: [3, 3, 1, 1, 1])
        for name in ["map", "ndcg", "ndcg@2", "ndcg@10", "rr", "p@5", "r@5", "judged@6"] {
            let value = Measure(name)?.value(of: best) ?? 0
            #expect(abs(value - 1) < 1e-12, "\(name)")
        }
    }

    /// The definitions once more, as slowly as they are written in books.
    @Test func randomRankingsAgreeWithTheDefinitions() throws {
        let seed: UInt64 = 20_261_121
        var random = SeededGenerator(seed: seed)
        for round in 0..<300 {
            let count = Int(random.next() % 30)
            let grades: [Int?] = (0..<count).map { _ in
                let roll = Int(random.next() % 8)
                return roll > 4 ? nil : roll - 1
            }
            let missed = (0..<Int(random.next() % 5)).map { _ in Int(random.next() % 3) + 1 }
            let ideal = (grades.compactMap { $0 } + missed).filter { $0 > 0 }.sorted(by: >)
            let ranking = JudgedRanking(grades: grades, ideal: ideal)
            let cutoff = Int(random.next() % 12) + 1
            let place = "seed \(seed), round \(round), @\(cutoff)"
            let relevant = (0..<count).filter { (grades[$0] ?? 0) > 0 }
            func precision(at rank: Int) -> Double {
                Double(relevant.filter { $0 < rank }.count) / Double(rank)
            }
            func gain(_ grades: [Int]) -> Double {
                zip(1..., grades.prefix(cutoff)).reduce(0) { sum, next in
                    sum + Double(max(0, next.1)) * log(2) / log(Double(next.0) + 1)
                }
            }
            let all = Double(max(1, ideal.count))
            let expected: [Measure.Kind: Double] = [
                .p: precision(at: cutoff),
                .r: Double(relevant.filter { $0 < cutoff }.count) / all,
                .rr: relevant.first.map { $0 < cutoff ? 1 / Double($0 + 1) : 0 } ?? 0,
                .map: relevant.filter { $0 < cutoff }.map { precision(at: $0 + 1) }
                    .reduce(0, +) / all,
                .ndcg: ideal.isEmpty ? 0 : gain(grades.map { $0 ?? 0 }) / gain(ideal),
            ]
            for (kind, value) in expected {
                let found = Measure(kind, at: cutoff).value(of: ranking)
                #expect(abs(found - value) < 1e-12, "\(kind), \(place)")
            }
        }
    }

    @Test func measuresHaveNames() {
        for (text, name, key) in [
            ("map", "MAP", "map"), ("AP", "MAP", "map"), ("nDCG@10", "nDCG@10", "ndcg@10"),
            ("mrr@10", "RR@10", "rr@10"), ("Precision@5", "P@5", "p@5"), ("rr", "RR", "rr"),
            ("recall@1000", "R@1000", "r@1000"), ("judged@10", "Judged@10", "judged@10"),
        ] {
            #expect(Measure(text)?.name == name)
            #expect(Measure(text)?.key == key)
        }
        for text in ["", "@10", "f1", "p", "r", "judged", "ndcg@", "ndcg@0", "ndcg@-1", "p@5@5"] {
            #expect(Measure(text) == nil, "\(text)")
        }
        #expect(Measure.list("map, p@5,P@5") == [Measure(.map), Measure(.p, at: 5)])
        #expect(Measure.list("map,") == nil)
        #expect(Set(Measure.standard.map(\.key)).count == Measure.standard.count)
    }

    @Test func limitsAreRead() {
        #expect(MeasureLimit("ndcg@10=0.45")?.measure == Measure(.ndcg, at: 10))
        #expect(MeasureLimit("map = 1")?.least == 1)
        for text in ["ndcg@10", "ndcg@10=", "ndcg@10=2", "ndcg@10=nan", "x=0.1", "map=0.1=0.2"] {
            #expect(MeasureLimit(text) == nil, "\(text)")
        }
    }
}
