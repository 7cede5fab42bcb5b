// A local copy on its way: a file that grows part by part, and the digest of what it holds.

import struct Crypto.SHA256
import NIOPosix
import Storage
import Synchronization

final class PartialCopy: Sendable {
    private struct State {
        var hash = SHA256()
        var byteCount = 0
        var isOpen = true
    }

    private let disk: any Disk
    private let file: OpenFile
    private let state = Mutex(State())

    init(_ path: String, disk: any Disk) async throws {
        self.disk = disk
        file = try await onDiskThread { try disk.create(path) }
    }

    /// One part after the other.
    func append(_ part: [UInt8]) async throws {
        try await onDiskThread { [self] in
            try state.withLock { state in
                try part.withUnsafeBytes { buffer in
                    state.hash.update(bufferPointer: buffer)
                    try disk.write(buffer, to: file)
                }
                state.byteCount += part.count
            }
        }
    }

    /// How much came, and its digest.
    func finish() -> (byteCount: Int, digest: SHA256Digest) {
        state.withLock { state in
            (state.byteCount, SHA256Digest(Array(state.hash.finalize())) ?? .zero)
        }
    }

    func close() {
        let wasOpen = state.withLock { state in
            defer { state.isOpen = false }
            return state.isOpen
        }
        if wasOpen { disk.close(file) }
    }
}

/// Runs blocking calls on a thread made for them.
func onDiskThread<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
    try await NIOThreadPool.singleton.runIfActive(body)
}
