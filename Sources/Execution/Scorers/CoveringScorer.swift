// Documents that match as many of the clauses as they ask for themselves.

/// See `CoveringQuery`.
final class CoveringScorer: Scorer {
    private let clauses: [Scorer]
    private let minimum: FieldNumbers
    private let scratch = Window()
    private let counts: UnsafeMutablePointer<UInt16>

    /// - Parameter minimum: how many clauses must match, by document.
    init(_ clauses: [Scorer], minimum: FieldNumbers) {
        self.clauses = clauses
        self.minimum = minimum
        counts = .allocate(capacity: Window.size)
        counts.initialize(repeating: 0, count: Window.size)
        super.init(
            maximum: clauses.reduce(0) { $0 + $1.maximum },
            cost: clauses.reduce(0) { $0 + $1.cost })
    }

    deinit { counts.deallocate() }

    override func next(_ target: UInt32) throws -> UInt32 {
        var result = TermCursor.end
        for clause in clauses { result = min(result, try clause.next(target)) }
        return result
    }

    override func bound(from first: UInt32, through last: UInt32) -> Double {
        clauses.reduce(0) { $0 + $1.bound(from: first, through: last) }
    }

    override func fill(_ window: Window, within: UnsafePointer<UInt64>?) throws {
        counts.update(repeating: 0, count: Window.size)
        let counts = counts
        for clause in clauses {
            scratch.start(at: window.base)
            try clause.fill(scratch, within: within)
            window.formUnion(scratch)
            scratch.forEachMatch { counts[$0] &+= 1 }
        }
        if let within { window.formIntersection(within) }
        for index in 0..<Window.wordCount {
            var word = window.bits[index]
            while word != 0 {
                let bit = word & (~word &+ 1)
                let place = index * 64 + word.trailingZeroBitCount
                word &= word &- 1
                let document = window.base &+ UInt32(truncatingIfNeeded: place)
                guard let wanted = try minimum.smallest(document),
                    Double(counts[place]) >= wanted
                else {
                    window.bits[index] &= ~bit
                    continue
                }
            }
        }
    }
}
