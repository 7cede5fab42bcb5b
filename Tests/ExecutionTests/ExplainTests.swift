// Explanations: each says the score its hit has, and each number in it follows from those below.

import Analysis
import Queries
import Testing

@testable import Execution

struct ExplainTests {
    @Test(arguments: RandomSearchTests.settings)
    func explanationsAddUpToTheScores(_ setting: RandomSearchTests.Setting) throws {
        let corpus = try setting.corpus()
        let searcher = corpus.searcher
        var queries = RandomQueries(seed: setting.seed &+ 77, words: setting.words)
        for number in 0..<setting.queries {
            let query = ShardQuery(query: queries.query(), count: 7, trackTotalHits: .none)
            let statistics = try searcher.statistics(for: query)
            let hits = try searcher.search(query, statistics: statistics, shouldStop: { false })
                .hits
            let what = FetchSpecification(
                source: .none, query: query.query, explainedWith: statistics)
            let documents = try searcher.fetch(
                hits.map(\.address), what, shouldStop: { false })
            for (hit, document) in zip(hits, documents) {
                let explanation = try #require(document.explanation)
                #expect(
                    explanation.value == hit.score,
                    "\(setting), query \(number): \(query.query), \(explanation)")
                Self.check(explanation)
            }
        }
    }

    private static func check(_ explanation: Explanation) {
        let values = explanation.details.map { Double($0.value) }
        let tolerance = 1e-5 * max(1, abs(Double(explanation.value)))
        let expected: Double
        if explanation.description == "sum of:" || explanation.description == "idf, sum of:" {
            expected = values.reduce(0, +)
        } else if explanation.description == "max of:" {
            expected = values.max() ?? 0
        } else if explanation.description.hasSuffix(", computed as boost * idf * tf from:") {
            expected = values.reduce(1, *)
        } else if explanation.description.hasPrefix("tf, computed as s /") {
            let sum = values.reduce(0, +)
            expected = sum / (sum + 1)
        } else if explanation.description.contains("computed as weight * freq /") {
            let (weight, freq, k1) = (values[0], values[1], values[2])
            expected = weight * freq / (k1 * (1 - values[3] + values[3] * values[4] / values[5]))
        } else if explanation.description.hasPrefix("tf, ") {
            let (freq, k1, b, dl, average) = (values[0], values[1], values[2], values[3], values[4])
            expected = freq / (freq + k1 * (1 - b + b * dl / average))
        } else {
            expected = Double(explanation.value)
        }
        #expect(abs(Double(explanation.value) - expected) <= tolerance, "\(explanation)")
        for detail in explanation.details { check(detail) }
    }

    @Test func whatDoesNotMatchIsSaidNotToMatch() throws {
        let corpus = try RandomSearchTests.settings[3].corpus()
        let what = FetchSpecification(
            source: .none, query: .term(field: "body", term: Term("nowhere"), boost: 1),
            explainedWith: CollectionStatistics())
        let address = HitAddress(shard: 0, segment: 0, document: 0)
        let document = try corpus.searcher.fetch([address], what, shouldStop: { false }).first
        #expect(document?.explanation == Explanation(Float(0), "no matching clause"))
    }
}
