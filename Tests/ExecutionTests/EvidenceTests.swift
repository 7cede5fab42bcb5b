// Evidence of documents, beside a slow computation of the same formulas.

import Analysis
import Foundation
import Queries
import Segments
import Storage
import Testing

@testable import Execution

@Suite struct EvidenceTests {
    private static let vocabulary = [
        "ant", "ants", "bees", "bee", "running", "run", "colonies", "colony", "the", "very", "of",
        "queen", "queens", "workers", "work", "glass", "not", "would",
    ]

    private struct Sample {
        var title: [String]
        var body: [[String]]

        var source: JSONValue {
            [
                "title": .string(title.joined(separator: " ")),
                "body": .array(body.map { .string($0.joined(separator: " ")) }),
            ]
        }
    }

    private static func sample(_ random: inout SeededGenerator) -> Sample {
        func words(_ limit: Int) -> [String] {
            (0..<Int(random.next() % UInt64(limit))).map { _ in
                vocabulary[Int(random.next() % UInt64(vocabulary.count))]
            }
        }
        return Sample(title: words(6), body: [words(60), words(20)])
    }

    private static func schema() throws -> Schema {
        let text: JSONValue = ["type": "text", "analyzer": "english"]
        return try Schema(
            mappings: ["properties": ["title": text, "body": text]], settings: nil)
    }

    private static let stop: Set<String> = ["the", "of", "not"]
    private static let function: Set<String> = stop.union(["very", "would"])
    private static let stems = [
        "ants": "ant", "bees": "bee", "running": "run", "colonies": "coloni", "colony": "coloni",
        "queens": "queen", "workers": "worker",
    ]
    /// Of "bees" the rules leave the ending, lest they cut words such as "see".
    private static let singulars = [
        "ants": "ant", "colonies": "colony", "queens": "queen", "workers": "worker",
    ]

    private static func stem(_ word: String) -> String { stems[word] ?? word }
    private static func singular(_ word: String) -> String { singulars[word] ?? word }

