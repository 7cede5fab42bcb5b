// The Pareto-optimal (frequency, norm) pairs of a block or a list of postings: bounds that stay
// right whatever statistics a query brings (Ding and Suel 2011; Lucene's impacts).

import Storage

/// Points into the segment, or into the cursor it came from: valid as long as that lives.
///
///     impacts := pair*            ascending in both numbers
///     pair    := varint(frequency - frequency before), varint(norm - norm before)
///
/// The pairs (1, 10) and (4, 12) are `01 0A 03 02`.
public struct Impacts {
    @usableFromInline let start: UnsafePointer<UInt8>
    @usableFromInline let end: UnsafePointer<UInt8>

    @usableFromInline
    init(_ start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) {
        self.start = start
        self.end = end
    }

    /// The largest score any posting can have, for a score that never falls when the frequency
    /// grows or the norm shrinks. Infinite when the bytes are damaged: nothing is skipped then.
    @inlinable
    public func maximum(_ score: (_ frequency: UInt32, _ norm: UInt8) -> Float) -> Float {
        guard start < end else { return .infinity }
        var best = -Float.infinity
        var next = start
        var frequency: UInt32 = 0
        var norm: UInt32 = 0
        while next < end {
            guard let step = Self.varint(&next, end), let rise = Self.varint(&next, end) else {
                return .infinity
            }
            frequency &+= step
            norm &+= rise
            best = max(best, score(frequency, UInt8(truncatingIfNeeded: norm)))
        }
        return best
    }

    /// Ascending in both; empty when the bytes are damaged.
    public var pairs: [(frequency: UInt32, norm: UInt8)] {
        var pairs: [(frequency: UInt32, norm: UInt8)] = []
        let bound = maximum { frequency, norm in
            pairs.append((frequency, norm))
            return 0
        }
        return bound == 0 ? pairs : []
    }

    /// Nil: cut off or wider than 32 bits.
    @inlinable
    static func varint(_ next: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> UInt32? {
        var value: UInt32 = 0
        var shift: UInt32 = 0
        while next < end, shift < 35 {
            let byte = next.pointee
            next += 1
            value |= UInt32(byte & 0x7F) &<< shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
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

    func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 32)
        var before: (frequency: UInt32, norm: UInt8) = (0, 0)
        for pair in pairs {
            writer.varint(UInt64(pair.frequency - before.frequency))
            writer.varint(UInt64(pair.norm - before.norm))
            before = pair
        }
        return writer.bytes
    }
}
