// What scrubbing a shard found, and what became of it.

/// Something stored that is not what it was.
public struct ScrubFinding: Sendable, Hashable {
    public enum Kind: String, Sendable, CaseIterable {
        /// A segment object in the store.
        case segment
        /// This node's bytes of one, which searches read.
        case copy
        /// A record of the log.
        case record
    }

    public let kind: Kind
    /// The object's key.
    public let object: String
    public let reason: String
    /// What was done about it, or what somebody has to do.
    public let remedy: String
    public let isMended: Bool

    public init(kind: Kind, object: String, reason: String, remedy: String, isMended: Bool) {
        self.kind = kind
        self.object = object
        self.reason = reason
        self.remedy = remedy
        self.isMended = isMended
    }
}

public struct ScrubReport: Sendable, Hashable {
    /// Objects read, in the store or here.
    public internal(set) var objects = 0
    public internal(set) var bytes = 0
    public internal(set) var findings: [ScrubFinding] = []
    /// Why not everything was read; nil when it was.
    public internal(set) var failure: String?

    public init() {}

    public var isSound: Bool { failure == nil && findings.allSatisfy(\.isMended) }
}
