// Local copies of remote objects, as files that are mapped. A file is named after its object and
// the SHA-256 of its bytes, which are verified when they come. What a crash or a decaying disk has
// made of them since, whoever opens them sees, and has them fetched again.

import Logging
import Storage

public actor ObjectCache {
    /// Where an object's bytes come from.
    struct Source: Sendable {
        /// The object, for messages.
        let key: String
        let byteCount: Int
        let digest: SHA256Digest?
        /// Gives all parts in order.
        let fetch: @Sendable (_ copy: PartialCopy) async throws -> Void
    }

    private struct Mapping {
        weak var bytes: MappedBytes?
    }

    private let folder: String
    private let disk: any Disk
    private let random: any RandomSource
    private let logger: Logger
    private var ledger: CacheLedger
    private var mappings: [String: Mapping] = [:]
    private var loading: [String: Task<MappedBytes?, any Error>] = [:]
    private var hasWarned = false

    private static let temporaryPrefix = "fetching-"

    /// Opens the folder, which must exist and belong to this process alone, and deletes what it
    /// cannot use there.
    /// - Parameter byteBudget: Of all files; what is in use may exceed it.
    public init(
        folder: String, byteBudget: Int, disk: any Disk, random: any RandomSource,
        logger: Logger
    ) throws {
        self.folder = folder
        self.disk = disk
        self.random = random
        self.logger = logger
        var ledger = CacheLedger(byteBudget: byteBudget)
        for entry in (try disk.entries(of: folder) ?? []).sorted(by: { $0.name < $1.name })
        where !entry.isDirectory {
            let path = folder + "/" + entry.name
            if let (name, digest) = Self.parse(entry.name), ledger[name] == nil,
                let count = try disk.size(path)
            {
                ledger.insert(name, .init(byteCount: count, digest: digest))
            } else if Self.isOurs(entry.name) {
                _ = try disk.unlink(path)
            }
        }
        for gone in ledger.makeRoom(for: 0, isInUse: { _ in false }) {
            _ = try disk.unlink(folder + "/" + Self.fileName(gone.name, gone.entry.digest))
        }
        self.ledger = ledger
    }

    /// The object's bytes; `open` is asked for their source when there is no copy, and answers nil
    /// when there is no such object.
    /// - Parameter name: 64 hexadecimal digits, one name per object.
    func map(
        _ name: String, open: @escaping @Sendable () async throws -> Source?
    ) async throws -> MappedBytes? {
        if let bytes = mappings[name]?.bytes {
            ledger.use(name)
            return bytes
        }
        if let task = loading[name] { return try await task.value }
        let task = Task { try await self.load(name, open) }
        loading[name] = task
        defer { loading[name] = nil }
        return try await task.value
    }

    /// Makes a copy of an object that was just created from `bytes`.
    func keep(
        _ name: String, _ key: String, _ bytes: [UInt8], _ digest: SHA256Digest
    ) async throws {
        guard !bytes.isEmpty, ledger[name] == nil, loading[name] == nil else { return }
        let source = Source(key: key, byteCount: bytes.count, digest: digest) { copy in
            try await copy.append(bytes)
        }
        let task = Task { try await self.fill(name, source) }
        loading[name] = task
        defer { loading[name] = nil }
        _ = try await task.value
    }

    func forget(_ name: String) async {
        mappings[name] = nil
        guard let entry = ledger[name] else { return }
        ledger.remove(name)
        await unlink(Self.fileName(name, entry.digest))
    }

    /// Of all copies.
    var byteCount: Int { ledger.byteCount }
}

extension ObjectCache {
    private func load(
        _ name: String, _ open: @Sendable () async throws -> Source?
    ) async throws -> MappedBytes? {
        if let bytes = try await existing(name) { return bytes }
        guard let source = try await open() else { return nil }
        guard source.byteCount > 0 else { return MappedBytes(owned: []) }
        return try await fill(name, source)
    }

    /// The copy on disk, if it is there.
    private func existing(_ name: String) async throws -> MappedBytes? {
        guard let entry = ledger[name] else { return nil }
        let file = Self.fileName(name, entry.digest)
        let bytes = try? await onDiskThread { [disk, folder] in try disk.map(folder + "/" + file) }
        if let bytes, bytes.count == entry.byteCount, bytes.count > 0 {
            ledger.use(name)
            mappings[name] = Mapping(bytes: bytes)
            return bytes
        }
        logger.warning("a local copy is damaged and is fetched again: \(folder)/\(file)")
        await forget(name)
        return nil
    }

    /// Fetches into a temporary file, verifies, and gives it its name: never a half file.
    private func fill(_ name: String, _ source: Source) async throws -> MappedBytes? {
        await makeRoom(for: source.byteCount)
        let temporary = Self.temporaryPrefix + random.nextName()
        do {
            let copy = try await PartialCopy(folder + "/" + temporary, disk: disk)
            defer { copy.close() }
            try await source.fetch(copy)
            let (count, digest) = copy.finish()
            guard count == source.byteCount, source.digest.map({ $0 == digest }) ?? true else {
                throw ObjectStoreError(
                    key: source.key,
                    reason: "the bytes that arrived are not those that were stored",
                    remedy: "try again; if it stays so, restore the object from a backup")
            }
            let file = Self.fileName(name, digest)
            let bytes = try await onDiskThread { [disk, folder] in
                try disk.rename(folder + "/" + temporary, to: folder + "/" + file)
                return try disk.map(folder + "/" + file)
            }
            ledger.insert(name, .init(byteCount: count, digest: digest))
            mappings[name] = bytes.map { Mapping(bytes: $0) }
            return bytes
        } catch {
            await unlink(temporary)
            throw error
        }
    }

    private func makeRoom(for count: Int) async {
        let gone = ledger.makeRoom(for: count) { mappings[$0]?.bytes != nil }
        for (name, entry) in gone {
            mappings[name] = nil
            await unlink(Self.fileName(name, entry.digest))
        }
        mappings = mappings.filter { $0.value.bytes != nil }
        if ledger.byteCount + count > ledger.byteBudget, !hasWarned {
            hasWarned = true
            logger.warning(
                "what is in use exceeds the room for local copies; raise objects.cache_mib",
                metadata: ["budget": "\(ledger.byteBudget)", "folder": "\(folder)"])
        }
    }

    /// A file that stays behind is found again at the next start.
    private func unlink(_ file: String) async {
        _ = try? await onDiskThread { [disk, folder] in try disk.unlink(folder + "/" + file) }
    }

    // MARK: Names

    private static func fileName(_ name: String, _ digest: SHA256Digest) -> String {
        name + "-" + digest.description
    }

    private static func parse(_ file: String) -> (name: String, digest: SHA256Digest)? {
        let parts = file.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, SHA256Digest(hexadecimal: String(parts[0])) != nil,
            let digest = SHA256Digest(hexadecimal: String(parts[1]))
        else { return nil }
        return (String(parts[0]), digest)
    }

    private static func isOurs(_ file: String) -> Bool {
        file.hasPrefix(temporaryPrefix) || parse(file) != nil
    }
}
