// Named immutable byte strings that outlive every node: a folder, or a bucket of S3.

/// What became of a create. Three cases, so that none can be forgotten.
public enum CreateOutcome: Sendable, Equatable {
    /// The object is there with these bytes, durably, and this call made it.
    case created
    /// An object of that name is there, durably; its bytes may or may not be these.
    case exists
    /// The object may be there or not, or may yet appear. Only the same bytes may be tried again.
    case unknown(String)
}

/// Keys are `/`-separated parts of ASCII letters, digits, `.`, `_` and `-`; see `ObjectKey`.
public protocol ObjectStore: Sendable {
    /// Creates the object if it is absent: the one verb everything durable rests on.
    func create(_ key: String, _ bytes: [UInt8]) async -> CreateOutcome

    /// The object's bytes, or nil when there is none.
    func read(_ key: String) async throws -> [UInt8]?

    /// A part of the object's bytes, as the store itself holds them now, or nil when there is no
    /// object. Fewer bytes, or an error, when the object ends within the range.
    func read(_ key: String, _ range: Range<Int>) async throws -> [UInt8]?

    /// All keys that start with `prefix` and sort after `after`, ascending by bytes.
    func list(prefix: String, after: String?) async throws -> [String]

    /// Deletes the object; a missing one is no error.
    func delete(_ key: String) async throws

    /// The object's bytes through a local mapped copy, or nil when there is none. A copy that was
    /// made before may have decayed: whoever opens it verifies it.
    func map(_ key: String) async throws -> MappedBytes?

    /// Forgets the local copy of the object, if the store keeps such: the next `map` fetches it.
    /// Bytes that are mapped stay.
    func discardCopy(of key: String) async

    /// The object's length in bytes, or nil when there is none.
    func size(_ key: String) async throws -> Int?

    /// Proves with probe objects that the store keeps its promises to one who uses it; throws
    /// `ObjectStoreError` when it does not. Run at start, before anything else.
    func check() async throws

    /// The same of what it promises to several at once. Some stores take seconds for that, so it
    /// is run beside the rest of the start.
    func checkContention() async throws
}

extension ObjectStore {
    public func read(_ key: String, _ range: Range<Int>) async throws -> [UInt8]? {
        try await read(key).map { Array($0[range.clamped(to: 0..<$0.count)]) }
    }

    public func discardCopy(of key: String) async {}
}

/// An object store that could not do, or does not do, what it must.
public struct ObjectStoreError: Error, Sendable, Hashable, CustomStringConvertible {
    public let key: String
    public let reason: String
    public let remedy: String

    public init(key: String, reason: String, remedy: String) {
        self.key = key
        self.reason = reason
        self.remedy = remedy
    }

    public var description: String { "object '\(key)': \(reason); \(remedy)" }
}
