// The one total order of hits, used by collectors, leaves and the root alike.

/// Sort values (or the score, descending), then the tie key ascending, then the `_id`'s bytes
/// ascending. Total over different documents of an index, hence independent of how the documents
/// are spread over segments, shards and leaves.
public struct HitOrder: Sendable {
    public let sort: [SortClause]

    public init(sort: [SortClause]) {
        self.sort = sort
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
        return a.id.lexicographicallyPrecedes(b.id)
    }

    /// Negative when `a` comes first under the clause, positive when `b` does, 0 when neither.
    public static func compare(_ a: SortValue, _ b: SortValue, _ clause: SortClause) -> Int {
        switch (a, b) {
        case (.missing, .missing): return 0
        case (.missing, _): return clause.missingFirst ? -1 : 1
        case (_, .missing): return clause.missingFirst ? 1 : -1
        default:
            let ascending = compare(a, b)
            return clause.descending ? -ascending : ascending
        }
    }

    /// Ascending comparison of present values. Values of different kinds, which only searches over
    /// indices with different mappings produce, compare as numbers; numbers come before bytes.
    static func compare(_ a: SortValue, _ b: SortValue) -> Int {
        switch (a, b) {
        case (.integer(let left), .integer(let right)):
            return left < right ? -1 : (left > right ? 1 : 0)
        case (.bytes(let left), .bytes(let right)):
            if left == right { return 0 }
            return left.lexicographicallyPrecedes(right) ? -1 : 1
        case (.bytes, _): return 1
        case (_, .bytes): return -1
        case (.integer(let left), _): return compare(left, number(b))
        case (_, .integer(let right)): return -compare(right, number(a))
        default:
            let left = number(a)
            let right = number(b)
            return left < right ? -1 : (left > right ? 1 : 0)
        }
    }

    /// Exact comparison of a whole number with a floating point one.
    private static func compare(_ left: Int64, _ right: Double) -> Int {
        guard right < 0x1p63 else { return -1 }
        guard right >= -0x1p63 else { return 1 }
        let floor = right.rounded(.down)
        let whole = Int64(floor)
        if left != whole { return left < whole ? -1 : 1 }
        return right > floor ? -1 : 0
    }

    private static func number(_ value: SortValue) -> Double {
        switch value {
        case .score(let score): Double(score)
        case .real(let real): real
        case .integer(let integer): Double(integer)
        case .bytes, .missing: 0
        }
    }
}
