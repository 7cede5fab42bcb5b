// Making, listing and deleting snapshots: the shards keep, the object store says what is kept.

import Cluster
import Queries
import Storage

public struct RootSnapshotService: SnapshotService {
    let world: World
    let catalog: Catalog
    let directory: LeafDirectory
    let configuration: RootConfiguration
    let generationWatch: GenerationWatch
    let indices: RootIndexService
    let store: SnapshotStore

    public init(
        world: World, catalog: Catalog, directory: LeafDirectory,
        configuration: RootConfiguration, generationWatch: GenerationWatch,
        indices: RootIndexService
    ) {
        self.world = world
        self.catalog = catalog
        self.directory = directory
        self.configuration = configuration
        self.generationWatch = generationWatch
        self.indices = indices
        store = SnapshotStore(objects: world.objects)
    }

    // MARK: Making

    public func create(
        _ name: String, of expressions: [String]
    ) async throws -> SnapshotDescription {
        if let fault = IndexName.fault(in: name) { throw Self.invalid(name, fault) }
        if try await store.complete(name) != nil {
            throw Self.invalid(name, "snapshot with the same name already exists")
        }
        let wanted = try await indices.resolve(expressions, .existing)
        var snapshot = try await store.begin(
            SnapshotDescription(
                name: name, id: world.random.nextName(), created: world.clock.wallMilliseconds,
                indices: wanted.map { SnapshotDescription.Index(metadata: $0) }))
        guard Set(snapshot.indices.map(\.metadata.uuid)) == Set(wanted.map(\.uuid)) else {
            throw Self.invalid(
                name,
                "one of this name was begun for other indices and not finished; delete it, or name "
                    + "the same indices")
        }
        for place in snapshot.indices.indices {
            snapshot.indices[place].shards = try await keep(
                snapshot.indices[place].metadata, snapshot)
        }
        // The mapping in force by now knows every field that is in what was kept.
        let known = try await catalog.reload()
        for place in snapshot.indices.indices {
            let old = snapshot.indices[place].metadata
            guard let index = known.index(uuid: old.uuid) else {
                throw RequestError.indexNotFound(old.name)
            }
            snapshot.indices[place].metadata = index
        }
        return try await store.finish(snapshot)
    }

    private func keep(
        _ index: IndexMetadata, _ snapshot: SnapshotDescription
    ) async throws -> [SnapshotShard] {
        let answers = try await askOwners(
            of: index, to: .keep(id: snapshot.id, name: snapshot.name))
        if let failure = answers.failures.first {
            throw RequestError(
                type: "snapshot_exception",
                reason: "[\(snapshot.name)] is not complete: shard \(failure.shard) of "
                    + "[\(index.name)] keeps nothing: \(failure.reason); repeat the request to "
                    + "complete it, or delete it",
                status: 503, index: index.name)
        }
        return answers.shards.map(\.state)
    }

    // MARK: Listing

    public func snapshots(_ names: [String]) async throws -> [SnapshotDescription] {
        if names.isEmpty || names == ["_all"] { return try await store.all() }
        var found: [SnapshotDescription] = []
        for name in names { found.append(try await snapshot(name)) }
        return found.sorted { ($0.created, $0.name) < ($1.created, $1.name) }
    }

    /// - Throws: `RequestError` when there is no complete one of this name.
    func snapshot(_ name: String) async throws -> SnapshotDescription {
        guard let snapshot = try await store.complete(name) else { throw Self.missing(name) }
        return snapshot
    }

    // MARK: Deleting

    /// It is listed no more, then let go of, then forgotten: what fails on the way is repeated by
    /// deleting it again.
    public func delete(_ name: String) async throws {
        guard let snapshot = try await store.begun(name) else { throw Self.missing(name) }
        let known = try await catalog.reload()
        try await checkNotBeingRestored(snapshot, known)
        try await store.withdraw(name)
        for index in snapshot.indices {
            guard let index = known.index(uuid: index.metadata.uuid) else { continue }
            let answers = try await askOwners(of: index, to: .letGo(id: snapshot.id))
            guard let failure = answers.failures.first else { continue }
            throw RequestError(
                type: "snapshot_exception",
                reason: "[\(name)] is not deleted yet: shard \(failure.shard) of [\(index.name)] "
                    + "does not let it go: \(failure.reason); repeat the request",
                status: 503, index: index.name)
        }
        try await removeRemains(of: snapshot, ignoring: name)
        try await store.forget(name)
        // Of two snapshots of a deleted index that are deleted at the same time, the last finds
        // out here.
        try await removeRemains(of: snapshot, ignoring: nil)
    }

    /// Deletes the objects of indices that are deleted and that no other snapshot names.
    private func removeRemains(
        of snapshot: SnapshotDescription, ignoring name: String?
    ) async throws {
        for index in snapshot.indices {
            let uuid = index.metadata.uuid
            guard try await catalog.isDeleted(uuid: uuid),
                try await store.names(ofIndex: uuid).allSatisfy({ $0 == name })
            else { continue }
            for key in try await world.objects.list(prefix: uuid + "/", after: nil) {
                try await world.objects.delete(key)
            }
        }
    }

    private func checkNotBeingRestored(
        _ snapshot: SnapshotDescription, _ known: CatalogSnapshot
    ) async throws {
        for index in known.indices where index.origin?.snapshotID == snapshot.id {
            let owners = try await indices.shards([index.name]).filter { $0.role == .owner }
            guard owners.contains(where: { $0.state != .started }) else { continue }
            throw RequestError(
                type: "concurrent_snapshot_execution_exception",
                reason: "[\(snapshot.name)] cannot be deleted: not all shards of [\(index.name)] "
                    + "answer, which is restored from it; wait for them, or delete that index",
                status: 409, index: index.name)
        }
    }

    // MARK: Errors

    static func invalid(_ name: String, _ reason: String) -> RequestError {
        RequestError(
            type: "invalid_snapshot_name_exception",
            reason: "Invalid snapshot name [\(name)], \(reason)")
    }

    static func missing(_ name: String) -> RequestError {
        RequestError(
            type: "snapshot_missing_exception", reason: "[\(name)] is missing", status: 404)
    }
}
