// Where documents stand in a block, by their distance from its first: one look instead of a search.

/// All zeros between uses.
final class PlaceTable {
    /// Distances it can hold.
    static let span: UInt32 = 16_384
    /// So many documents to look for are worth filling and clearing it.
    static let worthwhileCount = 16

    /// 1 more than the place; 0: not in the block.
    let places: UnsafeMutablePointer<UInt8>

    init() {
        places = .allocate(capacity: Int(Self.span))
        places.initialize(repeating: 0, count: Int(Self.span))
    }

    deinit { places.deallocate() }

    /// The documents ascend from `first` and lie within the span.
    @inline(__always)
    func fill(_ documents: UnsafePointer<UInt32>, _ range: Range<Int>, first: UInt32) {
        for index in range {
            places[Int(documents[index] &- first)] = UInt8(truncatingIfNeeded: index &+ 1)
        }
    }

    @inline(__always)
    func clear(_ documents: UnsafePointer<UInt32>, _ range: Range<Int>, first: UInt32) {
        for index in range { places[Int(documents[index] &- first)] = 0 }
    }
}
