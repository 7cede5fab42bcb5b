// Reading stored bytes at leisure, to see whether they are still what they were.

import Storage

/// Told how many bytes are about to be read; returns when they may be.
public typealias ScrubPace = @Sendable (_ byteCount: Int) async throws -> Void

struct ScrubReading: Sendable {
    let environment: ShardEnvironment
    let pace: ScrubPace

    /// Read at once.
    static let partBytes = 1 << 20

    /// What is wrong with the segment's object in the store; nil when nothing is.
    func fault(inStore key: String, _ stored: SegmentEntry.Stored) async throws -> String? {
        guard let count = try await environment.objects.size(key) else {
            return "the object is missing"
        }
        guard count == stored.byteCount else {
            return "the object has \(count) bytes; its checkpoint says \(stored.byteCount)"
        }
        var hash = SHA256Hash()
        for range in Self.parts(count) {
            try await pace(range.count)
            guard let part = try await environment.objects.read(key, range) else {
                return "the object is missing"
            }
            hash = try await environment.compute.run(.merge) { [hash] in
                var next = hash
                next.update(part)
                return next
            }
        }
        return hash.finish() == stored.digest
            ? nil : "the object's SHA-256 is not the one its checkpoint says"
    }

    /// The same of the bytes that searches read.
    func fault(here entry: SegmentEntry, _ stored: SegmentEntry.Stored) async throws -> String? {
        let bytes = entry.bytes
        var hash = SHA256Hash()
        for range in Self.parts(bytes.count) {
            try await pace(range.count)
            hash = try await environment.compute.run(.merge) { [hash] in
                var next = hash
                withExtendedLifetime(bytes) {
                    next.update(UnsafeRawBufferPointer(rebasing: bytes.pointer[range]))
                }
                return next
            }
        }
        return hash.finish() == stored.digest
            ? nil : "this node's bytes of the segment have changed since they were verified"
    }

    func record(_ key: String) async throws -> [UInt8]? {
        // How long it is, only reading it tells.
        let bytes = try await environment.objects.read(key)
        try await pace(bytes?.count ?? 0)
        return bytes
    }

    private static func parts(_ count: Int) -> [Range<Int>] {
        stride(from: 0, to: count, by: partBytes).map { $0..<min($0 + partBytes, count) }
    }
}
