// The best hits so far, in the order of scores.

/// A hit that is still only a number in a segment.
struct RankedDocument {
    var score: Float
    var tieKey: UInt64
    /// Place of the segment in the search's list of segments.
    var segment: Int
    var document: UInt32
}

/// The `capacity` best documents under the total order: score descending, tie key ascending, shard
/// ascending, id ascending. One serves all segments of all shards.
///
/// Documents are gathered as they come, and after a batch all are dropped that score less than
/// the last of the best by then. So a tie key, which is a random access to memory, is only read of
/// documents that are among the best in the end or tie with the last of them.
final class BestDocuments {
    private struct Place {
        var segment: Int32
        var document: UInt32
    }

    /// Documents beyond the best that tie with the last of them, before their ties are resolved.
    private static let maximumTies = 1_024

    let capacity: Int
    private let tieKeys: (Int, UnsafeBufferPointer<UInt32>, UnsafeMutablePointer<UInt64>) -> Void
    private let identity: (_ segment: Int, _ document: UInt32) -> (shard: Int, id: [UInt8])
    /// In the upper half the score, ordered as unsigned numbers are; in the lower the index of
    /// the document's place.
    private var entries: UnsafeMutablePointer<UInt64>
    private var places: UnsafeMutablePointer<Place>
    private var room: Int
    private var count = 0
    /// Entries that are not worth a selection yet.
    private var patience: Int
    /// Sums below this cannot enter; -∞ until there are enough, ∞ when nothing is wanted.
    private(set) var threshold: Double

    /// - Parameters:
    ///   - tieKeys: reads those of some documents of a segment.
    ///   - identity: of one document of a segment.
    init(
        capacity: Int,
        tieKeys:
            @escaping (
                Int, UnsafeBufferPointer<UInt32>, UnsafeMutablePointer<UInt64>
            ) -> Void,
        identity: @escaping (Int, UInt32) -> (shard: Int, id: [UInt8])
    ) {
        self.capacity = capacity
        self.tieKeys = tieKeys
        self.identity = identity
        room = capacity == 0 ? 0 : min(capacity, 1_024) + 256
        entries = .allocate(capacity: room)
        places = .allocate(capacity: room)
        patience = capacity - 1
        threshold = capacity > 0 ? -.infinity : .infinity
    }

    deinit {
        entries.deallocate()
        places.deallocate()
    }

    func offer(_ candidates: Candidates, segment: Int) {
        if capacity == 0 { return }
        if count + candidates.count > room { grow(count + candidates.count) }
        let segment = Int32(truncatingIfNeeded: segment)
        let floor = threshold
        var count = count
        for index in 0..<candidates.count {
            let score = candidates.scores[index]
            entries[count] = Self.ordered(Float(score)) << 32 | UInt64(count)
            places[count] = Place(segment: segment, document: candidates.documents[index])
            count &+= score >= floor ? 1 : 0
        }
        self.count = count
        if count > patience { select() }
    }

    private func grow(_ needed: Int) {
        let larger = max(needed, room * 2)
        let newEntries = UnsafeMutablePointer<UInt64>.allocate(capacity: larger)
        let newPlaces = UnsafeMutablePointer<Place>.allocate(capacity: larger)
        newEntries.update(from: entries, count: count)
        newPlaces.update(from: places, count: count)
        entries.deallocate()
        places.deallocate()
        (entries, places, room) = (newEntries, newPlaces, larger)
    }

    // MARK: Scores as numbers

    @inline(__always)
    private static func ordered(_ score: Float) -> UInt64 {
        let bits = (score + 0).bitPattern
        return UInt64(bits >> 31 == 0 ? bits | 0x8000_0000 : ~bits)
    }

    @inline(__always)
    private static func score(_ entry: UInt64) -> Float {
        let ordered = UInt32(truncatingIfNeeded: entry >> 32)
        return Float(bitPattern: ordered >> 31 == 1 ? ordered & 0x7FFF_FFFF : ~ordered)
    }

    @inline(__always)
    private func place(_ entry: UInt64) -> Place {
        places[Int(truncatingIfNeeded: entry & 0xFFFF_FFFF)]
    }

    // MARK: Selecting

