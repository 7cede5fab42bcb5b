// Whole images of any bytes, behind checksums that are always right.

import Storage

@testable import Segments

enum ImageTarget {
    static let target = FuzzTarget(
        name: "image", reads: "ImageReader: trailer, footer, places of sections",
        seeds: seeds, run: run)

    static func run(_ bytes: UnsafeRawBufferPointer) throws {
        var image = [UInt8](bytes)
        putRight(&image)
        let reader = try SegmentReader(MappedBytes(owned: image), name: "image")
        try require(reader.byteCount == image.count, "the size is another")
        var end = 0
        for section in reader.sections() {
            try require(
                section.offset >= end && section.length >= 0
                    && section.offset + section.length <= image.count,
                "section \(section) lies outside")
            end = section.offset + section.length
        }
    }

    /// Writes the trailer's magic and every checksum that the footer has a place for.
    private static func putRight(_ image: inout [UInt8]) {
        let trailer = image.count - ImageWriter.trailerLength
        guard trailer > ImageWriter.magic.count else { return }
        write(ImageWriter.trailerMagic, at: trailer + 8, &image)
        let length = Int(word(at: trailer, image))
        guard length <= trailer else { return }
        let footer = trailer - length
        var places: [(check: Int, offset: Int, length: Int)] = []
        image.withUnsafeBytes { all in
            var reader = ByteReader(
                unowned: UnsafeRawBufferPointer(rebasing: all[footer..<trailer]), place: "footer")
            _ = try? reader.varint()
            while let place = try? entry(&reader) {
                places.append((footer + place.check, place.offset, place.length))
            }
        }
        for place in places
        where place.offset >= 0 && place.length >= 0 && place.offset <= image.count
            && place.length <= image.count - place.offset
        {
            let section = image[place.offset..<(place.offset + place.length)]
            write(section.withUnsafeBytes { CRC32C.checksum($0) }, at: place.check, &image)
        }
        let covered = image[footer..<(trailer + 12)]
        write(covered.withUnsafeBytes { CRC32C.checksum($0) }, at: trailer + 12, &image)
    }

    private static func entry(
        _ reader: inout ByteReader
    ) throws -> (check: Int, offset: Int, length: Int) {
        _ = try reader.uint8()
        _ = try reader.lengthPrefixed()
        let offset = Int(truncatingIfNeeded: try reader.uint64())
        let length = Int(truncatingIfNeeded: try reader.uint64())
        let check = reader.offset
        _ = try reader.uint32()
        return (check, offset, length)
    }

    private static func word(at place: Int, _ image: [UInt8]) -> UInt32 {
        image.withUnsafeBytes {
            UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: UInt32.self))
        }
    }

    private static func write(_ word: UInt32, at place: Int, _ image: inout [UInt8]) {
        withUnsafeBytes(of: word.littleEndian) {
            image.replaceSubrange(place..<(place + 4), with: $0)
        }
    }

    static func seeds() throws -> [[UInt8]] { [try BaseSegment.all.get()[0].image] }
}
