// The snapshots' descriptions as objects beside the documents, so that losing the metadata store
// loses none of them.

import Storage

/// `snapshots/<SHA-256 of the name>/begun` says what is to be kept, and goes last; `…/complete`
/// says that all of it is, and what it is.
public struct SnapshotStore: Sendable {
    private static let prefix = "snapshots/"
    private static let begun = "begun"
    private static let complete = "complete"

    private let objects: any ObjectStore

    public init(objects: any ObjectStore) {
        self.objects = objects
    }

    // MARK: Reading

    public func begun(_ name: String) async throws -> SnapshotDescription? {
        try await read(Self.key(name, Self.begun))
    }

    public func complete(_ name: String) async throws -> SnapshotDescription? {
        try await read(Self.key(name, Self.complete))
    }

    /// The complete ones, oldest first.
    public func all() async throws -> [SnapshotDescription] {
        try await all(Self.complete)
    }

    /// The names of the snapshots, complete or not, that have or want something of this index.
    public func names(ofIndex uuid: String) async throws -> [String] {
        try await all(Self.begun).filter { $0.index(uuid: uuid) != nil }.map(\.name)
    }

    private func all(_ part: String) async throws -> [SnapshotDescription] {
        var found: [SnapshotDescription] = []
        for key in try await objects.list(prefix: Self.prefix, after: nil)
        where key.hasSuffix("/" + part) {
            if let description = try await read(key) { found.append(description) }
        }
        return found.sorted { ($0.created, $0.name) < ($1.created, $1.name) }
    }

    private func read(_ key: String) async throws -> SnapshotDescription? {
        guard let bytes = try await objects.read(key) else { return nil }
        return try SnapshotDescription(encoded: bytes, key: key)
    }

    // MARK: Writing

    /// Returns the one of this name that was begun first.
    public func begin(_ description: SnapshotDescription) async throws -> SnapshotDescription {
        try await create(description, Self.begun)
    }

    /// Returns the one of this name that was complete first.
    public func finish(_ description: SnapshotDescription) async throws -> SnapshotDescription {
        try await create(description, Self.complete)
    }

    /// It is not listed any more; what its shards keep is still named.
    public func withdraw(_ name: String) async throws {
        try await objects.delete(Self.key(name, Self.complete))
    }

    /// Nothing is kept for it any more.
    public func forget(_ name: String) async throws {
        try await objects.delete(Self.key(name, Self.begun))
    }

    private func create(
        _ description: SnapshotDescription, _ part: String
    ) async throws -> SnapshotDescription {
        let key = Self.key(description.name, part)
        switch await objects.create(key, description.encoded()) {
        case .created: return description
        case .exists:
            if let found = try await read(key) { return found }
            throw ObjectStoreError(
                key: key, reason: "somebody deletes it at the same time", remedy: "try again")
        case .unknown(let reason):
            throw ObjectStoreError(
                key: key, reason: reason,
                remedy: "see that the object store can be reached, then try again")
        }
    }

    /// A digest: nothing a user types becomes part of a key.
    private static func key(_ name: String, _ part: String) -> String {
        prefix + "\(SHA256Digest(of: Array(name.utf8)))" + "/" + part
    }
}
