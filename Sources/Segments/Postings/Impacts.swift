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

    /// The pairs, at most four of them. Where there are more, neighbours become one: without
    /// expectations those whose frequency rises least in proportion, otherwise those groups that
    /// raise the largest expected score least.
    func impacts(_ expected: ExpectedShares? = nil) -> Impacts {
        guard !pairs.isEmpty else { return .plain }
        var kept = pairs.map { Pair(min($0.frequency, 255), $0.norm) }
        if kept.count > Self.most {
            kept = expected.map { Self.grouped(kept, $0) } ?? Self.merged(kept)
        }
        var bits: UInt64 = 0
        for place in 0..<Self.most {
            let pair = kept[min(place, kept.count - 1)]
            bits |= UInt64(pair.frequency | UInt32(pair.norm) << 8) << UInt64(place * 16)
        }
        return Impacts(bits: bits)
    }

    private static let most = 4

    private struct Pair {
        var frequency: UInt32
        let norm: UInt8

        init(_ frequency: UInt32, _ norm: UInt8) {
            self.frequency = frequency
            self.norm = norm
        }
    }

    private static func merged(_ pairs: [Pair]) -> [Pair] {
        var kept = pairs
        while kept.count > most {
            // Merging a pair with the next raises its frequency. The pair that is raised least
            // in proportion loosens the bound least.
            var cheapest = 0
            var least = Double.infinity
            for index in 0..<(kept.count - 1) {
                let rise = Double(kept[index + 1].frequency) / Double(kept[index].frequency)
                if rise < least { (least, cheapest) = (rise, index) }
            }
            kept[cheapest].frequency = kept[cheapest + 1].frequency
            kept.remove(at: cheapest + 1)
        }
        return kept
    }

    /// Groups of neighbours as long as one limit allows, which is the least that makes them few
    /// enough: from one limit to the next that changes anything.
    private static func grouped(_ pairs: [Pair], _ expected: ExpectedShares) -> [Pair] {
        var limit: Float = 0
        for pair in pairs { limit = max(limit, expected.share(pair.frequency, pair.norm)) }
        while true {
            var first = pairs[0]
            var count = 1
            var next = Float.infinity
            for pair in pairs {
                let share = expected.share(pair.frequency, first.norm)
                if share <= limit { continue }
                next = min(next, share)
                first = pair
                count += 1
            }
            if count <= most { break }
            limit = next
        }
        var groups: [Pair] = []
        for pair in pairs {
            if let group = groups.last, expected.share(pair.frequency, group.norm) <= limit {
                groups[groups.count - 1].frequency = pair.frequency
            } else {
                groups.append(pair)
            }
        }
        return groups
    }
}

/// How much an occurrence counts in documents of each norm under BM25 with its usual parameters, as
/// far as one segment can tell: scores grow with the frequency times that. Searches may bring other
/// statistics and parameters; what is made by these is only tighter when they are near.
struct ExpectedShares {
    private static let b: Float = 0.75

    private let byNorm: [Float]

    /// - Parameter norms: of all documents of the segment.
    init(norms: [UInt8]) {
        var counts = [Int](repeating: 0, count: 256)
        for norm in norms { counts[Int(norm)] += 1 }
        var sum = 0.0
        var documents = 0
        for (norm, count) in counts.enumerated() where NormByte.decoded[norm] > 0 {
            sum += Double(NormByte.decoded[norm]) * Double(count)
            documents += count
        }
        let average = documents > 0 ? Float(sum / Double(documents)) : 1
        byNorm = NormByte.decoded.map { 1 / ((1 - Self.b) + Self.b * Float($0) / average) }
    }

    func share(_ frequency: UInt32, _ norm: UInt8) -> Float {
        frequency >= UInt32(Impacts.endlessFrequency)
            ? .infinity : Float(frequency) * byNorm[Int(norm)]
    }
}
