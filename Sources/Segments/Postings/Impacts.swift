// The Pareto-optimal (frequency, norm) pairs of a block or a list of postings.

public struct Impacts {
    /// The largest score any posting can have, for a score that grows with the frequency and
    /// does not grow with the norm.
    public func maximum(_ score: (_ frequency: UInt32, _ norm: UInt8) -> Float) -> Float { 0 }
    public var pairs: [(frequency: UInt32, norm: UInt8)] { [] }
}
