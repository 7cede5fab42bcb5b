// Puts sections one after the other and closes the image with a footer and a trailer.

import Analysis
import Storage

/// Writes a segment image.
///
///     image   := magic section* footer trailer
///     magic   := "CANOPYSG"
///     section := zero* bytes                  zeros up to a multiple of 8 come first
///     footer  := varint(sections) entry*
///     entry   := u8 kind, string path, u64 offset, u64 length, u32 CRC32C of the bytes
///     trailer := u32 footer length, u32 version, u32 "GSPC", u32 CRC32C of footer and trailer
///                so far
///
/// Numbers are little-endian; a string is a varint length and UTF-8. An image with the single
/// section `versions` (kind 15) of the bytes 01 02 03:
///
///     43 41 4E 4F 50 59 53 47                          magic
///     01 02 03                                         section at 8, 3 bytes
///     01                                               footer: one entry
///     0F 00  08 00 00 00 00 00 00 00  03 00 00 00 00 00 00 00  1E F2 30 F1
///     17 00 00 00  03 00 00 00  43 50 53 47  B5 4F 30 49
///
/// There is no byte that a checksum, the magic or the "zeros" rule does not cover.
struct ImageWriter {
    static let magic: [UInt8] = Array("CANOPYSG".utf8)
    static let trailerMagic = UInt32(0x4753_5043)
    static let version = UInt32(3)
    /// Bytes.
    static let trailerLength = 16
    /// Bytes.
    static let alignment = 8

    private var bytes: [UInt8]
    private var footer = ByteWriter()
    private var sectionCount = 0

    init(capacity: Int = 0) {
        bytes = []
        bytes.reserveCapacity(capacity + 1024)
        bytes.append(contentsOf: Self.magic)
    }

    mutating func add(_ kind: SectionKind, path: Term = Term([]), _ section: [UInt8]) {
        while bytes.count % Self.alignment != 0 { bytes.append(0) }
        footer.uint8(kind.rawValue)
        footer.lengthPrefixed(path.bytes)
        footer.uint64(UInt64(bytes.count))
        footer.uint64(UInt64(section.count))
        footer.uint32(section.withUnsafeBytes { CRC32C.checksum($0) })
        bytes.append(contentsOf: section)
        sectionCount += 1
    }

    consuming func finish() -> [UInt8] {
        let start = bytes.count
        var closing = ByteWriter()
        closing.varint(sectionCount)
        closing.raw(footer.bytes)
        let footerLength = closing.count
        closing.uint32(UInt32(footerLength))
        closing.uint32(Self.version)
        closing.uint32(Self.trailerMagic)
        closing.uint32(closing.bytes.withUnsafeBytes { CRC32C.checksum($0) })
        bytes.append(contentsOf: closing.bytes)
        precondition(bytes.count == start + footerLength + Self.trailerLength)
        return bytes
    }
}
