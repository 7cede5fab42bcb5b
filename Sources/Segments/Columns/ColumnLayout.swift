// The bytes of a column: what its writer and its reader agree on.

/// A column of one field.
///
///     column := header [presence] block* data* slack
///     header := u8 kind, u8 arrangement, u16 0, u32 documents, u64 values, i64 minimum,
///               i64 maximum                     over all values; minimum > maximum if none
///     arrangement := 0 every document has one value
///                  | 1 a document has none or one
///                  | 2 any number
///     presence := u64*                          arrangement 1: two words per block of 128
///                                               documents, a bit per document
///     block  := i64 minimum, i64 maximum, u64 number of the first value, u8 width,
///               u8 count width, u48 offset in the data
///     data   := [counts] values                 counts per document: arrangement 2 only
///     slack  := 8 zeros
///
/// Counts and values (less the block's minimum) are packed horizontally, each from a byte
/// boundary on. Values of one document ascend; ordinals are distinct. The integers 5, 5, 6 of
/// three documents have the block `05…  06…  00…  01 00 00…` (minimum 5, maximum 6, first value
/// 0, width 1) and the data `04` (bits 0, 0, 1).
enum ColumnLayout {
    static let blockSize = 128
    /// Bytes.
    static let headerLength = 32
    /// Bytes.
    static let blockLength = 32
    /// Bytes: two words of 64 documents.
    static let presenceLength = 16
    static let offsetBits = UInt64(48)

    enum Arrangement: UInt8, Sendable {
        case dense = 0
        case sparse = 1
        case multiple = 2
    }

    static func blockCount(_ documents: Int) -> Int { (documents + blockSize - 1) / blockSize }

    /// Bits to store `maximum - minimum`, rounded to a width that packing knows.
    static func width(_ minimum: Int64, _ maximum: Int64) -> Int {
        let range = UInt64(bitPattern: maximum &- minimum)
        return HorizontalPacking.roundedWidth(64 - range.leadingZeroBitCount)
    }
}
