// Evidence, asked for and reported, as messages.

import Analysis
import Queries

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension WireReranking {
    init(_ reranking: Reranking) throws(RemoteError) {
        self.init()
        fields = reranking.fields.map(\.path)
        boosts = reranking.fields.map(\.boost)
        stems = reranking.words.map { Data($0.stem.bytes) }
        singulars = reranking.words.map { Data($0.singular.bytes) }
        if let statistics = reranking.statistics {
            self.statistics = try WireStatistics(statistics)
        }
    }

    func reranking() throws(RemoteError) -> Reranking {
        guard boosts.count == fields.count, boosts.allSatisfy(\.isFinite) else {
            throw .malformed("\(boosts.count) boosts for \(fields.count) fields, or no numbers")
        }
        guard stems.count == singulars.count, stems.count <= Reranking.wordLimit else {
            throw .malformed(
                "\(stems.count) stems and \(singulars.count) singulars where as many are due, "
                    + "\(Reranking.wordLimit) at most")
        }
        return Reranking(
            fields: zip(fields, boosts).map { Reranking.Field(path: $0, boost: $1) },
            words: zip(stems, singulars).map {
                Reranking.Word(stem: Term(Array($0)), singular: Term(Array($1)))
            }, statistics: hasStatistics ? try statistics.statistics() : nil)
    }
}

extension WireEvidence {
    init(_ evidence: Evidence) {
        self.init()
        score = evidence.score
        stems = evidence.stems
        weights = evidence.weights
    }

    func evidence() throws(RemoteError) -> Evidence {
        guard stems.count == weights.count, stems.count <= Evidence.stemLimit,
            score.isFinite, weights.allSatisfy(\.isFinite)
        else {
            throw .malformed(
                "evidence with \(stems.count) stems (at most \(Evidence.stemLimit)) and "
                    + "\(weights.count) weights, or with numbers that are none")
        }
        return Evidence(score: score, stems: stems, weights: weights)
    }
}
