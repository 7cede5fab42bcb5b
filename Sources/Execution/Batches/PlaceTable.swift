// Where documents stand in a block, by their distance from its first: one look instead of a search.

/// Holds the documents that were filled in last. Each filling has a number, and what earlier ones
/// left is not cleared but told apart by it.
final class PlaceTable {
    /// Distances it can hold.
    static let span: UInt32 = 16_384
    /// So many documents to look for are worth filling it.
    static let worthwhileCount = 8
    private static let fillings: UInt16 = 0xFF00
    private static let places: UInt16 = 0x00FF

    /// The number of the filling in the high byte, the place in the low one.
    private let entries: UnsafeMutablePointer<UInt16>
    private var filling: UInt16 = 0

    init() {
        entries = .allocate(capacity: Int(Self.span))
        entries.initialize(repeating: 0, count: Int(Self.span))
    }

    deinit { entries.deallocate() }

    /// The documents ascend from `first` and lie within the span; places are below 256.
    @inline(__always)
    func fill(_ documents: UnsafePointer<UInt32>, _ range: Range<Int>, first: UInt32) {
        if filling == Self.fillings {
            entries.update(repeating: 0, count: Int(Self.span))
            filling = 0
        }
        filling += 0x0100
        for index in range {
            entries[Int(documents[index] &- first)] = filling | UInt16(truncatingIfNeeded: index)
        }
    }

    /// The place of the document at this distance from the first; nil: it is not in the block.
    @inline(__always)
    func place(at distance: UInt32) -> Int? {
        let entry = entries[Int(distance)]
        return entry & Self.fillings == filling ? Int(entry & Self.places) : nil
    }
}