    /// Drops what scores less than the last of the best, and raises the threshold to it.
    private func select() {
        Self.partition(entries, count: count, best: capacity)
        var worst = UInt64.max
        for index in 0..<capacity { worst = min(worst, entries[index] >> 32) }
        var kept = capacity
        for index in capacity..<count where entries[index] >> 32 == worst {
            entries[kept] = entries[index]
            kept += 1
        }
        count = kept
        if count > capacity + Self.maximumTies { resolveTies() }
        compact()
        threshold = ScoreGrid.floor(of: Self.score(worst << 32))
        patience = max(count, capacity + capacity / 4)
    }

    /// Moves the places of the entries to the front.
    private func compact() {
        withUnsafeTemporaryAllocation(of: Place.self, capacity: count) { moved in
            for index in 0..<count {
                moved[index] = place(entries[index])
                entries[index] = (entries[index] >> 32) << 32 | UInt64(index)
            }
            for index in 0..<count { places[index] = moved[index] }
        }
    }

    /// Keeps no more than the best, by all of the order.
    private func resolveTies() {
        for (index, ranked) in inOrder().enumerated() { entries[index] = ranked.entry }
        count = capacity
    }

    private struct Ranked {
        /// The score as in `entry`, and below it the complement of the tie key's upper half: the
        /// larger, the better.
        let rank: UInt64
        let tieKey: UInt64
        let entry: UInt64
    }

    /// The best of the entries, in the result's order.
    private func inOrder() -> ArraySlice<Ranked> {
        var all: [Ranked] = []
        all.reserveCapacity(count)
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: count) { keys in
            readTieKeys(into: keys)
            for index in 0..<count {
                let entry = entries[index]
                all.append(
                    Ranked(
                        rank: (entry >> 32) << 32 | ~keys[index] >> 32, tieKey: keys[index],
                        entry: entry))
            }
        }
        all.sort { a, b in a.rank == b.rank ? precedes(a, b) : a.rank > b.rank }
        return all.prefix(capacity)
    }

    /// Those of the entries.
    private func readTieKeys(into keys: UnsafeMutableBufferPointer<UInt64>) {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: count) { documents in
            var start = 0
            while start < count {
                let segment = place(entries[start]).segment
                var end = start
                while end < count {
                    let place = place(entries[end])
                    if place.segment != segment { break }
                    documents.initializeElement(at: end, to: place.document)
                    end += 1
                }
                guard let first = keys.baseAddress else { return }
                tieKeys(
                    Int(segment), UnsafeBufferPointer(rebasing: documents[start..<end]),
                    first + start)
                start = end
            }
        }
    }

    /// The order of two that score alike and whose tie keys begin alike.
    @inline(never)
    private func precedes(_ a: Ranked, _ b: Ranked) -> Bool {
        if a.tieKey != b.tieKey { return a.tieKey < b.tieKey }
        let (one, other) = (identity(of: a), identity(of: b))
        if one.shard != other.shard { return one.shard < other.shard }
        return one.id.lexicographicallyPrecedes(other.id)
    }

    private func identity(of ranked: Ranked) -> (shard: Int, id: [UInt8]) {
        let place = place(ranked.entry)
        return identity(Int(place.segment), place.document)
    }

    /// The kept documents, the best first.
    func ranked() -> [RankedDocument] {
        if count > capacity { select() }
        return inOrder().map { ranked in
            let place = place(ranked.entry)
            return RankedDocument(
                score: Self.score(ranked.entry), tieKey: ranked.tieKey,
                segment: Int(place.segment), document: place.document)
        }
    }

    /// Brings the `best` largest numbers to the front (Hoare's selection), in any order.
    private static func partition(
        _ numbers: UnsafeMutablePointer<UInt64>, count: Int, best: Int
    ) {
        var low = 0
        var high = count - 1
        while low < high {
            let pivot = median(
                numbers[low], numbers[low + (high - low) / 2], numbers[high])
            var left = low
            var right = high
            while left <= right {
                while numbers[left] > pivot { left += 1 }
                while numbers[right] < pivot { right -= 1 }
                if left <= right {
                    (numbers[left], numbers[right]) = (numbers[right], numbers[left])
                    left += 1
                    right -= 1
                }
            }
            if best - 1 <= right {
                high = right
            } else if best - 1 >= left {
                low = left
            } else {
                return
            }
        }
    }

    @inline(__always)
    private static func median(_ a: UInt64, _ b: UInt64, _ c: UInt64) -> UInt64 {
        max(min(a, b), min(max(a, b), c))
    }
}
