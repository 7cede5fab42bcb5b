// Characters that a filter is about, so that it passes over terms without them.

/// A set of characters, as bits from the lowest to the highest of them.
struct ScalarSet: Sendable {
    private let lowest: UInt32
    private let bits: [UInt64]

    init(_ scalars: some Collection<Unicode.Scalar>) {
        let values = scalars.map(\.value)
        let lowest = values.min() ?? 0
        self.lowest = lowest
        let count = values.max().map { Int($0 - lowest) + 1 } ?? 0
        var bits = [UInt64](repeating: 0, count: (count + 63) / 64)
        for place in values.map({ Int($0 - lowest) }) {
            bits[place >> 6] |= 1 << UInt64(place & 63)
        }
        self.bits = bits
    }

    @inline(__always)
    func contains(_ scalar: Unicode.Scalar) -> Bool {
        let place = Int(scalar.value) - Int(lowest)
        guard place >= 0, place >> 6 < bits.count else { return false }
        return bits[place >> 6] >> UInt64(place & 63) & 1 != 0
    }

    /// Whether a character of the set stands in a text.
    func isMet(in text: UnsafeBufferPointer<UInt8>) -> Bool {
        var index = 0
        while index < text.count {
            if let scalar = UTF8Scan.scalar(text, &index), contains(scalar) { return true }
        }
        return false
    }
}
