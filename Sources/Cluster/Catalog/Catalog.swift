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
        var decoded: [String: (version: Int64, index: IndexMetadata)] = [:]
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
        let listing = try await metadata.list(prefix: Self.prefix)
        return install(listing)
    }

    /// Reloads after every change of the metadata store, until the task is cancelled.
    public func follow() async {
        for await _ in metadata.watch(prefix: Self.prefix) {
            do {
                try await reload()
            } catch is CancellationError {
                return
            } catch {
                logger.warning(
                    "The catalog could not be reloaded; the last one stays in use.",
                    metadata: ["error": "\(error)"])
            }
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

    /// Changes an index, again and again while others change it at the same time.
    /// - Parameter change: May be called several times; given back unchanged, nothing is stored.
    /// - Throws: `RequestError` when there is no such index, and what `change` throws.
    @discardableResult
    public func update(
        _ name: String, _ change: (IndexMetadata) throws -> IndexMetadata
    ) async throws -> IndexMetadata {
        let key = Self.prefix + name
        for _ in 0..<Self.maximumAttempts {
            try Task.checkCancellation()
            guard let stored = try await metadata.get(key) else {
                throw RequestError.indexNotFound(name)
            }
            let index = try IndexMetadata(encoded: stored.value, key: key)
            let changed = try change(index)
            if changed == index {
                if current.index(named: name) != index { try await reload() }
                return index
            }
            let outcome = try await metadata.compareAndSet(
                key, expected: stored.version, value: changed.encoded())
            guard case .stored = outcome else { continue }
            try await reload()
            await note(changed.uuid)
            return changed
        }
        throw MetadataError(
            key: key, reason: "\(Self.maximumAttempts) attempts to change it met other changes",
            remedy: "try again")
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
        for _ in 0..<Self.maximumAttempts {
            try Task.checkCancellation()
            guard let stored = try await metadata.get(key) else {
                throw RequestError.indexNotFound(name)
            }
            let outcome = try await metadata.compareAndSet(
                key, expected: stored.version, value: nil)
            guard case .stored = outcome else { continue }
            try await reload()
            let index = try IndexMetadata(encoded: stored.value, key: key)
            await note(index.uuid)
            return index
        }
        throw MetadataError(
            key: key, reason: "\(Self.maximumAttempts) attempts to delete it met other changes",
            remedy: "try again")
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
        _ = try await metadata.compareAndSet(Self.knownKey, expected: nil, value: Array("1".utf8))
        try await reload()
    }

    /// Takes a listing unless a newer one was taken meanwhile.
    private func install(_ listing: MetadataListing) -> CatalogSnapshot {
        state.withLock { state in
            guard listing.revision > state.snapshot.revision else { return state.snapshot }
            var decoded: [String: (version: Int64, index: IndexMetadata)] = [:]
            for entry in listing.entries {
                if let known = state.decoded[entry.key], known.version == entry.value.version {
                    decoded[entry.key] = known
                    continue
                }
                do {
                    let index = try IndexMetadata(encoded: entry.value.value, key: entry.key)
                    decoded[entry.key] = (entry.value.version, index)
                } catch {
                    logger.error("An index is left out.", metadata: ["error": "\(error)"])
                }
            }
            state.decoded = decoded
            state.snapshot = CatalogSnapshot(
                revision: listing.revision, indices: decoded.values.map(\.index))
            for listener in state.listeners.values { listener.yield(state.snapshot) }
            return state.snapshot
        }
    }
}
