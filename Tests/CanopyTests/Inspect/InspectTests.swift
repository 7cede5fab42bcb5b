// `canopy inspect` on segments and logs that are made here, whole and damaged.
import Analysis
import Foundation
import Segments
import Shards
import Storage
import Testing

@testable import canopy

@Suite struct InspectTests {
    private func segment() throws -> [UInt8] {
        var schema = Schema()
        let builder = SegmentBuilder(schema: schema)
        for number in 0..<3 {
            let source = Array(#"{"title":"red apple \#(number)","year":\#(2000 + number)}"#.utf8)
            let parsed = try DocumentParser(schema: schema).parse(source)
            if let grown = parsed.schema {
                schema = grown
                builder.schema = grown
            }
            _ = builder.add(
                parsed, id: "d\(number)", source: source, sequenceNumber: Int64(number), version: 1)
        }
        return try builder.finish()
    }

    /// A fence, as the grammar in `LogRecord` has it.
    private func fence(slot: UInt64, after previous: SHA256Digest) -> [UInt8] {
        var writer = ByteWriter()
        writer.raw(Array("CLOG".utf8))
        writer.uint16(1)
        writer.uint8(1)
        writer.uint8(0)
        writer.uint64(slot)
        writer.raw(previous.bytes)
        writer.string("n1")
        writer.lengthPrefixed([])
        writer.uint32(CRC32C.checksum(writer.bytes))
        return writer.bytes
    }

    private func name(_ slot: UInt64) -> String {
        let digits = String(slot)
        return "log/" + String(repeating: "0", count: 20 - digits.count) + digits
    }

    @Test func segmentsAreShown() throws {
        let folder = try TemporaryFolder()
        try folder.write("s", Data(try segment()))
        #expect(try InspectedPath.kind(of: folder.file("s")) == .segment)
        let page = try SegmentPage(path: folder.file("s"), style: .plain)
        let text = try page.overview() + page.decodeEverything()
        #expect(text.contains("segment s  3 documents"))
        #expect(text.contains("every checksum is right"))
        #expect(text.contains("positions of title"))
        #expect(text.contains("decoded 12 postings"))
        let terms = try page.terms(field: "title", prefix: "", limit: 4)
        #expect(
            terms == """
                term   documents  occurrences
                0              1            1
                1              1            1
                2              1            1
                apple          3            3

                """)
        #expect(try page.document(id: "d1").contains(#"{"title":"red apple 1","year":2001}"#))
        #expect(throws: InspectionError.self) { try page.document(id: "d9") }
        #expect(throws: InspectionError.self) { try page.terms(field: "x", prefix: "", limit: 1) }
    }

    @Test func everyDamagedByteOfASegmentIsFound() throws {
        let folder = try TemporaryFolder()
        let whole = try segment()
        for index in stride(from: 0, to: whole.count, by: 7) {
            var bytes = whole
            bytes[index] ^= 0x10
            try folder.write("s", Data(bytes))
            #expect(throws: (any Error).self, "byte \(index)") {
                try SegmentPage(path: folder.file("s"), style: .plain)
            }
        }
    }

    @Test func logsAreCheckedAsAChain() throws {
        let folder = try TemporaryFolder()
        let first = fence(slot: 1, after: .zero)
        let second = fence(slot: 2, after: SHA256Digest(of: first))
        try folder.write(name(1), Data(first))
        try folder.write(name(2), Data(second))
        let page = ShardPage(folder: folder.path, style: .plain, limit: 10)
        #expect(try page.text(deep: true).contains("2 records, the newest in slot 2"))
        #expect(try InspectedPath.kind(of: folder.path) == .shard)
        #expect(try InspectedPath.kind(of: folder.file(name(2))) == .record(slot: 2))
        let record = try LogPage(style: .plain, limit: 5)
            .record(path: folder.file(name(2)), slot: 2)
        #expect(record.contains("log record 2  fence: a new owner begins"))
        #expect(record.contains("previous  \(SHA256Digest(of: first))"))

        // A record of another history.
        try folder.write(name(3), Data(fence(slot: 3, after: .zero)))
        #expect(throws: InspectionError.self) { try page.text(deep: false) }
        // A gap that no checkpoint covers.
        try FileManager.default.removeItem(atPath: folder.file(name(3)))
        try folder.write(name(4), Data(fence(slot: 4, after: .zero)))
        #expect(throws: InspectionError.self) { try page.text(deep: false) }
        // A record under another slot's name.
        try folder.write(name(4), Data(second))
        #expect(throws: InspectionError.self) { try page.text(deep: false) }
    }

    @Test func otherFilesAreRefusedInWords() throws {
        let folder = try TemporaryFolder(["text": "hello", "empty": ""])
        for path in ["text", "empty", "missing", "."] {
            #expect(throws: InspectionError.self) {
                try InspectedPath.kind(of: folder.file(path))
            }
        }
        #expect(InspectedPath.slot(ofName: "00012") == 12)
        #expect(InspectedPath.slot(ofName: "12.new") == nil)
        #expect(InspectedPath.slot(ofName: "") == nil)
    }
}
