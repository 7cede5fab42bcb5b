// Which documents leaves read with their search, so that most answers need no second message.

import Queries

/// The best hits of all shards are spread over them as by chance. So a leaf's part of the winners
/// is seldom much more than its part of the shards, and the documents of so many of its hits come
/// with its answer; of the winners beyond, a second message asks.
struct EarlyReading: Sendable {
    let what: FetchSpecification
    /// Winners in all, of `shardCount` shards.
    let winnerCount: Int
    let shardCount: Int

    /// Spread of what is expected, in standard deviations of a Poisson distribution.
    private static let spread = 1.5

    /// Nil where it does not pay: on later pages, whose winners lie deep in every leaf's hits, and
    /// for highlights and explanations, which cost more than a message.
    init?(_ request: SearchRequest, what: FetchSpecification, shardCount: Int) {
        guard request.from == 0, request.size > 0, what.highlight == nil,
            !request.explain
        else { return nil }
        self.what = what
        winnerCount = max(request.size, what.reranking == nil ? 0 : Reranking.window)
        self.shardCount = shardCount
    }

    /// How many documents a leaf reads that holds so many of the shards.
    func documentCount(shards: Int) -> Int {
        guard shards < shardCount else { return winnerCount }
        let expected = Double(winnerCount * shards) / Double(shardCount)
        let count = (expected + Self.spread * expected.squareRoot()).rounded(.up)
        return min(winnerCount, Int(count))
    }
}
