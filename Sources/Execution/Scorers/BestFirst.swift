// The order in which a list's blocks raise the threshold fastest.

import Segments

/// Visits blocks in the order of their bounds. They come in groups with bounds of their own, so
/// that those of a group are only looked at when nothing better is left elsewhere.
enum BestFirst {
    private struct Group {
        let number: Int
        /// Of the group, or, once its blocks were looked at, of the best of those left.
        var bound: Double
        /// That block's place in the group; -1 while they have not been looked at.
        var best = -1
    }

    /// - Parameters:
    ///   - groups: at least one.
    ///   - blocks: those of a group, at least one and at most `PostingsCursor.groupSize`.
    ///   - reaching: asked before every visit; bounds below it end them all.
    static func visit(
        _ groups: Range<Int>, blocks: (Int) -> Range<Int>, groupBound: (Int) -> Double,
        blockBound: (Int) -> Double, reaching: () -> Double, visit: (Int) throws -> Void
    ) rethrows {
        let size = PostingsCursor.groupSize
        try withUnsafeTemporaryAllocation(of: Group.self, capacity: groups.count) { heap in
            try withUnsafeTemporaryAllocation(of: Double.self, capacity: groups.count * size) {
                bounds in
                for (place, group) in groups.enumerated() {
                    heap.initializeElement(
                        at: place, to: Group(number: group, bound: groupBound(group)))
                }
                for place in (0..<groups.count / 2).reversed() { sink(place, in: heap) }
                while heap[0].bound > -.infinity, heap[0].bound >= reaching() {
                    let group = heap[0]
                    let range = blocks(group.number)
                    let start = (group.number - groups.lowerBound) * size
                    if group.best < 0 {
                        for (place, block) in range.enumerated() {
                            bounds.initializeElement(at: start + place, to: blockBound(block))
                        }
                    } else {
                        try visit(range.lowerBound + group.best)
                        bounds[start + group.best] = -.infinity
                    }
                    var best = 0
                    for place in 1..<max(range.count, 1)
                    where bounds[start + place] > bounds[start + best] {
                        best = place
                    }
                    heap[0].best = best
                    heap[0].bound = bounds[start + best]
                    sink(0, in: heap)
                }
            }
        }
    }

    /// The blocks of a list of several, from `first` on.
    static func visit(
        _ term: TermCursor, from first: Int, reaching: () -> Double, visit: (Int) throws -> Void
    ) rethrows {
        let postings = term.postings
        let size = PostingsCursor.groupSize
        try self.visit(
            first / size..<(postings.blockCount + size - 1) / size,
            blocks: { max(first, $0 * size)..<min(($0 + 1) * size, postings.blockCount) },
            groupBound: {
                postings.groupCount == 0
                    ? term.maximum : term.similarity.bound(postings.impacts(ofGroup: $0))
            },
            blockBound: { term.similarity.bound(postings.impacts(ofBlock: $0)) },
            reaching: reaching, visit: visit)
    }

    /// Brings the entry down to where none below it has a larger bound.
    private static func sink(_ place: Int, in heap: UnsafeMutableBufferPointer<Group>) {
        let sunk = heap[place]
        var place = place
        while true {
            var child = place * 2 + 1
            if child >= heap.count { break }
            if child + 1 < heap.count, heap[child + 1].bound > heap[child].bound { child += 1 }
            if heap[child].bound <= sunk.bound { break }
            heap[place] = heap[child]
            place = child
        }
        heap[place] = sunk
    }
}
