// Objects of the configured bucket as sources: listed, read in parts, and fetched into files that
// the importers' readers take.

import Backends
import Foundation

struct BucketSource: Sendable {
    let objects: ForeignObjects
    /// For the names of copies.
    let name: @Sendable () -> String

    /// Bytes asked for at once.
    private static let readBytes: Int64 = 8 << 20

    func list(_ prefix: String) async throws -> [ForeignObject] {
        let found = try await objects.list(prefix: prefix)
        guard !found.isEmpty else {
            throw QueueError(
                place: "source \(SourceListing.bucketScheme)\(prefix)",
                reason: "the bucket has no object whose key begins so",
                remedy: "Keys are whole, without the cluster's objects.prefix")
        }
        return found
    }

    /// Reads a range of an object, in order.
    func read(
        _ key: String, _ range: Range<Int64>, _ take: ([UInt8]) throws -> Void
    ) async throws {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let end = min(offset + Self.readBytes, range.upperBound)
            try take(try await objects.read(key, Int(offset)..<Int(end)))
            offset = end
        }
    }

    /// An item's bytes as a file.
    /// - Throws: `ImportError` when the object is not what it was.
    func fetch(_ key: String, _ source: ItemSource) async throws -> TemporaryFile {
        guard try await objects.size(key) == source.byteCount else {
            throw ImportError(
                "the object \(key) changed since the queue was made, or is gone: delete the "
                    + "queue and create it again, which replaces documents and doubles none")
        }
        // Its ending tells how it is compressed.
        let ending = key.split(separator: "/").last.map(String.init) ?? ""
        let file = try TemporaryFile(named: name() + "-" + ending.suffix(64))
        do {
            try await read(key, source.bytes ?? 0..<source.byteCount) { try file.append($0) }
            try file.close()
            return file
        } catch {
            file.remove()
            throw error
        }
    }
}

/// A file of this process's own, removed when it is done with.
final class TemporaryFile: Sendable {
    let path: String
    private let handle: FileHandle

    /// - Throws: `ImportError` when it cannot be made.
    init(named name: String) throws {
        path = NSTemporaryDirectory() + "/canopy-" + name
        let isMade = FileManager.default.createFile(
            atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        guard isMade, let handle = FileHandle(forWritingAtPath: path) else {
            throw ImportError("cannot write \(path): set TMPDIR to a folder with room")
        }
        self.handle = handle
    }

    func append(_ bytes: [UInt8]) throws {
        do {
            try handle.write(contentsOf: bytes)
        } catch {
            throw ImportError(
                "cannot write \(path): \(error.localizedDescription); set TMPDIR to a folder "
                    + "with room")
        }
    }

    func close() throws { try handle.close() }

    func remove() {
        try? handle.close()
        unlink(path)
    }
}
