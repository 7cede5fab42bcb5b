// One answer out of the leaves' answers, and out of several indices' answers.

import Cluster
import Queries

/// A hit that is part of the answer, and where to read it.
struct Winner: Sendable, Hashable {
    var hit: Hit
    /// Which of the searched indices it is in; `hit.leaf` is the target of that index's plan.
    var index: Int
}

struct MergedHits: Sendable {
    /// In order; after the cut to `from` and `size`, unless they are to be put in order anew.
    var winners: [Winner]
    var total: TotalHits?
    var maximumScore: Float?
    /// By aggregation name.
    var facets: [String: FacetPartial]
}

enum HitMerger {
    /// The same whatever leaves the shards are on: the order is total within an index, and hits
    /// of two indices with one id and one score come in the order of the indices' names.
    /// - Parameter reranks: whether to keep all hits up to the page's last and the window's last.
    static func merge(
        _ gathered: [GatheredIndex], _ request: SearchRequest, reranks: Bool = false
    ) -> MergedHits {
        let order = HitOrder(sort: request.sort)
        let window = max(window(request), reranks ? Reranking.window : 0)
        var merged = TopHits(total: request.trackTotalHits == .none ? nil : .zero)
        var runs: [[Hit]] = []
        for index in gathered {
            var tops: [TopHits] = []
            for (target, response) in index.responses.enumerated() {
                guard var top = response?.top else { continue }
                for place in top.hits.indices { top.hits[place].leaf = target }
                tops.append(top)
            }
            runs.append(TopHits.mergeRuns(tops.map(\.hits), order: order, count: window))
            for place in tops.indices { tops[place].hits = [] }
            merged.merge(tops, order: order, count: 0, tracking: request.trackTotalHits)
        }
        var ranked = merge(runs, request, window)
        ranked.hits = Rescore.apply(request.rescores, to: ranked.hits)
        let winners = winners(ranked, reranks ? 0..<window : request.page)
        if !request.rescores.isEmpty {
            merged.maximumScore = ranked.hits.compactMap(\.score).max()
        }
        if !request.sort.isEmpty && !request.trackScores { merged.maximumScore = nil }
        return MergedHits(
            winners: winners, total: merged.total, maximumScore: merged.maximumScore,
            facets: merged.facets)
    }

    /// How many hits decide about the winners.
    private static func window(_ request: SearchRequest) -> Int {
        let count = request.from + request.size
        if count == 0 { return 0 }
        return max(count, request.rescores.map(\.windowSize).max() ?? 0)
    }

    /// The hits of all indices in order. Targets are told apart across indices by adding up the
    /// numbers of targets before them.
    private static func merge(
        _ runs: [[Hit]], _ request: SearchRequest, _ window: Int
    ) -> NumberedHits {
        let order = HitOrder(sort: request.sort, comparesShards: false)
        let stride = 1 + (runs.flatMap { $0 }.map(\.leaf).max() ?? 0)
        let numbered = runs.enumerated().map { index, run in
            run.map { hit in
                var hit = hit
                hit.leaf += index * stride
                return hit
            }
        }
        return NumberedHits(
            hits: TopHits.mergeRuns(numbered, order: order, count: window),
            stride: stride)
    }

    private struct NumberedHits {
        var hits: [Hit]
        /// Targets of one index at most.
        let stride: Int
    }

    /// Those to be read.
    private static func winners(_ ranked: NumberedHits, _ places: Range<Int>) -> [Winner] {
        ranked.hits.dropFirst(places.lowerBound).prefix(places.count).map { hit in
            var hit = hit
            let index = hit.leaf / ranked.stride
            hit.leaf %= ranked.stride
            return Winner(hit: hit, index: index)
        }
    }
}

extension SearchRequest {
    /// The places of the hits to be shown.
    var page: Range<Int> { from..<(from + size) }
}

extension TotalHits {
    static let zero = TotalHits(value: 0, isLowerBound: false)
}
