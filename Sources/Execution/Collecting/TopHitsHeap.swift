// The best hits so far, in the order of scores.

/// A hit that is still only a number in a segment.
struct RankedDocument {
    var score: Float
    var tieKey: UInt64
    /// Place of the segment in the search's list of segments.
    var segment: Int
    var document: UInt32
}

/// The `capacity` best documents under the total order: score descending, tie key ascending, id
/// ascending. One heap serves all segments of all shards. Tie keys and ids are read only of
/// documents that enter or tie with the worst kept one.
final class TopHitsHeap {
    private let capacity: Int
    private let tieKey: (_ segment: Int, _ document: UInt32) -> UInt64
    private let id: (_ segment: Int, _ document: UInt32) -> [UInt8]
    /// A binary heap, the worst at the root.
    @exclusivity(unchecked)
    private var entries: [RankedDocument] = []
    /// Sums below this cannot enter; -∞ until the heap is full, ∞ when it holds nothing.
    @exclusivity(unchecked)
    private(set) var threshold: Double

    init(
        capacity: Int, tieKey: @escaping (Int, UInt32) -> UInt64,
        id: @escaping (Int, UInt32) -> [UInt8]
    ) {
        self.capacity = capacity
        self.tieKey = tieKey
        self.id = id
        threshold = capacity > 0 ? -.infinity : .infinity
    }

    func offer(_ candidates: Candidates, segment: Int) {
        for index in 0..<candidates.count where candidates.scores[index] >= threshold {
            insert(Float(candidates.scores[index]), candidates.documents[index], segment)
        }
    }

    private func insert(_ score: Float, _ document: UInt32, _ segment: Int) {
        if entries.count < capacity {
            entries.append(
                RankedDocument(
                    score: score, tieKey: tieKey(segment, document), segment: segment,
                    document: document))
            siftUp(entries.count - 1)
            if entries.count == capacity { threshold = ScoreGrid.floor(of: entries[0].score) }
            return
        }
        // The threshold lies half way to the next lower Float: the exact decision is made here.
        guard let worst = entries.first, score >= worst.score else { return }
        let entry = RankedDocument(
            score: score, tieKey: tieKey(segment, document), segment: segment, document: document)
        guard isWorse(worst, entry) else { return }
        entries[0] = entry
        siftDown(0)
        threshold = ScoreGrid.floor(of: entries[0].score)
    }

    /// Whether `a` comes after `b` in the result.
    private func isWorse(_ a: RankedDocument, _ b: RankedDocument) -> Bool {
        if a.score != b.score { return a.score < b.score }
        if a.tieKey != b.tieKey { return a.tieKey > b.tieKey }
        return id(b.segment, b.document).lexicographicallyPrecedes(id(a.segment, a.document))
    }

    private func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard isWorse(entries[child], entries[parent]) else { return }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    private func siftDown(_ start: Int) {
        var parent = start
        while true {
            var worst = parent
            let left = 2 * parent + 1
            if left < entries.count, isWorse(entries[left], entries[worst]) { worst = left }
            let right = left + 1
            if right < entries.count, isWorse(entries[right], entries[worst]) { worst = right }
            if worst == parent { return }
            entries.swapAt(parent, worst)
            parent = worst
        }
    }

    /// The kept documents, the best first.
    func ranked() -> [RankedDocument] { entries.sorted { isWorse($1, $0) } }
}
