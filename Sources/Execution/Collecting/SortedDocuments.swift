// The best documents of one segment under several keys.

import Segments

/// A heap of at most `capacity` documents, the worst at the root. Keys lie in flat memory by slot.
struct SortedDocuments {
    struct Entry {
        var document: UInt32
        var score: Float
        var tieKey: UInt64
        fileprivate var slot: Int
    }

    private let capacity: Int
    private let keyCount: Int
    private var heap: [Entry] = []
    private var keys: [SortKey] = []
    /// The slot the next document's keys are put into.
    private var free = 0

    init(capacity: Int, keyCount: Int) {
        self.capacity = capacity
        self.keyCount = keyCount
    }

    var count: Int { heap.count }

    mutating func removeAll() {
        heap.removeAll(keepingCapacity: true)
        free = 0
    }

    /// Nil while everything enters.
    var worstFirstKey: SortKey? {
        heap.count == capacity ? heap.first.map { keys[$0.slot * keyCount] } : nil
    }

    func key(_ entry: Entry, _ number: Int) -> SortKey { keys[entry.slot * keyCount + number] }

    /// Sets a key of the next document.
    mutating func scratch(_ number: Int, _ key: SortKey) {
        let place = free * keyCount + number
        while keys.count <= place { keys.append(key) }
        keys[place] = key
    }

    /// Takes the document with the keys set before, if it is good enough.
    mutating func offer(_ document: UInt32, _ score: Float, _ segment: SegmentReader) {
        let entry = Entry(
            document: document, score: score, tieKey: segment.tieKey(document), slot: free)
        if heap.count < capacity {
            heap.append(entry)
            free = heap.count
            siftUp(heap.count - 1, segment)
            return
        }
        guard let worst = heap.first, isWorse(worst, entry, segment) else { return }
        free = worst.slot
        heap[0] = entry
        siftDown(0, segment)
    }

    /// In no order.
    func entries() -> [Entry] { heap }

    private func isWorse(_ a: Entry, _ b: Entry, _ segment: SegmentReader) -> Bool {
        for number in 0..<keyCount {
            let left = key(a, number)
            let right = key(b, number)
            if left != right { return right < left }
        }
        if a.tieKey != b.tieKey { return a.tieKey > b.tieKey }
        return segment.id(b.document).lexicographicallyPrecedes(segment.id(a.document))
    }

    private mutating func siftUp(_ start: Int, _ segment: SegmentReader) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard isWorse(heap[child], heap[parent], segment) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(_ start: Int, _ segment: SegmentReader) {
        var parent = start
        while true {
            var worst = parent
            let left = 2 * parent + 1
            if left < heap.count, isWorse(heap[left], heap[worst], segment) { worst = left }
            let right = left + 1
            if right < heap.count, isWorse(heap[right], heap[worst], segment) { worst = right }
            if worst == parent { return }
            heap.swapAt(parent, worst)
            parent = worst
        }
    }
}
