// Opens the bytes `ImageWriter` wrote and believes none of them before a checksum is right.

import Analysis
import Storage

/// The sections of an image, all verified.
struct ImageReader {
    let segment: String
    let sections: [SectionName: SectionBytes]
    let ordered: [SectionBytes]
    /// A hash of the footer, which holds the checksums of everything else.
    let identity: UInt64

    /// - Parameter areVerified: Whether a digest of all bytes was right, so that those of sections
    ///   need not be looked at.
    init(_ bytes: MappedBytes, name: String, areVerified: Bool = false) throws {
        let all = bytes.pointer
        let minimum = ImageWriter.magic.count + ImageWriter.trailerLength
        guard all.count >= minimum else {
            throw Self.damaged(name, "file", "\(all.count) bytes are too few for a segment")
        }
        guard all.prefix(ImageWriter.magic.count).elementsEqual(ImageWriter.magic) else {
            throw Self.damaged(name, "magic", "the file does not begin like a segment")
        }
        let footer = try Self.footer(all, name)
        var ordered: [SectionBytes] = []
        var end = ImageWriter.magic.count
        let footerStart = all.count - ImageWriter.trailerLength - footer.count
        do {
            var reader = ByteReader(unowned: footer, place: "footer")
            let count = try reader.varint(upTo: footer.count)
            for _ in 0..<count {
                let (section, checksum) = try Self.entry(
                    &reader, bytes, name, after: end, before: footerStart)
                guard areVerified || CRC32C.checksum(section.raw) == checksum else {
                    throw section.corrupt("the checksum does not match")
                }
                end = section.offset + section.count
                ordered.append(section)
            }
            try reader.expectEnd()
        } catch let error as CorruptBytes {
            throw Self.damaged(name, "footer", error.description)
        }
        guard end == footerStart else {
            throw Self.damaged(name, "footer", "bytes belong to no section")
        }
        try self.init(segment: name, identity: DocumentRouting.hash(footer), ordered: ordered)
    }

    /// Of sections whose checksums need no verification, wherever they are.
    init(segment: String, identity: UInt64, ordered: [SectionBytes]) throws {
        self.segment = segment
        self.identity = identity
        self.ordered = ordered
        sections = Dictionary(
            ordered.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        guard sections.count == ordered.count else {
            throw Self.damaged(segment, "footer", "a section is listed twice")
        }
    }

    /// A section that must be there.
    func section(_ name: SectionName) throws -> SectionBytes {
        guard let section = sections[name] else {
            throw Self.damaged(segment, name.description, "the section is missing")
        }
        return section
    }

    private static func footer(
        _ all: UnsafeRawBufferPointer, _ name: String
    ) throws -> UnsafeRawBufferPointer {
        let trailerStart = all.count - ImageWriter.trailerLength
        func word(_ index: Int) -> UInt32 {
            UInt32(
                littleEndian: all.loadUnaligned(
                    fromByteOffset: trailerStart + index * 4, as: UInt32.self))
        }
        guard word(2) == ImageWriter.trailerMagic else {
            throw damaged(name, "trailer", "the file does not end like a segment")
        }
        let length = Int(word(0))
        guard length <= trailerStart - ImageWriter.magic.count else {
            throw damaged(name, "trailer", "the footer is longer than the file")
        }
        let start = trailerStart - length
        let covered = UnsafeRawBufferPointer(rebasing: all[start..<(trailerStart + 12)])
        guard CRC32C.checksum(covered) == word(3) else {
            throw damaged(name, "footer", "the checksum does not match")
        }
        guard word(1) == ImageWriter.version else {
            throw SegmentError(
                segment: name, section: "trailer",
                reason: "the format is version \(word(1)), this program reads "
                    + "\(ImageWriter.version)",
                remedy: "run the program that wrote it")
        }
        return UnsafeRawBufferPointer(rebasing: all[start..<trailerStart])
    }

    private static func entry(
        _ reader: inout ByteReader, _ bytes: MappedBytes, _ segment: String, after end: Int,
        before footerStart: Int
    ) throws -> (SectionBytes, checksum: UInt32) {
        let code = try reader.uint8()
        guard let kind = SectionKind(rawValue: code) else {
            throw reader.corrupt("there is no section kind \(code)")
        }
        let name = SectionName(kind, Term(try reader.lengthPrefixed()))
        let offset = try reader.uint64()
        let length = try reader.uint64()
        let checksum = try reader.uint32()
        guard offset <= UInt64(footerStart), length <= UInt64(footerStart) - offset,
            offset >= UInt64(end), offset - UInt64(end) < UInt64(ImageWriter.alignment)
        else { throw damaged(segment, name.description, "the section lies outside its place") }
        let start = Int(offset)
        guard bytes.pointer[end..<start].allSatisfy({ $0 == 0 }) else {
            throw damaged(segment, name.description, "the bytes before the section are not zero")
        }
        let section = SectionBytes(
            segment: segment, name: name, owner: bytes, offset: start, count: Int(length))
        return (section, checksum)
    }

    private static func damaged(
        _ segment: String, _ section: String, _ reason: String
    ) -> SegmentError {
        SegmentError(
            segment: segment, section: section, reason: reason,
            remedy: "drop this copy and fetch the segment again")
    }
}
