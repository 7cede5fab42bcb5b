// Code points as the bytes that encode them.

/// Ranges of code points as ranges of bytes.
enum UTF8Ranges {
    /// Every code point but the surrogates, which have no place in UTF-8.
    static let all: [ClosedRange<UInt32>] = [0...0xD7FF, 0xE000...0x10FFFF]

    /// Sequences of byte ranges that together encode just the code points of the range. It must
    /// not hold surrogates.
    static func split(_ range: ClosedRange<UInt32>) -> [[ClosedRange<UInt8>]] {
        var result: [[ClosedRange<UInt8>]] = []
        var low = range.lowerBound
        while low <= range.upperBound {
            var high = range.upperBound
            for longest: UInt32 in [0x7F, 0x7FF, 0xFFFF] where low <= longest {
                high = min(high, longest)
                break
            }
            let end = encoded(high).count
            // Cut where trailing bytes do not take all their values.
            for place in 1..<max(end, 1) {
                let mask = (UInt32(1) << UInt32(6 * place)) - 1
                if low & ~mask != high & ~mask {
                    if low & mask != 0 {
                        high = low | mask
                        break
                    }
                    if high & mask != mask { high = (high & ~mask) - 1 }
                }
            }
            result.append(zip(encoded(low), encoded(high)).map { $0...$1 })
            if high == range.upperBound { break }
            low = high + 1
        }
        return result
    }

    static func encoded(_ scalar: UInt32) -> [UInt8] {
        Unicode.Scalar(scalar).map { Array(String(Character($0)).utf8) } ?? []
    }
}
