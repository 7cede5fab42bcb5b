// Places of a few hashes, looked up for every word of a text.

/// An open table of hashes, a quarter full at most.
struct HashPlaces {
    private var hashes: [UInt64]
    /// -1: free.
    private var places: [Int32]
    private let mask: Int

    /// - Parameter limit: the most hashes that will be added.
    init(limit: Int) {
        var size = 16
        while size < 4 * limit { size *= 2 }
        hashes = Array(repeating: 0, count: size)
        places = Array(repeating: -1, count: size)
        mask = size - 1
    }

    /// The place of a hash that has one.
    subscript(hash: UInt64) -> Int? {
        let slot = slot(hash)
        return places[slot] < 0 ? nil : Int(places[slot])
    }

    /// Gives a hash a place, unless it has one.
    mutating func add(_ hash: UInt64, _ place: Int) {
        let slot = slot(hash)
        guard places[slot] < 0 else { return }
        hashes[slot] = hash
        places[slot] = Int32(place)
    }

    private func slot(_ hash: UInt64) -> Int {
        var slot = Int(truncatingIfNeeded: hash) & mask
        while places[slot] >= 0, hashes[slot] != hash { slot = (slot + 1) & mask }
        return slot
    }
}
