// From sources to items and back to documents: however they are cut, the documents are the same.
import Foundation
import Testing

@testable import canopy

@Suite struct QueueSourceTests {
    /// Splits a text fed in chunks.
    private func parts(_ text: String, partBytes: Int64, chunk: Int) -> [LinePart] {
        var splitter = LineSplitter(partBytes: partBytes)
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            bytes[start..<min(start + chunk, bytes.count)].withUnsafeBytes { splitter.take($0) }
        }
        splitter.finish()
        return splitter.parts
    }

    @Test func partsAreWholeLinesInOrderWhateverTheChunks() {
        for text in ["", "a", "\n", "a\n", "a\nbb\nccc\n", "\n\n\n", "aaaa\nb\n\ncc", "x\ny"] {
            let bytes = Array(text.utf8)
            for partBytes in Int64(1)...6 {
                let whole = parts(text, partBytes: partBytes, chunk: 100)
                for chunk in 1...4 {
                    #expect(parts(text, partBytes: partBytes, chunk: chunk) == whole)
                }
                var end: Int64 = 0
                for part in whole {
                    #expect(part.bytes.lowerBound == end && !part.bytes.isEmpty)
                    end = part.bytes.upperBound
                }
                #expect(end == Int64(bytes.count))
                for part in whole {
                    let before = bytes[..<Int(part.bytes.lowerBound)]
                    #expect(part.linesBefore == Int64(before.count { $0 == 0x0A }))
                    #expect(before.isEmpty || before.last == 0x0A)
                }
                for part in whole.dropLast() { #expect(Int64(part.bytes.count) >= partBytes) }
            }
        }
    }

    private func listing(
        _ folder: TemporaryFolder, partBytes: Int64? = 64, format: SourceFormat? = nil
    ) async throws -> QueuePlan {
        var listing = SourceListing(
            format: format, partBytes: partBytes, bucket: nil, report: { _ in })
        try await listing.add(folder.path)
        return listing.plan
    }

    private func records(_ item: WorkItem) throws -> [ReadRecord] {
        var (reader, _) = try ItemOpening(
            source: item.source, path: nil, idField: nil, columns: nil
        ).open()
        let all = try readAll(&reader)
        try reader.finish()
        return all
    }

    @Test func aLargeFilesPartsHoldItsLinesUnderTheirNumbers() async throws {
        let folder = try TemporaryFolder()
        let text = (1...40).map { "{\"n\":\($0)}" }.joined(separator: "\n") + "\nbroken\n"
        try folder.write("sub/large.ndjson", Data(text.utf8))
        let items = try await listing(folder).items(partBytes: 64)
        #expect(items.count == 6)
        let all = try items.flatMap { try records($0) }
        #expect(all.map(\.line) == Array(1...41))
        #expect(all.dropLast().map(\.document) == (1...40).map { "{\"n\":\($0)}" })
        #expect(all.last?.isMalformed == true)
        #expect(Set(items.map(\.source.name)) == ["sub/large.ndjson"])
        let whole = try await listing(folder, partBytes: nil).items(partBytes: .max)
        #expect(try whole.map { try records($0) } == [all])
    }

    @Test func aFoldersFilesAreItemsAndItsTextsAreGrouped() async throws {
        let folder = try TemporaryFolder([
            "a.csv": "id,n\nx,1\n", "b.jsonl": "{}\n", "notes/one.md": "# One\n",
            "notes/two.txt": "Two\n", ".hidden.ndjson": "{}\n", "picture.png": "…",
            "zebra.html": "<p>Z</p>",
        ])
        let plan = try await listing(folder)
        #expect(plan.leftOut == 1)
        let items = try plan.items(partBytes: 64)
        #expect(items.map(\.source.format) == [.csv, .ndjson, .folder])
        #expect(items[2].source.through == "zebra.html" && items[2].source.after == nil)
        #expect(
            try records(items[2]).map(\.id) == ["notes/one.md", "notes/two.txt", "zebra.html"])
        // The same texts in groups of one.
        let small = try plan.items(partBytes: 1).filter { $0.source.format == .folder }
        #expect(small.map(\.source.after) == [nil, "notes/one.md", "notes/two.txt"])
        #expect(
            try small.map { try records($0).map(\.id) }
                == [["notes/one.md"], ["notes/two.txt"], ["zebra.html"]])
        let texts = try await listing(folder, format: .folder).items(partBytes: 64)
        #expect(texts.map(\.source.format) == [.folder])
    }

    @Test func equalNamesAreToldApart() async throws {
        let one = try TemporaryFolder(["x.ndjson": "{}\n"])
        let other = try TemporaryFolder(["x.ndjson": "{}\n", "y.ndjson": "{}\n"])
        var listing = SourceListing(format: nil, partBytes: nil, bucket: nil, report: { _ in })
        for source in [one.path, other.path, other.file("x.ndjson")] {
            try await listing.add(source)
        }
        let names = try listing.plan.items(partBytes: 1).map(\.source.name)
        let files = [one, other].map { $0.file("x.ndjson").replacing("//", with: "/") }
        let wanted = files + ["y.ndjson"]
        #expect(names.sorted() == wanted.sorted())
        let first = try TemporaryFolder(["a.md": "x"])
        let second = try TemporaryFolder(["a.md": "y"])
        for folder in [first, second] { try await listing.add(folder.path) }
        let error = #expect(throws: QueueError.self) { try listing.plan.items(partBytes: 1) }
        #expect(error?.description.contains("a.md") == true)
    }

    @Test func sourcesThatCannotBeSharedAreRefused() async throws {
        let folder = try TemporaryFolder(["picture.png": "…"])
        var listing = SourceListing(format: nil, partBytes: nil, bucket: nil, report: { _ in })
        for source in ["-", "apt", "/nonexistent/x.ndjson", "bucket:exports/"] {
            await #expect(throws: QueueError.self) { try await listing.add(source) }
        }
        try await listing.add(folder.path)
        #expect(throws: QueueError.self) { try listing.plan.items(partBytes: 1) }
    }

    @Test func aSourceThatChangedIsRefused() async throws {
        let folder = try TemporaryFolder(["x.ndjson": "{}\n"])
        let items = try await listing(folder).items(partBytes: 64)
        #expect(try records(items[0]).count == 1)
        try folder.write("x.ndjson", Data("{}\n{}\n".utf8))
        let changed = #expect(throws: ImportError.self) { try records(items[0]) }
        #expect(changed?.description.contains("changed since") == true)
        try FileManager.default.removeItem(atPath: folder.file("x.ndjson"))
        let gone = #expect(throws: ImportError.self) { try records(items[0]) }
        #expect(gone?.description.contains("every worker") == true)
    }

    @Test func pathsAreOrderedAsFoldersAreWalked() {
        #expect(PathOrder.precedes("a/z", "b"))
        #expect(PathOrder.precedes("a/z", "a.b"))
        #expect(PathOrder.precedes("a", "a/b"))
        #expect(!PathOrder.precedes("a/b", "a/b"))
        #expect(!PathOrder.precedes("b", "a/z"))
    }
}
