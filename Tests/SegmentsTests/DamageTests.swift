// Damaged images: with the old checksums every flip is noticed; with right checksums nothing
// that reads them crashes.

import Analysis
import Storage
import Testing

@testable import Segments

struct DamageTests {
    static func smallImage() throws -> [UInt8] {
        var random = SeededGenerator(seed: 61)
        return try SampleDocuments.build(SampleDocuments.random(&random, count: 2))
    }

    @Test func everyFlippedBitIsNoticed() throws {
        let image = try Self.smallImage()
        _ = try SampleDocuments.open(image)
        var unnoticed: [Int] = []
        var damaged = image
        for bit in 0..<(image.count * 8) {
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            if (try? SampleDocuments.open(damaged)) != nil { unnoticed.append(bit) }
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
        }
        #expect(unnoticed == [])
    }

    @Test func everyTruncationIsNoticed() throws {
        let image = try Self.smallImage()
        for count in 0..<image.count {
            #expect(throws: SegmentError.self) { try SampleDocuments.open(Array(image[..<count])) }
        }
        #expect(throws: SegmentError.self) { try SampleDocuments.open(image + [0]) }
    }

    @Test func errorsNameTheFileAndTheSection() throws {
        var image = try Self.smallImage()
        let sections = try SampleDocuments.open(image).sections()
        let postings = try #require(sections.first { $0.name == "postings of body" })
        image[postings.offset] ^= 1
        let error = #expect(throws: SegmentError.self) {
            try SampleDocuments.open(image, name: "seg-7")
        }
        #expect(error?.segment == "seg-7" && error?.section == "postings of body")
        #expect(error?.reason == "the checksum does not match")
    }

    /// Changes bytes of sections and puts right checksums over them.
    @Test(arguments: 0..<8)
    func forgedSectionsNeverCrash(part: Int) throws {
        var random = SeededGenerator(seed: UInt64(62 + part))
        let documents = SampleDocuments.random(&random, count: part % 2 == 0 ? 12 : 300)
        let image = try ImageReader(
            MappedBytes(owned: try SampleDocuments.build(documents)), name: "original")
        var opened = 0
        let rounds = part % 2 == 0 ? 400 : 40
        for _ in 0..<rounds {
            let victim = random.below(image.ordered.count)
            var writer = ImageWriter()
            for (index, section) in image.ordered.enumerated() {
                var bytes = [UInt8](section.raw)
                if index == victim { Self.forge(&bytes, &random) }
                writer.add(section.name.kind, path: section.name.path, bytes)
            }
            do {
                let segment = try SampleDocuments.open(writer.finish())
                opened += 1
                try SampleDocuments.readEverything(segment)
            } catch is SegmentError {}
        }
        #expect(opened > rounds / 20)
    }

    /// The sections of an image with right checksums, one of them changed.
    private static func forged(
        _ image: [UInt8], _ kind: SectionKind, _ change: (inout [UInt8]) -> Void
    ) throws -> [UInt8] {
        let reader = try ImageReader(MappedBytes(owned: image), name: "original")
        var writer = ImageWriter()
        for section in reader.ordered {
            var bytes = [UInt8](section.raw)
            if section.name.kind == kind { change(&bytes) }
            writer.add(section.name.kind, path: section.name.path, bytes)
        }
        return writer.finish()
    }

    /// Found by fuzzing: a block of documents that claims a gigabyte was given memory for it.
    @Test func blocksClaimNoMoreThanTheirFramesCanHold() throws {
        let image = try Self.smallImage()
        let claiming = try Self.forged(image, .storedIndex) { index in
            // The length of the first block is 16 bytes in: a gigabyte.
            index.replaceSubrange(16..<20, with: [0, 0, 0, 0x40])
        }
        let error = #expect(throws: SegmentError.self) { try SampleDocuments.open(claiming) }
        #expect(error?.section == "stored index")
        let slightly = try SampleDocuments.open(
            try Self.forged(image, .storedIndex) { $0[18] += 1 })
        #expect(throws: SegmentError.self) { try slightly.source(0) }
    }

    @Test func whatCompressesBestIsReadBack() throws {
        let source = [UInt8](repeating: 0x20, count: 40 << 20)
        let builder = SegmentBuilder(schema: try SampleDocuments.schema())
        _ = builder.add(
            ParsedDocument(fields: []), id: "1", source: source, sequenceNumber: 0, version: 1)
        let segment = try SampleDocuments.open(builder.finish())
        #expect(try segment.source(0) == source)
    }

    static func forge(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        let interesting: [UInt8] = [0, 1, 0x1F, 0x20, 0x40, 0x7F, 0x80, 0xFE, 0xFF]
        for _ in 0..<(1 + random.below(3)) where !bytes.isEmpty {
            let place = random.below(bytes.count)
            switch random.below(6) {
            case 0: bytes[place] ^= 1 << UInt8(random.below(8))
            case 1: bytes[place] = interesting[random.below(interesting.count)]
            case 2: bytes[place] = UInt8(random.below(256))
            case 3: bytes.removeSubrange(place...)
            case 4: bytes.insert(UInt8(random.below(256)), at: place)
            default:
                for index in place..<min(place + 8, bytes.count) { bytes[index] = 0xFF }
            }
        }
    }

    @Test func otherVersionsAreRefusedWithTheirNumber() throws {
        var image = try Self.smallImage()
        let trailer = image.count - ImageWriter.trailerLength
        let footerLength = Int(image[trailer]) + Int(image[trailer + 1]) << 8
        image[trailer + 4] = 9
        let covered = image[(trailer - footerLength)..<(trailer + 12)]
        let checksum = covered.withUnsafeBytes { CRC32C.checksum($0) }
        withUnsafeBytes(of: checksum.littleEndian) {
            image.replaceSubrange((trailer + 12)..., with: $0)
        }
        let error = #expect(throws: SegmentError.self) { try SampleDocuments.open(image) }
        #expect(error?.reason.contains("version 9") == true)
    }

    @Test func theImageExampleOfTheDocumentation() {
        var writer = ImageWriter()
        writer.add(.versions, [1, 2, 3])
        let image = writer.finish()
        let footer: [UInt8] = [1, 15, 0, 8, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0]
        #expect(Array(image[..<30]) == Array("CANOPYSG".utf8) + [1, 2, 3] + footer)
        #expect(Array(image[30..<34]) == [0x1E, 0xF2, 0x30, 0xF1])
        #expect(Array(image[34..<46]) == [23, 0, 0, 0, 3, 0, 0, 0, 0x43, 0x50, 0x53, 0x47])
        #expect(Array(image[46...]) == [0xB5, 0x4F, 0x30, 0x49])
    }
}
