// A node's view of the indices, kept fresh from the metadata store, and the way to change them.

import Logging
import Queries
import Storage
import Synchronization

public final class Catalog: Sendable {
    private let metadata: any MetadataStore
    private let descriptions: IndexDescriptions?
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        var snapshot = CatalogSnapshot(revision: -1, indices: [])
        /// What was decoded last, so that a reload decodes only what changed.
        var decoded: [String: (value: VersionedValue, index: IndexMetadata)] = [:]
        var aliases: (value: VersionedValue, table: AliasTable)?
        var listeners: [UInt64: AsyncStream<CatalogSnapshot>.Continuation] = [:]
        var nextListener: UInt64 = 0
    }

    /// Where the descriptions of indices are in the metadata store.
    static let prefix = "index/"
    /// Says that the store has known this cluster; missing after its loss.
    static let knownKey = "cluster"
    /// Attempts of one change against competing changes.
    static let maximumAttempts = 1000

    /// - Parameter objects: Where to write down beside the metadata store what the indices are, if
    ///   that store may be lost while the documents are not.
    public init(
        metadata: any MetadataStore, objects: (any ObjectStore)? = nil, logger: Logger
    ) {
        self.metadata = metadata
        descriptions = objects.map { IndexDescriptions(objects: $0) }
        self.logger = logger
    }

    /// The newest snapshot this node has seen; empty before the first `reload`.
    public var current: CatalogSnapshot { state.withLock { $0.snapshot } }

    /// Looks at the metadata store now.
    /// - Throws: `MetadataError`. One damaged index is logged and left out.
    @discardableResult
    public func reload() async throws -> CatalogSnapshot {
        let asked = current.revision
        let listing = try await metadata.list(prefix: Self.prefix)
        // A store that says less than before came back from a backup, and is to be followed; but
        // one that began anew knows of no index before somebody tells it.
        if listing.revision < asked {
            guard descriptions != nil, try await metadata.get(Self.knownKey) != nil else {
                return current
            }
        }
        return install(listing, asked: asked)
    }

    /// Reloads now and after every change of the metadata store, until the task is cancelled.
    public func follow(by clock: any NodeClock) async {
        await metadata.follow(prefix: Self.prefix, by: clock) {
            try await reload()
        } onFailure: { error in
            logger.warning(
                "The catalog could not be reloaded; the last one stays in use.",
                metadata: ["error": "\(error)"])
        }
    }

    /// The snapshot as it is, then every newer one; one that is overtaken may be skipped.
    public func changes() -> AsyncStream<CatalogSnapshot> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: CatalogSnapshot.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.nextListener += 1
            state.listeners[state.nextListener] = continuation
            continuation.yield(state.snapshot)
            return state.nextListener
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.listeners.removeValue(forKey: number) }
        }
        return stream
    }

    /// - Throws: `RequestError` when there is an index of that name, or the name is not allowed.
    @discardableResult
    public func create(_ index: IndexMetadata) async throws -> IndexMetadata {
        if let fault = IndexName.fault(in: index.name) {
            throw RequestError(
                type: "invalid_index_name_exception",
                reason: "invalid index name [\(index.name)]: \(fault)", index: index.name)
        }
        if !(try await reload()).aliases.targets[index.name, default: []].isEmpty {
            throw RequestError(
                type: "invalid_index_name_exception",
                reason: "invalid index name [\(index.name)]: an alias has it", index: index.name)
        }
        // Written down first: an index that is acknowledged can be restored.
        try await descriptions?.note(index.uuid) { index }
        let outcome = try await metadata.compareAndSet(
            Self.prefix + index.name, expected: nil, value: index.encoded())
        try await reload()
        guard case .stored = outcome else {
            await note(index.uuid)
            throw RequestError(
                type: "resource_already_exists_exception",
                reason: "index [\(index.name)] already exists", index: index.name)
        }
        return index
    }

    /// Makes an index appear that has its documents already: alone, or in one step in the place of
    /// the one that has its name.
    /// - Parameter replaced: The UUID of that one; nil when the name is free.
    /// - Throws: `RequestError` when the name is another's.
    public func publish(_ index: IndexMetadata, inPlaceOf replaced: String?) async throws {
        guard let replaced else {
            try await create(index)
            return
        }
        let key = Self.prefix + index.name
        try await descriptions?.note(index.uuid) { index }
        // What is no index yet is not looked at, and what is none any more neither.
        try await changeAliases { table, _ in
            var table = table
            table.copy(from: replaced, to: index.uuid)
            return table
        }
        try await change(key) { stored in
            guard let stored, try IndexMetadata(encoded: stored.value, key: key).uuid == replaced
            else {
                await note(index.uuid)
                await forgetAliases(ofIndex: index.uuid)
                throw RequestError(
                    type: "resource_already_exists_exception",
                    reason: "index [\(index.name)] was deleted or made anew meanwhile",
                    index: index.name)
            }
            return .store(index.encoded())
        }
        await note(replaced)
        await forgetAliases(ofIndex: replaced)
    }

    /// Changes an index, again and again while others change it at the same time.
    /// - Parameter change: May be called several times; given back unchanged, nothing is stored.
    /// - Throws: `RequestError` when there is no such index, and what `change` throws.
    @discardableResult
    public func update(
        _ name: String, _ change: (IndexMetadata) throws -> IndexMetadata
    ) async throws -> IndexMetadata {
        let key = Self.prefix + name
        var (index, changed): (IndexMetadata?, IndexMetadata?)
        try await self.change(key) { stored in
            guard let stored else { throw RequestError.indexNotFound(name) }
            let known = try IndexMetadata(encoded: stored.value, key: key)
            let next = try change(known)
            (index, changed) = (known, next)
            return next == known ? .leave : .store(next.encoded())
        }
        guard let changed else { throw RequestError.indexNotFound(name) }
        if changed != index {
            await note(changed.uuid)
        } else if current.index(named: name) != changed {
            try await reload()
        }
        return changed
    }

    /// As `update`, of the index with this UUID and no other of its name.
    @discardableResult
    public func update(
        uuid: String, _ change: (IndexMetadata) throws -> IndexMetadata
    ) async throws -> IndexMetadata {
        var known = current.index(uuid: uuid)
        if known == nil { known = try await reload().index(uuid: uuid) }
        guard let name = known?.name else { throw RequestError.indexNotFound(uuid) }
        return try await update(name) { index in
            guard index.uuid == uuid else { throw RequestError.indexNotFound(uuid) }
            return try change(index)
        }
    }

    /// Deletes the index of this name and returns what it was.
    /// - Throws: `RequestError` when there is none.
    @discardableResult
    public func delete(_ name: String) async throws -> IndexMetadata {
        let key = Self.prefix + name
        var encoded: [UInt8] = []
        try await change(key) { stored in
            guard let stored else { throw RequestError.indexNotFound(name) }
            encoded = stored.value
            return .store(nil)
        }
        let index = try IndexMetadata(encoded: encoded, key: key)
        await note(index.uuid)
        await forgetAliases(ofIndex: index.uuid)
        return index
    }

    /// Changes the aliases, all at once, again and again while others change them at the same time.
    /// - Parameter change: May be called several times; given back unchanged, nothing is stored.
    /// - Throws: what `change` throws.
    public func changeAliases(
        _ change: (AliasTable, CatalogSnapshot) throws -> AliasTable
    ) async throws {
        let key = Self.prefix + AliasTable.name
        let isStored = try await self.change(key) { stored in
            let table = try stored.map { try AliasTable(encoded: $0.value, key: key) }
            let known = table ?? AliasTable()
            let changed = try change(known, try await reload())
            return changed == known ? .leave : .store(changed.encoded())
        }
        if isStored { await noteAliases() }
    }

    private enum Change {
        /// Nil deletes.
        case store([UInt8]?)
        case leave
    }

    /// Changes a value, again and again while others change it at the same time, and reloads.
    /// - Parameter next: May be called several times.
    /// - Returns: Whether anything was stored.
    @discardableResult
    private func change(
        _ key: String, _ next: (VersionedValue?) async throws -> Change
    ) async throws -> Bool {
        for _ in 0..<Self.maximumAttempts {
            try Task.checkCancellation()
            let stored = try await metadata.get(key)
            guard case .store(let value) = try await next(stored) else { return false }
            let outcome = try await metadata.compareAndSet(
                key, expected: stored?.version, value: value)
            guard case .stored = outcome else { continue }
            try await reload()
            return true
        }
        throw MetadataError(
            key: key, reason: "\(Self.maximumAttempts) attempts to change it met other changes",
            remedy: "try again")
    }

    /// Entries of an index that is gone mean nothing; they only take up room.
    private func forgetAliases(ofIndex uuid: String) async {
        do {
            try await changeAliases { table, _ in
                var table = table
                table.remove(indexUUID: uuid)
                return table
            }
        } catch {
            logger.warning(
                "The aliases of a deleted index are still there; they stand for nothing.",
                metadata: ["index": "\(uuid)", "error": "\(error)"])
        }
    }

    private func noteAliases() async {
        guard let descriptions else { return }
        do {
            try await descriptions.note { try await self.reload().aliases }
        } catch {
            logger.warning(
                "A change of the aliases is not written down beside the documents yet.",
                metadata: ["error": "\(error)"])
        }
    }

    /// Whether there is no such index any more. One that the metadata store has lost and that is
    /// still written down beside its documents is not deleted.
    public func isDeleted(uuid: String) async throws -> Bool {
        guard try await reload().index(uuid: uuid) == nil else { return false }
        return try await descriptions?.isGone(uuid) ?? true
    }

    /// Writes down what the metadata store says of an index.
    private func note(_ uuid: String) async {
        guard let descriptions else { return }
        do {
            try await descriptions.note(uuid) { try await self.reload().index(uuid: uuid) }
        } catch {
            logger.warning(
                "A change of an index is not written down beside its documents yet.",
                metadata: ["index": "\(uuid)", "error": "\(error)"])
        }
    }

    /// Puts what is written down into a metadata store that has never known any index, as after
    /// its loss. To be called when a node starts.
    public func restoreIfLost() async throws {
        guard let descriptions, try await metadata.get(Self.knownKey) == nil else { return }
        let found = try await descriptions.all()
        for index in found {
            let outcome = try await metadata.compareAndSet(
                Self.prefix + index.name, expected: nil, value: index.encoded())
            guard case .stored = outcome else { continue }
            logger.notice(
                "The metadata store has lost an index; it is restored.",
                metadata: ["index": "\(index.name)"])
        }
        if let aliases = try await descriptions.aliases() {
            _ = try await metadata.compareAndSet(
                Self.prefix + AliasTable.name, expected: nil, value: aliases.encoded())
        }
        _ = try await metadata.compareAndSet(Self.knownKey, expected: nil, value: Array("1".utf8))
        try await reload()
    }

    /// Takes a listing unless a newer one was taken since the store was asked.
    private func install(_ listing: MetadataListing, asked: Int64) -> CatalogSnapshot {
        state.withLock { state in
            let known = state.snapshot.revision
            guard listing.revision > known || (listing.revision < known && asked == known) else {
                return state.snapshot
            }
            let aliases = decodeAliases(listing, known: state.aliases)
            var decoded: [String: (value: VersionedValue, index: IndexMetadata)] = [:]
            for entry in listing.entries where entry.key != Self.prefix + AliasTable.name {
                if let known = state.decoded[entry.key], known.value == entry.value {
                    decoded[entry.key] = known
                    continue
                }
                do {
                    let index = try IndexMetadata(encoded: entry.value.value, key: entry.key)
                    decoded[entry.key] = (entry.value, index)
                } catch {
                    logger.error("An index is left out.", metadata: ["error": "\(error)"])
                }
            }
            state.decoded = decoded
            state.aliases = aliases
            state.snapshot = CatalogSnapshot(
                revision: listing.revision, indices: decoded.values.map(\.index),
                aliases: aliases?.table ?? AliasTable())
            for (_, listener) in state.listeners.sorted(by: { $0.key < $1.key }) {
                listener.yield(state.snapshot)
            }
            return state.snapshot
        }
    }

    private func decodeAliases(
        _ listing: MetadataListing, known: (value: VersionedValue, table: AliasTable)?
    ) -> (value: VersionedValue, table: AliasTable)? {
        let key = Self.prefix + AliasTable.name
        guard let value = listing.entries.first(where: { $0.key == key })?.value else { return nil }
        if let known, known.value == value { return known }
        do {
            return (value, try AliasTable(encoded: value.value, key: key))
        } catch {
            logger.error("The aliases are left out.", metadata: ["error": "\(error)"])
            return nil
        }
    }
}
