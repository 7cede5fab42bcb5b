// The order that evidence gives the best hits.

/// Puts the best hits of a search in a new order. Two things count: a document's own score
/// (`Evidence.score`, as a share of the best one's), and how near it is to what the good documents
/// are about: the similarity (cosine) of its vector to those of all, each weighed by the square of
/// its share, its own by half of that, as a share of the largest such sum. The documents that
/// answer a question resemble one another; the ones that merely hold its words do not
/// (C. J. van Rijsbergen's cluster hypothesis, 1979).
public enum Reranker {
    /// How much the similarity to the others counts.
    static let similarityWeight = 0.3

    /// One place of the new order.
    public struct Ranked: Sendable, Hashable {
        /// The place before.
        public var place: Int
        /// Share of the best document's score, 0...1.
        public var share: Double
        /// Share of the largest similarity, 0...1.
        public var similarity: Double
        /// Both together, as a share of the largest, 0...1. Descending.
        public var value: Double
    }

    /// - Parameter evidence: by place before.
    /// - Returns: all places; those of equal value in the order of their own scores, then in the
    ///   order before.
    public static func rank(_ evidence: [Evidence]) -> [Ranked] {
        let best = Double(evidence.map(\.score).max() ?? 0)
        let shares = evidence.map { best > 0 ? max(0, Double($0.score)) / best : 1 }
        let similarities = similarities(evidence, shares)
        var ranked = evidence.indices.map { place in
            Ranked(
                place: place, share: shares[place], similarity: similarities[place],
                value: (1 - similarityWeight) * shares[place]
                    + similarityWeight * similarities[place])
        }
        ranked.sort { a, b in
            if a.value != b.value { return a.value > b.value }
            if a.share != b.share { return a.share > b.share }
            return a.place < b.place
        }
        guard let largest = ranked.first?.value, largest > 0 else { return ranked }
        for place in ranked.indices { ranked[place].value /= largest }
        return ranked
    }

    /// As shares of the largest.
    private static func similarities(_ evidence: [Evidence], _ shares: [Double]) -> [Double] {
        var sum: [UInt32: Double] = [:]
        for (document, share) in zip(evidence, shares) {
            for (stem, weight) in zip(document.stems, document.weights) {
                sum[stem, default: 0] += share * share * Double(weight)
            }
        }
        let similarities = zip(evidence, shares).map { document, share in
            var product = 0.0
            for (stem, weight) in zip(document.stems, document.weights) {
                product += Double(weight) * (sum[stem] ?? 0)
            }
            return max(0, product - (document.stems.isEmpty ? 0 : share * share / 2))
        }
        guard let largest = similarities.max(), largest > 0 else { return similarities }
        return similarities.map { $0 / largest }
    }
}
