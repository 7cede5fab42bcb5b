// The file of a `FileMetadataStore`, its lock, and how one takes the place of the other. Blocking
// calls, made on threads for them.

import Storage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct MetadataFiles: Sendable {
    /// What tells one version of the file from the next without reading it.
    struct Identity: Hashable, Sendable {
        let inode: UInt64
        let byteCount: Int64
        let modifiedSeconds: Int
        let modifiedNanoseconds: Int
    }

    let folder: String
    private let disk: any Disk

    private var path: String { folder + "/metadata" }
    private var temporaryPath: String { folder + "/metadata.new" }
    private var lockPath: String { folder + "/metadata.lock" }

    init(folder: String, disk: any Disk) throws(MetadataError) {
        self.folder = folder
        self.disk = disk
        do {
            try disk.createDirectory(folder)
        } catch {
            throw Self.failure(folder, "\(error)")
        }
    }

    /// Nil when there is no file yet.
    func identity() -> Identity? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        #if canImport(Glibc)
            let modified = status.st_mtim
        #else
            let modified = status.st_mtimespec
        #endif
        return Identity(
            inode: UInt64(status.st_ino), byteCount: Int64(status.st_size),
            modifiedSeconds: modified.tv_sec, modifiedNanoseconds: modified.tv_nsec)
    }

    /// The identity is taken before the table is read: at worst it is older, and a reader reads
    /// once more than it had to.
    func load() throws(MetadataError) -> (table: MetadataTable, identity: Identity?) {
        let identity = identity()
        do {
            guard let bytes = try disk.read(path) else { return (MetadataTable(), nil) }
            return (try MetadataTable(encoded: bytes, place: path), identity)
        } catch let error as DiskError {
            throw Self.failure(path, "\(error)")
        } catch {
            throw MetadataError(
                key: path, reason: "\(error)",
                remedy: "restore the file from a copy; documents are not in it and are safe")
        }
    }

    /// Puts a new file in the old one's place, durably. Only under the lock.
    func replace(with table: MetadataTable, _ key: String) throws(MetadataError) -> Identity? {
        do {
            // Left behind by a process that died here.
            _ = try disk.unlink(temporaryPath)
            let file = try disk.create(temporaryPath)
            do {
                defer { disk.close(file) }
                let bytes = MappedBytes(owned: table.encoded())
                try disk.write(bytes.pointer, to: file)
                try disk.synchronize(file)
            }
            try disk.rename(temporaryPath, to: path)
            try disk.synchronizeDirectory(folder)
        } catch {
            throw Self.failure(key, "\(error)")
        }
        return identity()
    }

    /// Runs `body` while no other process, and no other thread, is in here. The lock ends with the
    /// process that holds it.
    func withLock<R>(_ body: () throws -> R) throws -> R {
        let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, mode_t(0o644))
        guard descriptor >= 0 else { throw Self.failure(lockPath, Self.lastError) }
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw Self.failure(lockPath, Self.lastError) }
        }
        return try body()
    }

    private static var lastError: String { String(cString: strerror(errno)) }

    private static func failure(_ key: String, _ reason: String) -> MetadataError {
        MetadataError(
            key: key, reason: reason,
            remedy: "check that the disk has room and that this user may write to the folder")
    }
}
