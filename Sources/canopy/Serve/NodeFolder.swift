// A node's data folder: where everything lies, and the locks that keep a second process out.
import Foundation
import Storage

/// Layout: `objects/` (logs and segments), `metadata/`, `cache/` (local copies of segments that are
/// in a bucket), `locks/leaf-N/lock`; of the first three, those that are used.
struct NodeFolder {
    let path: String
    private let locks: [FolderLock]

    /// Creates what is missing and locks the parts of the leaves in this process.
    init(_ path: String, leaves: [String]) throws {
        self.path = path
        try Self.create(path)
        let folders = leaves.map { path + "/locks/" + $0 }
        for folder in folders { try Self.create(folder) }
        locks = try folders.map { try FolderLock(folder: $0) }
    }

    /// The path of a folder in this one, which is created if it is missing.
    func make(_ name: String) throws -> String {
        try Self.create(path + "/" + name)
        return path + "/" + name
    }

    /// The folder of this process's local copies: processes do not share theirs.
    func makeCache(_ configuration: NodeConfiguration) throws -> String {
        let top = configuration.objectCacheFolder
        let name = configuration.leafNumber.map(NodeConfiguration.leafName) ?? "all"
        let cache = (top.isEmpty ? path + "/cache" : top) + "/" + name
        try Self.create(cache)
        return cache
    }

    private static func create(_ folder: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw ConfigurationError(
                place: "data folder \(folder)",
                reason: "it cannot be created: \(error.localizedDescription)",
                remedy: "Check its parent's permissions, or give another folder with --data")
        }
    }
}
