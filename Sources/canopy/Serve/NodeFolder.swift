// A node's data folder: where everything lies, and the locks that keep a second process out.
import Foundation
import Storage

/// Layout: `objects/` (logs and segments), `metadata/`, `locks/leaf-N/lock`.
struct NodeFolder {
    let path: String
    private let locks: [FolderLock]

    var objects: String { path + "/objects" }
    var metadata: String { path + "/metadata" }

    /// Creates what is missing and locks the parts of the leaves in this process.
    init(_ path: String, leaves: [String]) throws {
        self.path = path
        let folders =
            [path, path + "/objects", path + "/metadata"] + leaves.map { path + "/locks/" + $0 }
        for folder in folders {
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
        locks = try leaves.map { try FolderLock(folder: path + "/locks/" + $0) }
    }
}
