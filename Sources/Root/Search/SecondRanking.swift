// Puts the hits at the top in the order that the evidence of their texts gives.

import Queries

/// A winner and what was read of it.
struct ReadHit: Sendable, Hashable {
    var winner: Winner
    var document: FetchedDocument
}

enum SecondRanking {
    /// The hits to be shown of those up to the page's last.
    static func page(of hits: [ReadHit], _ request: SearchRequest) -> [ReadHit] {
        Array(apply(to: hits).dropFirst(request.from).prefix(request.size))
    }

    /// Orders the first `Reranking.window` hits anew, by `Reranker`. Their scores become what keeps
    /// the whole list descending: the best one has the best score there was, and what the others'
    /// values are shares of lies between that and the score of the window's last hit.
    /// - Parameter hits: from the first of the whole answer, by score.
    static func apply(to hits: [ReadHit]) -> [ReadHit] {
        let window = hits.prefix(Reranking.window)
        let evidence = window.compactMap(\.document.evidence)
        guard evidence.count == window.count, let first = window.first, let last = window.last,
            let best = first.winner.hit.score, let least = last.winner.hit.score
        else { return hits }
        let ranked = Reranker.rank(evidence).map { ranked in
            var hit = window[ranked.place]
            let score = Float(Double(least) + ranked.value * Double(best - least))
            hit.document.explanation = hit.document.explanation.map {
                explanation(ranked, score, best, least, $0)
            }
            hit.winner.hit.score = score
            return hit
        }
        return ranked + hits.dropFirst(window.count)
    }

    private static func explanation(
        _ ranked: Reranker.Ranked, _ score: Float, _ best: Float, _ least: Float,
        _ first: Explanation
    ) -> Explanation {
        Explanation(
            score, "second look at the best hits, computed as least + value * (best - least) from:",
            [
                Explanation(
                    ranked.value, "value, the sum of the shares as a part of the largest, from:",
                    [
                        Explanation(
                            ranked.share,
                            "words of the question in the texts, a share of the best"),
                        Explanation(
                            ranked.similarity,
                            "similarity to the other good hits, a share of the largest"),
                    ]),
                Explanation(best, "best score of the first look"),
                Explanation(least, "least score of the hits looked at twice"),
                Explanation(first.value, "first look, from:", [first]),
            ])
    }
}
