// The one total order of hits, used by collectors, leaves and the root alike.

/// Sort values (or the score, descending), then the tie key ascending, then the shard ascending.
/// It leaves open how documents of one shard with one tie key follow each other: a leaf, which has
/// all of them, puts them in the order of their `_id`'s bytes, and merging keeps them there. So the
/// order of an index's hits does not depend on how they are spread over segments and leaves.
public struct HitOrder: Sendable {
    public let sort: [SortClause]
    private let comparesShards: Bool

    /// - Parameter comparesShards: false between indices, whose shards have nothing in common.
    public init(sort: [SortClause], comparesShards: Bool = true) {
        self.sort = sort
        self.comparesShards = comparesShards
    }

    /// Whether `a` comes strictly before `b`.
    public func precedes(_ a: Hit, _ b: Hit) -> Bool {
        if sort.isEmpty {
            let left = a.score ?? 0
            let right = b.score ?? 0
            if left != right { return left > right }
        } else {
            for (index, clause) in sort.enumerated() {
                let left = index < a.sortValues.count ? a.sortValues[index] : .missing
                let right = index < b.sortValues.count ? b.sortValues[index] : .missing
                let comparison = Self.compare(left, right, clause)
                if comparison != 0 { return comparison < 0 }
            }
        }
        if a.tieKey != b.tieKey { return a.tieKey < b.tieKey }
        return comparesShards && a.address.shard < b.address.shard
    }

    /// Negative when `a` comes first under the clause, positive when `b` does, 0 when neither.
    public static func compare(_ a: SortValue, _ b: SortValue, _ clause: SortClause) -> Int {
        switch (a, b) {
        case (.missing, .missing): return 0
        case (.missing, _): return clause.missingFirst ? -1 : 1
        case (_, .missing): return clause.missingFirst ? 1 : -1
        default:
            let ascending = SortValue.compare(a, b)
            return clause.descending ? -ascending : ascending
        }
    }
}
