// A term in several fields, scored as if they were one.

import Segments

/// BM25F (S. Robertson, H. Zaragoza, M. Taylor, "Simple BM25 extension to multiple weighted
/// fields", 2004): a document scores `weight - weight / (1 + s)`, where s is the sum over the
/// fields of the field's weight, times the frequency, times what the field's length makes of it.
final class CombinedScorer: Scorer {
    private let cursors: [TermCursor]
    /// Of each cursor's field.
    private let fieldWeights: [Float]
    private let weight: Float
    private let sums: UnsafeMutablePointer<Float>

    /// - Parameter cursors: at least one, in the fixed order of their fields; all have `weight`.
    init(_ cursors: [TermCursor], fieldWeights: [Float], weight: Float) {
        self.cursors = cursors
        self.fieldWeights = fieldWeights
        self.weight = weight
        sums = .allocate(capacity: Window.size)
        sums.initialize(repeating: 0, count: Window.size)
        super.init(
            maximum: Self.bound(cursors.map(\.maximum), fieldWeights, weight),
            cost: cursors.reduce(0) { $0 + $1.documentFrequency })
    }

    deinit { sums.deallocate() }

    /// What documents score at most that score these in each field alone. The fields' sums are
    /// reckoned back from their scores, with room for rounding.
    private static func bound(
        _ bounds: [Double], _ fieldWeights: [Float], _ weight: Float
    ) -> Double {
        let weight = Double(weight)
        var sum = 0.0
        for (bound, fieldWeight) in zip(bounds, fieldWeights) where bound > 0 {
            let share = (bound + 0x1p-27) / weight * (1 + 0x1p-20)
            guard share < 1 else { return weight }
            sum += Double(fieldWeight) * share / (1 - share)
        }
        return min(weight, weight * sum / (1 + sum) * (1 + 0x1p-18) + 0x1p-27)
    }

    override func next(_ target: UInt32) throws -> UInt32 {
        var result = TermCursor.end
        for cursor in cursors { result = min(result, try cursor.seek(target)) }
        return result
    }

    override func bound(from first: UInt32, through last: UInt32) -> Double {
        Self.bound(
            cursors.map { $0.bound(from: first, through: last) }, fieldWeights, weight)
    }

    override func fill(_ window: Window, within: UnsafePointer<UInt64>?) throws {
        for (cursor, fieldWeight) in zip(cursors, fieldWeights) {
            try add(cursor, fieldWeight, to: window)
        }
        let (weight, sums) = (weight, sums)
        window.forEachMatch { offset in
            window.scores[offset] = ScoreGrid.round(
                Double(weight - weight / (1 + sums[offset])))
        }
    }

    private func add(_ cursor: TermCursor, _ fieldWeight: Float, to window: Window) throws {
        var document = try cursor.seek(window.base)
        while document <= window.last {
            try cursor.loadFrequencies()
            let postings = cursor.postings
            let end = cursor.endIndex(through: window.last)
            for index in cursor.index..<end {
                let document = postings.documents[index]
                let share =
                    fieldWeight
                    * cursor.similarity.share(
                        frequency: postings.frequencies[index], document: document)
                let offset = Int(document - window.base)
                let bit: UInt64 = 1 &<< UInt64(offset & 63)
                if window.bits[offset >> 6] & bit == 0 {
                    window.bits[offset >> 6] |= bit
                    sums[offset] = share
                } else {
                    sums[offset] += share
                }
            }
            guard end == postings.count else { return cursor.advance(to: end) }
            document = try cursor.seek(postings.lastDocument + 1)
        }
    }
}
