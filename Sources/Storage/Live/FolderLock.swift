// Holds a data folder for one process: two nodes on one folder would be two owners of its
// temporary files and of its metadata file.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Held until released or until the process ends, however it ends.
public final class FolderLock: Sendable {
    private let descriptor: Int32
    public let path: String

    /// Why the folder cannot be had.
    public struct Refusal: Error, Sendable, CustomStringConvertible {
        public let folder: String
        /// The process that holds it, when it says.
        public let holder: Int32?
        public let reason: String

        public var description: String {
            guard let holder else { return "data folder \(folder): \(reason)" }
            return "data folder \(folder) is in use by process \(holder); "
                + "stop that process, or give this one another folder"
        }
    }

    /// Locks `folder`, which must exist. Throws `Refusal`, at once, when another holds it.
    public init(folder: String) throws(Refusal) {
        path = folder + "/lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, mode_t(0o644))
        guard descriptor >= 0 else {
            throw Self.refusal(folder, "its lock file cannot be opened")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let isHeld = errno == EWOULDBLOCK
            let holder = isHeld ? Self.holder(descriptor) : nil
            let refusal =
                isHeld
                ? Refusal(
                    folder: folder, holder: holder,
                    reason: "another process holds it; stop that process, or give this one "
                        + "another folder")
                : Self.refusal(folder, "its lock file cannot be locked")
            close(descriptor)
            throw refusal
        }
        let text = Array("\(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        pwrite(descriptor, text, text.count, 0)
    }

    deinit {
        // The file stays: deleting it would let two processes lock two files of one name.
        close(descriptor)
    }

    private static func refusal(_ folder: String, _ what: String) -> Refusal {
        Refusal(
            folder: folder, holder: nil,
            reason: "\(what) (\(String(cString: strerror(errno)))); "
                + "check that the folder exists and that this user may write to it")
    }

    private static func holder(_ descriptor: Int32) -> Int32? {
        var text = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &text, text.count, 0)
        guard count > 0 else { return nil }
        let digits = text[..<count].prefix { (48...57).contains($0) }
        return Int32(String(decoding: digits, as: UTF8.self))
    }
}
