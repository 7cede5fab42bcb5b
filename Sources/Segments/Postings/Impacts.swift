// The Pareto-optimal (frequency, norm) pairs of a block or a list of postings: bounds that stay
// right whatever statistics a query brings (Ding and Suel 2011; Lucene's impacts).

/// Four pairs in eight bytes, which the skip tables hold in place: reading one touches no block.
///
///     impacts := pair pair pair pair      ascending in both numbers, the last repeated
///     pair    := u8 frequency, u8 norm    255 stands for that frequency and all larger ones
///
/// The pairs (1, 10) and (4, 12) are `01 0A 04 0C 04 0C 04 0C`. Of more than four pairs,
/// neighbours are merged to one that dominates both. Any eight bytes are impacts.
public struct Impacts: Sendable, Hashable {
    /// The first pair in the lowest bytes.
    public let bits: UInt64

    /// Frequency 1 and norm 1: the impacts of a field without frequencies.
    static let plain = Impacts(bits: 0x0101_0101_0101_0101)

    @inlinable
    public init(bits: UInt64) { self.bits = bits }

    /// What frequencies of 255 and more are taken for in bounds.
    public static let endlessFrequency: UInt8 = 255

    /// Pair 0, 1, 2 or 3.
    @inline(__always) @inlinable
    public func frequency(_ pair: UInt64) -> UInt8 {
        UInt8(truncatingIfNeeded: bits &>> (pair &* 16))
    }

    /// The pairs without their repetitions.
    public var pairs: [(frequency: UInt32, norm: UInt8)] {
        var pairs: [(frequency: UInt32, norm: UInt8)] = []
        for pair in 0..<4 as Range<UInt64> {
            let next = (UInt32(frequency(pair)), norm(pair))
            if let last = pairs.last, last == next { continue }
            pairs.append(next)
        }
        return pairs
    }

    @inline(__always) @inlinable
    public func norm(_ pair: UInt64) -> UInt8 {
        UInt8(truncatingIfNeeded: bits &>> (pair &* 16 &+ 8))
    }
}

/// Collects the pairs that no other pair dominates: none has both a larger frequency and a
/// smaller norm.
struct ImpactFront {
    /// Ascending in both numbers.
    private(set) var pairs: [(frequency: UInt32, norm: UInt8)] = []

    mutating func removeAll() { pairs.removeAll(keepingCapacity: true) }

    mutating func insert(_ frequency: UInt32, _ norm: UInt8) {
        // Beyond `place`, frequencies are at least as large: the first of them has their
        // smallest norm.
        var place = pairs.count
        while place > 0, pairs[place - 1].frequency >= frequency { place -= 1 }
        if place < pairs.count, pairs[place].norm <= norm { return }
        var first = place
        while first > 0, pairs[first - 1].norm >= norm { first -= 1 }
        var last = place
        if last < pairs.count, pairs[last].frequency == frequency { last += 1 }
        pairs.removeSubrange(first..<last)
        pairs.insert((frequency, norm), at: first)
    }

    mutating func formUnion(_ other: ImpactFront) {
        for pair in other.pairs { insert(pair.frequency, pair.norm) }
    }

    /// The pairs, at most four of them.
    var impacts: Impacts {
        guard !pairs.isEmpty else { return .plain }
        var kept = pairs.map { (UInt64(min($0.frequency, 255)), UInt64($0.norm)) }
        while kept.count > 4 {
            // Merging a pair with the next raises its frequency. The pair that is raised least
            // in proportion loosens the bound least.
            var cheapest = 0
            var least = Double.infinity
            for index in 0..<(kept.count - 1) {
                let rise = Double(kept[index + 1].0) / Double(max(kept[index].0, 1))
                if rise < least { (least, cheapest) = (rise, index) }
            }
            kept[cheapest].0 = kept[cheapest + 1].0
            kept.remove(at: cheapest + 1)
        }
        var bits: UInt64 = 0
        for place in 0..<4 {
            let pair = kept[min(place, kept.count - 1)]
            bits |= (pair.0 | pair.1 << 8) << UInt64(place * 16)
        }
        return Impacts(bits: bits)
    }
}
