// What a regular expression says.

/// A part of a regular expression, over code points.
indirect enum RegexpNode: Sendable, Hashable {
    /// The empty text.
    case empty
    /// No text.
    case nothing
    /// One code point of these ranges, which ascend and hold no surrogates.
    case scalars([ClosedRange<UInt32>])
    case concatenation([RegexpNode])
    case union([RegexpNode])
    case intersection(RegexpNode, RegexpNode)
    case complement(RegexpNode)
    /// So many times; nil: any number of times from the first on.
    case repetition(RegexpNode, Int, Int?)
    /// Already made into an automaton.
    case automaton(DeterministicAutomaton)

    static let anyScalar = RegexpNode.scalars(UTF8Ranges.all)
    static let anyText = RegexpNode.repetition(anyScalar, 0, nil)

    static func scalar(_ scalar: Unicode.Scalar, ignoringCase: Bool) -> RegexpNode {
        .scalars(ScalarRanges.of([scalar.value...scalar.value], ignoringCase: ignoringCase))
    }
}

/// Sets of code points.
enum ScalarRanges {
    static let digits: [ClosedRange<UInt32>] = [0x30...0x39]
    static let wordCharacters: [ClosedRange<UInt32>] = [
        0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A,
    ]
    /// Tab, line feed, carriage return, space.
    static let spaces: [ClosedRange<UInt32>] = [0x09...0x0A, 0x0D...0x0D, 0x20...0x20]

    /// The ranges in order and without overlaps or surrogates, with both cases of ASCII letters
    /// where case is ignored.
    static func of(
        _ ranges: [ClosedRange<UInt32>], ignoringCase: Bool
    ) -> [ClosedRange<UInt32>] {
        var all = ranges
        if ignoringCase {
            for range in ranges {
                if range.overlaps(0x41...0x5A) {
                    let letters = range.clamped(to: 0x41...0x5A)
                    all.append(letters.lowerBound + 32...letters.upperBound + 32)
                }
                if range.overlaps(0x61...0x7A) {
                    let letters = range.clamped(to: 0x61...0x7A)
                    all.append(letters.lowerBound - 32...letters.upperBound - 32)
                }
            }
        }
        return complement(complement(all))
    }

    /// Every other code point, in order.
    static func complement(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        let surrogates: ClosedRange<UInt32> = 0xD800...0xDFFF
        for range in (ranges + [surrogates]).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { result.append(next...range.lowerBound - 1) }
            next = max(next, range.upperBound + 1)
        }
        if next <= 0x10FFFF { result.append(next...0x10FFFF) }
        return result
    }
}
