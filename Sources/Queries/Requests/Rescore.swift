// A second look at the best hits, with a query that would be too dear for all.

import Analysis

/// One rescorer. The **window** is the best `windowSize` hits of the whole answer, not of each
/// shard as in OpenSearch, so what comes out does not depend on shards or leaves:
///
/// 1. The hits are put in the order of their scores, over all leaves (and all indices searched).
/// 2. Every hit's score is multiplied by `queryWeight`. In the window, where `query` matches, that
///    is combined (`scoreMode`) with its score times `rescoreQueryWeight`.
/// 3. The window comes in the order of the new scores, then of the tie keys, then of the places
///    before. All other hits come behind it as they were, whatever they score.
///
/// The next rescorer takes this order and these scores. A hit of any window is among the best
/// `max(windowSize)` hits of the first order, and so is it on its own leaf: each leaf sends what
/// every rescorer's query scores for so many of its best hits, along with them, and the root does
/// the rest. It takes no further message.
public struct Rescore: Sendable, Hashable {
    public enum ScoreMode: String, Sendable, Hashable, CaseIterable {
        case total, multiply, avg, max, min

        /// Of the two weighted scores.
        func combine(_ first: Double, _ second: Double) -> Double {
            switch self {
            case .total: first + second
            case .multiply: first * second
            case .avg: (first + second) / 2
            case .max: Swift.max(first, second)
            case .min: Swift.min(first, second)
            }
        }
    }

    public static let defaultWindowSize = 10

    public var query: Query
    public var windowSize: Int
    public var queryWeight: Float
    public var rescoreQueryWeight: Float
    public var scoreMode: ScoreMode

    public init(
        query: Query, windowSize: Int = Rescore.defaultWindowSize, queryWeight: Float = 1,
        rescoreQueryWeight: Float = 1, scoreMode: ScoreMode = .total
    ) {
        self.query = query
        self.windowSize = windowSize
        self.queryWeight = queryWeight
        self.rescoreQueryWeight = rescoreQueryWeight
        self.scoreMode = scoreMode
    }

    /// A hit's new score, in double precision but for the two scores that go in and the one that
    /// comes out.
    /// - Parameter second: what the rescorer's query scores; nil where it does not match.
    func score(_ first: Float, _ second: Float?) -> Float {
        let weighted = Double(first) * Double(queryWeight)
        guard let second else { return Self.finite(weighted) }
        return Self.finite(
            scoreMode.combine(weighted, Double(second) * Double(rescoreQueryWeight)))
    }

    private static func finite(_ score: Double) -> Float {
        let limit = Double(Float.greatestFiniteMagnitude)
        return Float(Swift.max(-limit, Swift.min(limit, score)))
    }
}
