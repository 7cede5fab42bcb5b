// Numbers and strings written are read back; bytes nobody wrote are refused, never trapped on.

import Storage
import Testing

@Suite struct BytesTests {
    @Test func writtenValuesAreReadBack() throws {
        var writer = ByteWriter()
        writer.uint8(7)
        writer.uint16(0xABCD)
        writer.uint32(0xDEAD_BEEF)
        writer.uint64(.max)
        writer.int64(.min)
        for value in [0, 1, 127, 128, 300, UInt64(UInt32.max), .max] { writer.varint(value) }
        for value in [0, -1, 1, .min, Int64.max] { writer.signedVarint(value) }
        writer.string("Grüße 🌲")
        writer.lengthPrefixed([])
        var reader = ByteReader(writer.bytes, place: "test")
        #expect(try reader.uint8() == 7)
        #expect(try reader.uint16() == 0xABCD)
        #expect(try reader.uint32() == 0xDEAD_BEEF)
        #expect(try reader.uint64() == .max)
        #expect(try reader.int64() == .min)
        for value in [0, 1, 127, 128, 300, UInt64(UInt32.max), .max] {
            #expect(try reader.varint() == value)
        }
        for value in [0, -1, 1, .min, Int64.max] { #expect(try reader.signedVarint() == value) }
        #expect(try reader.string() == "Grüße 🌲")
        #expect(try reader.lengthPrefixed() == [])
        try reader.expectEnd()
    }

    @Test func theLayoutIsWhatTheCommentsSay() {
        var writer = ByteWriter()
        writer.varint(UInt64(300))
        writer.uint32(1)
        writer.signedVarint(-1)
        #expect(writer.bytes == [0xAC, 0x02, 1, 0, 0, 0, 1])
    }

    @Test func everyTruncationIsAnError() throws {
        var writer = ByteWriter()
        writer.varint(UInt64(1) << 40)
        writer.string("abc")
        writer.uint32(5)
        for count in 0..<writer.bytes.count {
            #expect(throws: CorruptBytes.self) {
                var reader = ByteReader(Array(writer.bytes[..<count]), place: "test")
                _ = try reader.varint()
                _ = try reader.string()
                _ = try reader.uint32()
            }
        }
    }

    @Test func errorsNamePlaceAndReason() {
        var reader = ByteReader([0xFF, 0xFF], place: "footer")
        #expect {
            try reader.varint()
        } throws: { error in
            "\(error)" == "footer, byte 2: the bytes end inside a varint"
        }
    }

    @Test func oversizedVarintsAndLengthsAreRefused() {
        let tooLong = [UInt8](repeating: 0xFF, count: 9) + [0x02]
        var reader = ByteReader(tooLong, place: "test")
        #expect(throws: CorruptBytes.self) { try reader.varint() }
        var huge = ByteWriter()
        huge.varint(UInt64.max)
        reader = ByteReader(huge.bytes + [1, 2], place: "test")
        #expect(throws: CorruptBytes.self) { try reader.lengthPrefixed() }
        reader = ByteReader([2, 0xC3, 0x28], place: "test")
        #expect(throws: CorruptBytes.self) { try reader.string() }
        reader = ByteReader([1], place: "test")
        #expect(throws: CorruptBytes.self) { try reader.seek(to: -1) }
        #expect(throws: CorruptBytes.self) { try reader.skip(.max) }
        #expect(throws: CorruptBytes.self) { try reader.expectEnd() }
    }

    @Test func randomBytesNeverTrap() {
        let random = SeededRandom(seed: 1)
        for _ in 0..<2000 {
            let bytes = (0..<random.next(in: 0..<40)).map { _ in
                UInt8(truncatingIfNeeded: random.next())
            }
            var reader = ByteReader(bytes, place: "noise")
            while !reader.isAtEnd {
                do {
                    switch random.next(below: 5) {
                    case 0: _ = try reader.varint()
                    case 1: _ = try reader.lengthPrefixed()
                    case 2: _ = try reader.string()
                    case 3: _ = try reader.uint32()
                    default: _ = try reader.signedVarint()
                    }
                } catch { break }
            }
            #expect(reader.offset <= bytes.count)
        }
    }

    @Test func memoryHoldsACopyAndEmptyIsFine() {
        #expect(MappedBytes(owned: [1, 2, 3]).copied() == [1, 2, 3])
        #expect(MappedBytes(owned: []).count == 0)
    }

    @Test func filesAreMappedEmptyOnesToo() throws {
        let folder = try TemporaryFolder()
        let disk = LiveDisk()
        for (name, bytes) in [("full", [9, 8, 7]), ("empty", [])] as [(String, [UInt8])] {
            let file = try disk.create(folder.path + "/" + name)
            try bytes.withUnsafeBytes { try disk.write($0, to: file) }
            disk.close(file)
            let mapped = try MappedBytes(mapping: folder.path + "/" + name)
            #expect(mapped.copied() == bytes)
        }
        #expect(throws: DiskError.self) { try MappedBytes(mapping: folder.path + "/none") }
    }
}
