// What every failure of a shard looks like: what kind, where, why, and what to do about it.

/// Failures of single documents are not here: they are in their `DocumentOutcome`.
public struct ShardError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: Sendable, Hashable {
        /// Another node owns the shard; ask it.
        case deposed
        /// The shard was closed.
        case closed
        /// Too much is waiting to be written.
        case overloaded
        /// The object store or the metadata store does not answer, or refuses.
        case unavailable
        /// The idempotency key was used for another request.
        case keyReused
        /// There is no such kept checkpoint.
        case notKept
        /// What was asked for cannot be done to this shard, however often it is asked.
        case refused
        /// Stored bytes are damaged or missing.
        case corrupt
    }

    public let kind: Kind
    /// The shard, and the object where there is one.
    public let place: String
    public let reason: String
    public let remedy: String

    public init(_ kind: Kind, place: String, reason: String, remedy: String) {
        self.kind = kind
        self.place = place
        self.reason = reason
        self.remedy = remedy
    }

    /// The HTTP status that tells a client the same.
    public var status: Int {
        switch kind {
        case .deposed, .closed, .unavailable: 503
        case .overloaded: 429
        case .keyReused: 422
        case .notKept: 404
        case .refused: 400
        case .corrupt: 500
        }
    }

    /// Whether the same request may succeed later.
    public var isRetryable: Bool { status == 503 || status == 429 }

    public var description: String { "\(place): \(reason); \(remedy)" }
}