    @Test(arguments: 1...40)
    func evidenceIsThatOfTheFormulas(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let document = Self.sample(&random)
        let asked = (0..<(2 + Int(random.next() % 5))).map { _ in
            Self.vocabulary[Int(random.next() % UInt64(Self.vocabulary.count))]
        }.filter { !Self.function.contains($0) }
        var statistics = CollectionStatistics(fields: [
            "title": FieldCounts(documentCount: 90, totalTermFrequency: 360),
            "body": FieldCounts(documentCount: 100, totalTermFrequency: 3600),
        ])
        for word in asked {
            for field in ["title", "body"] {
                let key = TermKey(field: field, term: Term(Self.stem(word)))
                if statistics.terms[key] == nil {
                    statistics.terms[key] = Int64(random.next() % 80)
                }
            }
        }
        let reranking = Reranking(
            fields: ["title", "body"].map { Reranking.Field(path: $0, boost: 1) },
            words: asked.map {
                Reranking.Word(stem: Term(Self.stem($0)), singular: Term(Self.singular($0)))
            })
        let reader = EvidenceReader(reranking, statistics, try Self.schema())
        let evidence = reader.evidence(document.source)
        let expected = Self.expected(document, asked, statistics)
        #expect(
            abs(Double(evidence.score) - expected.score) <= 1e-5 * max(1, expected.score),
            "seed \(seed)")
        #expect(evidence.stems == evidence.stems.sorted())
        let found = Dictionary(uniqueKeysWithValues: zip(evidence.stems, evidence.weights))
        #expect(found.count == expected.vector.count, "seed \(seed)")
        for (stem, weight) in expected.vector {
            let hash = UInt32(truncatingIfNeeded: DocumentRouting.hash(Array(stem.utf8)))
            #expect(abs(Double(found[hash] ?? 0) - weight) < 1e-5, "seed \(seed): \(stem)")
        }
    }

    /// The formulas as they are written down, word by word.
    private static func expected(
        _ document: Sample, _ asked: [String], _ statistics: CollectionStatistics
    ) -> (score: Double, vector: [String: Double]) {
        let texts = [[document.title], document.body]
        let averages = [4.0, 36.0]
        let weights = [3.0, 1.0]
        let lengths = texts.map { Double($0.joined().filter { !stop.contains($0) }.count) }
        func frequency(_ word: String) -> Int64 {
            min(
                100,
                ["title", "body"].reduce(0) {
                    $0 + (statistics.terms[TermKey(field: $1, term: Term(stem(word)))] ?? 0)
                })
        }
        func idf(_ word: String) -> Double {
            let count = Double(frequency(word))
            return log(1 + (100 - count + 0.5) / (count + 0.5))
        }
        func x(_ word: String, _ form: (String) -> String) -> Double {
            (0..<2).reduce(0) { sum, field in
                let tf = texts[field].joined().filter {
                    !stop.contains($0) && form($0) == form(word)
                }.count
                let length = 0.25 + 0.75 * lengths[field] / averages[field]
                return sum + weights[field] * Double(tf) / length
            }
        }
        let known = asked.filter { frequency($0) > 0 }
        var score = known.reduce(0.0) { sum, word in
            let y = 0.5 * x(word, stem) + 0.5 * x(word, singular)
            return sum + idf(word) * 2.6 * y / (y + 1.6)
        }
        let sequence = texts.joined().joined().map { stop.contains($0) ? "" : stem($0) }
        let norm = 0.25 + 0.75 * (lengths[0] + lengths[1]) / (3960.0 / 100)
        for (first, second) in zip(asked, asked.dropFirst()) {
            let (a, b) = (stem(first), stem(second))
            guard a != b, frequency(first) > 0, frequency(second) > 0 else { continue }
            var near = 0.0
            for i in sequence.indices where sequence[i] == a {
                for j in sequence.indices where sequence[j] == b && abs(i - j) <= 8 { near += 1 }
            }
            score += 0.3 * 2.2 * min(idf(first), idf(second)) * near / (near + 1.2 * norm)
        }
        var counts: [String: Int] = [:]
        for word in texts.joined().joined() where !function.contains(word) {
            counts[stem(word), default: 0] += 1
        }
        let stems = Dictionary(known.map { (stem($0), idf($0)) }) { first, _ in first }
        var vector = counts.mapValues { 1 + log(Double($0)) }
        for stem in counts.keys { vector[stem]? *= stems[stem] ?? 0.6 * log(100) }
        let length = vector.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return (score, length > 0 ? vector.mapValues { $0 / length } : [:])
    }

    @Test func longTextsAreLookedAtInPart() throws {
        let word = "ant "
        let count = Reranking.textLimit / word.utf8.count
        let source: JSONValue = [
            "body": .string(String(repeating: word, count: count) + "bee bee bee")
        ]
        let statistics = CollectionStatistics(
            fields: ["body": FieldCounts(documentCount: 10, totalTermFrequency: 100)],
            terms: [TermKey(field: "body", term: Term("bee")): 3])
        let bee = Reranking.Word(stem: Term("bee"), singular: Term("bee"))
        let reader = EvidenceReader(
            Reranking(fields: [Reranking.Field(path: "body", boost: 1)], words: [bee, bee]),
            statistics, try Self.schema())
        #expect(reader.evidence(source).score == 0)
        #expect(reader.evidence(["body": "bee"]).score > 0)
        #expect(reader.evidence([:]) == Evidence(score: 0))
    }

    @Test func vectorsKeepTheirHeaviestStems() throws {
        let words = (0..<1_500).map { "w\($0)x" }
        let heavy = words.suffix(3).map { $0 + " " + $0 }
        let source: JSONValue = ["body": .string((words + heavy).joined(separator: " "))]
        let statistics = CollectionStatistics(
            fields: ["body": FieldCounts(documentCount: 10, totalTermFrequency: 100)])
        let reader = EvidenceReader(
            Reranking(fields: [Reranking.Field(path: "body", boost: 1)], words: []), statistics,
            try Self.schema())
        let evidence = reader.evidence(source)
        #expect(evidence.stems.count == Evidence.stemLimit)
        #expect(evidence.stems == evidence.stems.sorted())
        let length = evidence.weights.reduce(0) { $0 + $1 * $1 }
        #expect(abs(length - 1) < 1e-4)
        for word in words.suffix(3) {
            let hash = UInt32(truncatingIfNeeded: DocumentRouting.hash(Array(word.utf8)))
            #expect(evidence.stems.contains(hash), "\(word)")
        }
    }
}
