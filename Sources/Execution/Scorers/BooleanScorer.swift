// Clauses that must match, may match, must not match, in one window.

/// The sum of the matching `must` and `should` clauses' scores over the documents that satisfy all
/// conditions.
final class BooleanScorer: Scorer {
    /// `must` and `filter` clauses, the most selective first.
    private let required: [(scorer: Scorer, isScoring: Bool)]
    private let optional: [Scorer]
    private let excluded: [Scorer]
    private let minimumShouldMatch: Int
    private let documentCount: Int
    private let scratch = Window()
    private let union = Window()
    private let counts: UnsafeMutablePointer<UInt16>

    /// - Parameter minimumShouldMatch: at most `optional.count`.
    init(
        must: [Scorer], filter: [Scorer], should: [Scorer], mustNot: [Scorer],
        minimumShouldMatch: Int, documentCount: Int
    ) {
        var clauses: [(scorer: Scorer, isScoring: Bool)] = []
        for scorer in must { clauses.append((scorer, true)) }
        for scorer in filter { clauses.append((scorer, false)) }
        clauses.sort { $0.scorer.cost < $1.scorer.cost }
        required = clauses
        optional = should
        excluded = mustNot
        self.minimumShouldMatch = minimumShouldMatch
        self.documentCount = documentCount
        counts = .allocate(capacity: Window.size)
        counts.initialize(repeating: 0, count: Window.size)
        var maximum = 0.0
        for scorer in must { maximum += scorer.maximum }
        for scorer in should { maximum += scorer.maximum }
        var cost = documentCount
        if let first = clauses.first {
            cost = first.scorer.cost
        } else if !should.isEmpty {
            cost = should.reduce(0) { $0 + $1.cost }
        }
        super.init(maximum: maximum, cost: cost)
    }

    deinit { counts.deallocate() }

    override func next(_ target: UInt32) throws -> UInt32 {
        var result = target
        for clause in required {
            result = try clause.scorer.next(result)
            if result == TermCursor.end { return result }
        }
        guard minimumShouldMatch > 0 else { return result }
        var next: [UInt32] = []
        for clause in optional { next.append(try clause.next(result)) }
        next.sort()
        return next[minimumShouldMatch - 1]
    }

    override func bound(from first: UInt32, through last: UInt32) -> Double {
        var sum = 0.0
        for clause in required where clause.isScoring {
            sum += clause.scorer.bound(from: first, through: last)
        }
        for clause in optional { sum += clause.bound(from: first, through: last) }
        return sum
    }

    override func fill(_ window: Window, within: UnsafePointer<UInt64>?) throws {
        let isOptional = minimumShouldMatch == 0
        if !required.isEmpty {
            try fillRequired(window, within: within)
        } else if isOptional {
            fillAll(window)
        }
        if !isOptional {
            let interest = required.isEmpty ? within : UnsafePointer(window.bits)
            try fillUnion(window.base, within: interest)
            if required.isEmpty {
                window.formUnion(union)
            } else {
                window.addScores(union, requiring: true)
            }
        } else if !window.isEmpty {
            for clause in optional {
                scratch.start(at: window.base)
                try clause.fill(scratch, within: window.bits)
                window.addScores(scratch, requiring: false)
            }
        }
        for clause in excluded where !window.isEmpty {
            scratch.start(at: window.base)
            try clause.fill(scratch, within: window.bits)
            window.subtract(scratch.bits)
        }
    }

    private func fillAll(_ window: Window) {
        for index in 0..<Window.wordCount {
            let left = documentCount - Int(window.base) - index * 64
            window.bits[index] = left >= 64 ? .max : left > 0 ? (1 << UInt64(left)) - 1 : 0
        }
        window.scores.update(repeating: 0, count: Window.size)
    }

    private func fillRequired(_ window: Window, within: UnsafePointer<UInt64>?) throws {
        for (index, clause) in required.enumerated() {
            if index == 0 {
                try clause.scorer.fill(window, within: within)
                if !clause.isScoring { window.scores.update(repeating: 0, count: Window.size) }
            } else {
                scratch.start(at: window.base)
                try clause.scorer.fill(scratch, within: window.bits)
                if clause.isScoring {
                    window.addScores(scratch, requiring: true)
                } else {
                    window.formIntersection(scratch.bits)
                }
            }
            if window.isEmpty { return }
        }
    }

    /// Fills `union` with the documents that enough of the optional clauses match.
    private func fillUnion(_ base: UInt32, within: UnsafePointer<UInt64>?) throws {
        union.start(at: base)
        let counting = minimumShouldMatch > 1
        if counting { counts.update(repeating: 0, count: Window.size) }
        for clause in optional {
            scratch.start(at: base)
            try clause.fill(scratch, within: within)
            union.formUnion(scratch)
            guard counting else { continue }
            let counts = counts
            scratch.forEachMatch { counts[$0] &+= 1 }
        }
        guard counting else { return }
        let counts = counts
        let bits = union.bits
        let minimum = minimumShouldMatch
        union.forEachMatch { offset in
            if Int(counts[offset]) < minimum { bits[offset >> 6] &= ~(1 &<< UInt64(offset & 63)) }
        }
    }
}
