import Foundation
import Testing
@testable import canopy

@Suite struct CheckpointTests {
    @Test func onlyAGaplessPrefixCounts() {
        var prefix = AcknowledgedPrefix()
        func take(_ number: Int) {
            prefix.acknowledge(
                batch: number, position: ReadPosition(byteOffset: Int64(number + 1) * 100),
                indexed: 10, refused: 1)
        }
        take(1)
        take(2)
        #expect(prefix.position == nil)
        #expect(prefix.indexed == 0)
        take(0)
        #expect(prefix.position?.byteOffset == 300)
        #expect((prefix.batchCount, prefix.indexed, prefix.refused) == (3, 30, 3))
        take(4)
        #expect(prefix.position?.byteOffset == 300)
    }

    @Test func everyOrderOfAcknowledgementsEndsAlike() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            var prefix = AcknowledgedPrefix()
            var seen: Set<Int> = []
            for number in Array(0..<12).shuffled(using: &random) {
                seen.insert(number)
                prefix.acknowledge(
                    batch: number, position: ReadPosition(byteOffset: Int64(number)), indexed: 1,
                    refused: 0)
                let gapless = (0..<12).prefix { seen.contains($0) }.count
                #expect(prefix.batchCount == gapless)
                #expect(prefix.position?.byteOffset == (gapless == 0 ? nil : Int64(gapless - 1)))
            }
        }
    }

    private func checkpoint(_ offset: Int64 = 77) -> ImportCheckpoint {
        ImportCheckpoint(
            source: SourceFingerprint(path: "/a", byteCount: 5, modifiedNanoseconds: 6),
            index: "i", indexUUID: "u", url: "http://x",
            position: ReadPosition(byteOffset: offset, path: "p/q"), indexed: 8, refused: 9)
    }

    @Test func filesKeepCheckpoints() throws {
        let folder = try TemporaryFolder()
        let file = CheckpointFile(path: folder.file("deep/er/c.json"))
        #expect(try file.read() == nil)
        try file.write(checkpoint())
        try file.write(checkpoint(99))
        #expect(try file.read() == checkpoint(99))
        file.remove()
        #expect(try file.read() == nil)
    }

    @Test func damagedFilesAreNamed() throws {
        let folder = try TemporaryFolder(["c.json": "{\"kind\":\"other\"}"])
        let file = CheckpointFile(path: folder.file("c.json"))
        #expect(throws: ImportError.self) { try file.read() }
        var bytes = checkpoint().encoded()
        while !bytes.isEmpty {
            bytes.removeLast(min(bytes.count, 7))
            #expect(throws: ImportError.self) {
                try ImportCheckpoint(encoded: bytes, file: "c")
            }
        }
    }

    @Test func mismatchesSayWhat() {
        let known = checkpoint()
        let other = SourceFingerprint(path: "/a", byteCount: 50, modifiedNanoseconds: 6)
        #expect(known.mismatch(source: known.source, index: "i", url: "http://x") == nil)
        #expect(known.mismatch(source: other, index: "i", url: "http://x") == "/a changed since")
        #expect(
            known.mismatch(source: known.source, index: "j", url: "http://x")
                == "it is of the index i")
    }

    @Test func formatsAreGuessed() {
        let names: [(String, SourceFormat?)] = [
            ("a.ndjson.zst", .ndjson), ("b/A.JSONL.GZ", .ndjson), ("x.tsv", .tsv), ("x.csv", .csv),
            ("apt", .debianPackages), ("a_main_binary-amd64_Packages.lz4", .debianPackages),
            ("/var/lib/dpkg/status", .debianPackages), ("-", nil), ("x.bin", nil),
        ]
        for (name, format) in names {
            #expect(SourceFormat.guess(path: name, isFolder: false) == format, "\(name)")
        }
        #expect(SourceFormat.guess(path: "d", isFolder: true) == .folder)
        #expect(
            SourceFormat.guess(path: "d", isFolder: true, entries: ["x_Packages"])
                == .debianPackages)
    }
}
