// One line of a bulk request, and what became of it.

public enum DocumentAction: UInt8, Sendable, Hashable, CaseIterable {
    case index, create, update, delete
}

/// A write, already routed.
public struct DocumentOperation: Sendable, Hashable {
    /// Longest id in bytes of UTF-8; the shortest is 1.
    public static let maximumIDBytes = 512

    public var action: DocumentAction
    public var id: String
    /// index, create: the document; update: the partial document; delete: empty.
    public var source: [UInt8]
    public var docAsUpsert: Bool
    /// For update: the document to index when there is none yet.
    public var upsert: [UInt8]?
    public var detectNoop: Bool
    public var ifSequenceNumber: Int64?
    public var ifPrimaryTerm: Int64?
    public var externalVersion: Int64?
    /// With an external version: accept an equal one too.
    public var externalGTE: Bool
    public var routing: String?

    public init(
        action: DocumentAction, id: String, source: [UInt8] = [], docAsUpsert: Bool = false,
        upsert: [UInt8]? = nil, detectNoop: Bool = true, ifSequenceNumber: Int64? = nil,
        ifPrimaryTerm: Int64? = nil, externalVersion: Int64? = nil, externalGTE: Bool = false,
        routing: String? = nil
    ) {
        self.action = action
        self.id = id
        self.source = source
        self.docAsUpsert = docAsUpsert
        self.upsert = upsert
        self.detectNoop = detectNoop
        self.ifSequenceNumber = ifSequenceNumber
        self.ifPrimaryTerm = ifPrimaryTerm
        self.externalVersion = externalVersion
        self.externalGTE = externalGTE
        self.routing = routing
    }
}

public enum DocumentResult: UInt8, Sendable, Hashable, CaseIterable {
    case created, updated, deleted, noop, notFound

    /// As the API spells it.
    public var name: String {
        switch self {
        case .created: "created"
        case .updated: "updated"
        case .deleted: "deleted"
        case .noop: "noop"
        case .notFound: "not_found"
        }
    }
}

/// Why one operation failed; `status` is 400, 404, 409, 429 or 503.
public struct DocumentFailure: Error, Sendable, Hashable, CustomStringConvertible {
    public var type: String
    public var reason: String
    public var status: Int

    public init(type: String, reason: String, status: Int) {
        self.type = type
        self.reason = reason
        self.status = status
    }

    /// A document that its mapping refuses.
    public init(_ error: DocumentError) {
        self.init(type: error.type, reason: error.reason, status: 400)
    }

    public var description: String { "\(status) \(type): \(reason)" }
}

/// What became of one operation; outcomes come in the order of the request.
public struct DocumentOutcome: Sendable, Hashable {
    public var id: String
    public var result: DocumentResult?
    public var version: Int64
    public var sequenceNumber: Int64
    public var primaryTerm: Int64
    /// Position in the shard's log; -1 when nothing was written.
    public var slot: Int64
    public var error: DocumentFailure?

    public init(
        id: String, result: DocumentResult? = nil, version: Int64 = 0,
        sequenceNumber: Int64 = -1, primaryTerm: Int64 = 0, slot: Int64 = -1,
        error: DocumentFailure? = nil
    ) {
        self.id = id
        self.result = result
        self.version = version
        self.sequenceNumber = sequenceNumber
        self.primaryTerm = primaryTerm
        self.slot = slot
        self.error = error
    }
}
