// Where a checkpoint lies, and how it gets there whole.

import Foundation

struct CheckpointFile: Sendable {
    let path: String

    init(path: String) { self.path = path }

    /// The default place: a file per source, index and server under the user's state folder.
    init(source: SourceFingerprint, index: String, url: String) {
        let environment = ProcessInfo.processInfo.environment
        let home = environment["HOME"] ?? NSTemporaryDirectory()
        let state = environment["XDG_STATE_HOME"] ?? home + "/.local/state"
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in [source.path, index, url].joined(separator: "\u{0}").utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        path = "\(state)/canopy/import/\(index)-\(String(hash, radix: 16)).json"
    }

    /// The checkpoint, or nil when there is none.
    func read() throws -> ImportCheckpoint? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ImportError("cannot read the checkpoint \(path)")
        }
        return try ImportCheckpoint(encoded: Array(data), file: path)
    }

    /// Replaces the file in one step: after a crash it holds the old or the new checkpoint.
    func write(_ checkpoint: ImportCheckpoint) throws {
        let target = URL(fileURLWithPath: path)
        do {
            try FileManager.default.createDirectory(
                at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            let temporary = path + ".new"
            try Data(checkpoint.encoded()).write(to: URL(fileURLWithPath: temporary))
            let handle = try FileHandle(forUpdating: URL(fileURLWithPath: temporary))
            try handle.synchronize()
            try handle.close()
            guard rename(temporary, path) == 0 else {
                throw ImportError(String(cString: strerror(errno)))
            }
        } catch {
            throw ImportError(
                "cannot write the checkpoint \(path): \(error); --checkpoint names another place")
        }
    }

    func remove() { unlink(path) }
}
