// Where a node's random numbers come from: one seed in a test, the operating system when live.

public protocol RandomSource: Sendable {
    func next() -> UInt64

    /// An independent source, given by this source's seed and the label alone: how many numbers
    /// were drawn before does not matter, so that adding a draw in one place changes no other.
    func fork(_ label: String) -> any RandomSource
}

extension RandomSource {
    /// A whole number in `0 ..< bound`, without bias. `bound` must be positive.
    public func next(below bound: UInt64) -> UInt64 {
        precondition(bound > 0, "a random number below zero was asked for")
        // Lemire, "Fast Random Integer Generation in an Interval", 2019.
        var product = next().multipliedFullWidth(by: bound)
        if product.low < bound {
            let threshold = (0 &- bound) % bound
            while product.low < threshold {
                product = next().multipliedFullWidth(by: bound)
            }
        }
        return product.high
    }

    public func next(in range: Range<Int>) -> Int {
        range.lowerBound + Int(next(below: UInt64(range.count)))
    }

    /// A number in `0 ..< 1`.
    public func nextUnit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// 32 lowercase hexadecimal digits: a name that nobody else draws.
    public func nextName() -> String {
        func digits(_ word: UInt64) -> String {
            let text = String(word, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }
        return digits(next()) + digits(next())
    }
}
