// The formulas of the measures (trec_eval 9: m_map, m_map_cut, m_ndcg_cut, m_recip_rank, m_P,
// m_recall).

import Foundation

extension Measure {
    /// 0…1; 0 when nothing was found or nothing is relevant.
    func value(of ranking: JudgedRanking) -> Double {
        switch kind {
        case .map: averagePrecision(ranking)
        case .ndcg: discountedGain(ranking)
        case .rr: reciprocalRank(ranking)
        case .p: Double(relevantFound(ranking)) / Double(cutoff ?? max(1, ranking.grades.count))
        case .r: Self.share(relevantFound(ranking), of: ranking.relevantCount)
        case .judged: judgedShare(ranking)
        }
    }

    private func averagePrecision(_ ranking: JudgedRanking) -> Double {
        guard ranking.relevantCount > 0 else { return 0 }
        var found = 0
        var sum = 0.0
        for (index, isRelevant) in ranking.relevance(upTo: cutoff).enumerated() where isRelevant {
            found += 1
            sum += Double(found) / Double(index + 1)
        }
        return sum / Double(ranking.relevantCount)
    }

    /// Linear gains: the grade over log₂(rank + 1). All judged documents make the best possible.
    private func discountedGain(_ ranking: JudgedRanking) -> Double {
        let best = Self.discounted(ranking.ideal.prefix(cutoff ?? ranking.ideal.count))
        guard best > 0 else { return 0 }
        let found = ranking.grades.prefix(cutoff ?? ranking.grades.count)
        return Self.discounted(found.lazy.map { max(0, $0 ?? 0) }) / best
    }

    private static func discounted(_ gains: some Sequence<Int>) -> Double {
        var sum = 0.0
        for (index, gain) in gains.enumerated() where gain > 0 {
            sum += Double(gain) / log2(Double(index + 2))
        }
        return sum
    }

    private func reciprocalRank(_ ranking: JudgedRanking) -> Double {
        for (index, isRelevant) in ranking.relevance(upTo: cutoff).enumerated() where isRelevant {
            return 1 / Double(index + 1)
        }
        return 0
    }

    private func relevantFound(_ ranking: JudgedRanking) -> Int {
        ranking.relevance(upTo: cutoff).reduce(0) { $0 + ($1 ? 1 : 0) }
    }

    private func judgedShare(_ ranking: JudgedRanking) -> Double {
        let first = ranking.grades.prefix(cutoff ?? ranking.grades.count)
        return Self.share(first.count { $0 != nil }, of: first.count)
    }

    private static func share(_ part: Int, of whole: Int) -> Double {
        whole == 0 ? 0 : Double(part) / Double(whole)
    }
}
