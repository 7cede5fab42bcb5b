// Batches are answered out of order; only what is answered without a gap may be forgotten.

/// Tracks how far, from the beginning and without a gap, batches have been acknowledged.
struct AcknowledgedPrefix {
    /// Batches before this one are all acknowledged.
    private(set) var batchCount = 0
    /// The source's position after them; nil before the first.
    private(set) var position: ReadPosition?
    /// Documents indexed and refused by them.
    private(set) var indexed: Int64 = 0
    private(set) var refused: Int64 = 0

    private var waiting: [Int: (position: ReadPosition, indexed: Int, refused: Int)] = [:]

    /// Takes one batch's end; each batch once, in any order.
    mutating func acknowledge(
        batch number: Int, position: ReadPosition, indexed: Int, refused: Int
    ) {
        waiting[number] = (position, indexed, refused)
        while let next = waiting.removeValue(forKey: batchCount) {
            self.position = next.position
            self.indexed += Int64(next.indexed)
            self.refused += Int64(next.refused)
            batchCount += 1
        }
    }
}
