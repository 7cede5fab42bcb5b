// The small shared memory of a cluster: which indices there are, what they map. Never the truth
// for documents; a cluster that loses it keeps searching and keeps what was written.

import Storage

public struct VersionedValue: Sendable, Hashable {
    public var value: [UInt8]
    /// The revision of the store that wrote it.
    public var version: Int64

    public init(value: [UInt8], version: Int64) {
        self.value = value
        self.version = version
    }
}

public struct MetadataEntry: Sendable, Hashable {
    public var key: String
    public var value: VersionedValue

    public init(key: String, value: VersionedValue) {
        self.key = key
        self.value = value
    }
}

/// All entries under a prefix at one revision of the store.
public struct MetadataListing: Sendable, Hashable {
    /// Grows with every change of the store.
    public var revision: Int64
    /// In the keys' byte order.
    public var entries: [MetadataEntry]

    public init(revision: Int64, entries: [MetadataEntry]) {
        self.revision = revision
        self.entries = entries
    }
}

public enum CompareAndSetOutcome: Sendable, Hashable {
    /// Done; the store's revision, which is the value's version.
    case stored(Int64)
    /// The key has another version, or exists, or does not.
    case conflict
}

/// A name held for a while. Advisory: it saves work and never guards data, so no decision that
/// could lose a document rests on it.
public struct Lease: Sendable, Hashable {
    public var name: String
    public var holder: String
    public var duration: Duration
    public var version: Int64

    public init(name: String, holder: String, duration: Duration, version: Int64) {
        self.name = name
        self.holder = holder
        self.duration = duration
        self.version = version
    }
}

/// All methods throw `MetadataError`, or `CancellationError`.
public protocol MetadataStore: Sendable {
    func get(_ key: String) async throws -> VersionedValue?

    func list(prefix: String) async throws -> MetadataListing

    /// - Parameters:
    ///   - expected: The version the key must have; nil: it must not exist.
    ///   - value: Nil deletes.
    func compareAndSet(
        _ key: String, expected: Int64?, value: [UInt8]?
    ) async throws -> CompareAndSetOutcome

    /// An element after every change under the prefix, whoever made it; several changes may share
    /// one. Ends when the reader stops reading.
    func watch(prefix: String) -> AsyncStream<Void>

    /// Nil when somebody else holds it.
    func acquireLease(
        _ name: String, holder: String, duration: Duration
    ) async throws -> Lease?

    /// Nil when it was lost.
    func renew(_ lease: Lease) async throws -> Lease?

    func release(_ lease: Lease) async throws
}

/// A store that could not do what it was asked.
public struct MetadataError: Error, Sendable, Hashable, CustomStringConvertible {
    public let key: String
    public let reason: String
    public let remedy: String

    public init(key: String, reason: String, remedy: String) {
        self.key = key
        self.reason = reason
        self.remedy = remedy
    }

    public var description: String { "metadata '\(key)': \(reason); \(remedy)" }
}
