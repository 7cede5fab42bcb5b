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
/// ascending. One heap serves all segments of all shards. Tie keys are read only of documents
/// that enter or tie with the worst kept one, ids only where tie keys are equal.
final class TopHitsHeap {
    private struct Place {
        var segment: Int32
        var document: UInt32
    }

    let capacity: Int
    private let tieKey: (_ segment: Int, _ document: UInt32) -> UInt64
    private let id: (_ segment: Int, _ document: UInt32) -> [UInt8]
    /// A binary heap, the smallest rank at the root; `places` runs beside it.
    private var ranks: UnsafeMutablePointer<UInt64>
    private var places: UnsafeMutablePointer<Place>
    private var room: Int
    @exclusivity(unchecked)
    private var count = 0
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
        room = min(max(capacity, 1), 64)
        ranks = .allocate(capacity: room)
        places = .allocate(capacity: room)
        threshold = capacity > 0 ? -.infinity : .infinity
    }

    deinit {
        ranks.deallocate()
        places.deallocate()
    }

    func offer(_ candidates: Candidates, segment: Int) {
        for index in 0..<candidates.count where candidates.scores[index] >= threshold {
            insert(Float(candidates.scores[index]), candidates.documents[index], segment)
        }
    }

    // MARK: Ranks

    /// The score in the upper half, ordered as unsigned numbers are, and the complement of the
    /// upper half of the tie key in the lower: larger is better.
    @inline(__always)
    private static func rank(_ score: Float, _ tieKey: UInt64) -> UInt64 {
        let bits = (score + 0).bitPattern
        let ordered = bits >> 31 == 0 ? bits | 0x8000_0000 : ~bits
        return UInt64(ordered) << 32 | (~tieKey >> 32)
    }

    @inline(__always)
    private static func score(_ rank: UInt64) -> Float {
        let ordered = UInt32(truncatingIfNeeded: rank >> 32)
        return Float(bitPattern: ordered >> 31 == 1 ? ordered & 0x7FFF_FFFF : ~ordered)
    }

    /// Whether the first comes after the second in the result.
    @inline(__always)
    private func isWorse(_ a: UInt64, _ aPlace: Place, _ b: UInt64, _ bPlace: Place) -> Bool {
        a == b ? isWorse(aPlace, bPlace) : a < b
    }

    /// The same for equal ranks.
    @inline(never)
    private func isWorse(_ a: Place, _ b: Place) -> Bool {
        let (first, second) = (Int(a.segment), Int(b.segment))
        let (firstKey, secondKey) = (tieKey(first, a.document), tieKey(second, b.document))
        if firstKey != secondKey { return firstKey > secondKey }
        return id(second, b.document).lexicographicallyPrecedes(id(first, a.document))
    }

    // MARK: The heap

    private func insert(_ score: Float, _ document: UInt32, _ segment: Int) {
        let place = Place(segment: Int32(truncatingIfNeeded: segment), document: document)
        if count < capacity {
            if count == room { grow() }
            count += 1
            siftUp(count - 1, Self.rank(score, tieKey(segment, document)), place)
            if count == capacity { threshold = ScoreGrid.floor(of: Self.score(ranks[0])) }
            return
        }
        // The threshold lies half way to the next lower Float: the exact decision is made here.
        guard count > 0, score >= Self.score(ranks[0]) else { return }
        let rank = Self.rank(score, tieKey(segment, document))
        guard isWorse(ranks[0], places[0], rank, place) else { return }
        siftDown(rank, place)
        threshold = ScoreGrid.floor(of: Self.score(ranks[0]))
    }

    private func grow() {
        let larger = min(capacity, room * 2)
        let newRanks = UnsafeMutablePointer<UInt64>.allocate(capacity: larger)
        let newPlaces = UnsafeMutablePointer<Place>.allocate(capacity: larger)
        newRanks.update(from: ranks, count: count)
        newPlaces.update(from: places, count: count)
        ranks.deallocate()
        places.deallocate()
        (ranks, places, room) = (newRanks, newPlaces, larger)
    }

    /// Lets an entry rise from the hole at `start`.
    private func siftUp(_ start: Int, _ rank: UInt64, _ place: Place) {
        var hole = start
        while hole > 0 {
            let parent = (hole - 1) / 2
            guard isWorse(rank, place, ranks[parent], places[parent]) else { break }
            ranks[hole] = ranks[parent]
            places[hole] = places[parent]
            hole = parent
        }
        ranks[hole] = rank
        places[hole] = place
    }

    /// Replaces the root.
    private func siftDown(_ rank: UInt64, _ place: Place) {
        let (ranks, places, count) = (self.ranks, self.places, self.count)
        var hole = 0
        while true {
            var child = 2 * hole + 1
            if child >= count { break }
            let right = child + 1
            if right < count, isWorse(ranks[right], places[right], ranks[child], places[child]) {
                child = right
            }
            guard isWorse(ranks[child], places[child], rank, place) else { break }
            ranks[hole] = ranks[child]
            places[hole] = places[child]
            hole = child
        }
        ranks[hole] = rank
        places[hole] = place
    }

    /// The kept documents, the best first.
    func ranked() -> [RankedDocument] {
        var kept = (0..<count).map { (rank: ranks[$0], place: places[$0]) }
        kept.sort { isWorse($1.rank, $1.place, $0.rank, $0.place) }
        return kept.map { rank, place in
            RankedDocument(
                score: Self.score(rank), tieKey: tieKey(Int(place.segment), place.document),
                segment: Int(place.segment), document: place.document)
        }
    }
}
