// An object store in a folder of a local file system. Create-if-absent is: write a temporary
// file, fdatasync, link(2) it to its name, fsync the directory, unlink the temporary name. An
// object therefore appears whole or not at all, whatever crashes.

import Synchronization

public final class FolderObjectStore: ObjectStore {
    private let disk: any Disk
    private let root: String
    private let workers: WorkerThreads?
    /// Directories that this process knows to exist durably.
    private let knownDirectories = Mutex<Set<String>>([])
    private let temporaryPrefix: String
    /// Unique to this instance.
    let probeName: String
    private let temporaryCount = Atomic<UInt64>(0)

    /// Where temporary files live; no object's key starts with a dot.
    static let temporaryFolder = ".temporary"
    /// Enough for the creates of several shards to wait for the disk together.
    public static let defaultThreads = 8

    /// `root` must exist. With no threads every call runs on the caller's, which only suits a
    /// disk that never blocks. `random` names temporary files, which other processes may be
    /// making in the same folder.
    public init(
        disk: any Disk, root: String, threads: Int = FolderObjectStore.defaultThreads,
        random: any RandomSource
    ) {
        self.disk = disk
        self.root = root
        probeName = random.nextName()
        temporaryPrefix = root + "/" + Self.temporaryFolder + "/" + probeName + "-"
        workers =
            threads == 0
            ? nil
            : WorkerThreads(
                groups: [.init(threads: threads, niceness: 0)],
                lanes: [.init(group: 0, limit: threads)])
    }

    public func create(_ key: String, _ bytes: [UInt8]) async -> CreateOutcome {
        do {
            return try await run(key) { path throws(DiskError) in
                try self.createFile(path, bytes)
            }
        } catch {
            return .unknown(String(describing: error))
        }
    }

    public func read(_ key: String) async throws -> [UInt8]? {
        try await run(key) { [disk] path throws(DiskError) in try disk.read(path) }
    }

    public func read(_ key: String, _ range: Range<Int>) async throws -> [UInt8]? {
        try await run(key) { [disk] path throws(DiskError) in try disk.read(path, range) }
    }

    public func map(_ key: String) async throws -> MappedBytes? {
        try await run(key) { [disk] path throws(DiskError) in try disk.map(path) }
    }

    public func size(_ key: String) async throws -> Int? {
        try await run(key) { [disk] path throws(DiskError) in try disk.size(path) }
    }

    /// Not synchronised: an object that a crash brings back is deleted again some time later.
    public func delete(_ key: String) async throws {
        try await run(key) { [disk] path throws(DiskError) in _ = try disk.unlink(path) }
    }

    public func list(prefix: String, after: String?) async throws -> [String] {
        let directory = prefix.lastIndex(of: "/").map { String(prefix[..<$0]) } ?? ""
        if !directory.isEmpty, let fault = ObjectKey.fault(in: directory) {
            throw Self.refused(prefix, fault)
        }
        return try await onWorker {
            var keys: [String] = []
            try self.collect(directory, prefix: prefix, after: after, into: &keys)
            return keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }
    }

    /// Deletes what crashed creates left behind. Only while holding the folder's `FolderLock`,
    /// before the first create: another process's temporary file may be on its way.
    public func removeAbandonedFiles() async throws {
        let folder = root + "/" + Self.temporaryFolder
        try await onWorker { [disk] in
            for entry in try disk.entries(of: folder) ?? [] {
                _ = try disk.unlink(folder + "/" + entry.name)
            }
        }
    }
}

extension FolderObjectStore {
    private static func refused(_ key: String, _ fault: String) -> ObjectStoreError {
        ObjectStoreError(key: key, reason: fault, remedy: "object names come from generated ids")
    }

    private func run<R: Sendable>(
        _ key: String, _ body: @Sendable @escaping (String) throws(DiskError) -> R
    ) async throws -> R {
        if let fault = ObjectKey.fault(in: key) { throw Self.refused(key, fault) }
        let path = root + "/" + key
        return try await onWorker { try body(path) }
    }

    private func onWorker<R: Sendable>(
        _ body: @Sendable @escaping () throws -> R
    ) async throws -> R {
        guard let workers else { return try body() }
        return try await withUnsafeThrowingContinuation { continuation in
            workers.run(lane: 0) { continuation.resume(with: Result(catching: body)) }
        }
    }

    private func createFile(_ path: String, _ bytes: [UInt8]) throws(DiskError) -> CreateOutcome {
        let directory = Self.parent(of: path)
        try makeDirectory(Self.parent(of: temporaryPrefix))
        try makeDirectory(directory)
        let number = temporaryCount.wrappingAdd(1, ordering: .relaxed).newValue
        let temporary = temporaryPrefix + String(number)
        // Whatever happens, the temporary name goes: a file whose fsync failed is abandoned,
        // never synchronised again, since the kernel may have dropped its pages as clean.
        defer { _ = try? disk.unlink(temporary) }
        try writeTemporary(temporary, bytes)
        let isNew: Bool
        do {
            isNew = try disk.link(temporary, to: path)
        } catch {
            // Somebody may have removed the directory (an index deleted): look again next time.
            _ = knownDirectories.withLock { $0.remove(directory) }
            throw error
        }
        // Also when the object was there: its creator may not have come this far, and the
        // caller takes `.exists` with its own bytes for an acknowledgement.
        try disk.synchronizeDirectory(directory)
        return isNew ? .created : .exists
    }

    private func writeTemporary(_ path: String, _ bytes: [UInt8]) throws(DiskError) {
        let file = try disk.create(path)
        defer { disk.close(file) }
        try unsafely(bytes) { buffer throws(DiskError) in try disk.write(buffer, to: file) }
        try disk.synchronize(file)
    }

    /// `withUnsafeBytes` that keeps the error's type.
    private func unsafely(
        _ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws(DiskError) -> Void
    ) throws(DiskError) {
        let result: Result<Void, DiskError> = bytes.withUnsafeBytes { buffer in
            do throws(DiskError) {
                return .success(try body(buffer))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Makes the directory and its parents below the root, all durable.
    private func makeDirectory(_ path: String) throws(DiskError) {
        guard path != root, !knownDirectories.withLock({ $0.contains(path) }) else { return }
        let parent = Self.parent(of: path)
        try makeDirectory(parent)
        try disk.createDirectory(path)
        // Even if it was there: a crash may have come between its making and its fsync.
        try disk.synchronizeDirectory(parent)
        _ = knownDirectories.withLock { $0.insert(path) }
    }

    private static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    private func collect(
        _ directory: String, prefix: String, after: String?, into keys: inout [String]
    ) throws {
        let path = directory.isEmpty ? root : root + "/" + directory
        let known = keys.count
        for entry in try disk.entries(of: path) ?? [] where !entry.name.hasPrefix(".") {
            let key = directory.isEmpty ? entry.name : directory + "/" + entry.name
            if entry.isDirectory {
                if (key + "/").hasPrefix(prefix) || prefix.hasPrefix(key + "/") {
                    try collect(key, prefix: prefix, after: after, into: &keys)
                }
            } else if key.hasPrefix(prefix), ObjectKey.fault(in: key) == nil {
                if let after, !after.utf8.lexicographicallyPrecedes(key.utf8) { continue }
                keys.append(key)
            }
        }
        // Whoever made one may have died before it was durable, and another object that is made
        // because of it must not outlive it.
        if keys.count > known { try disk.synchronizeDirectory(path) }
    }
}
