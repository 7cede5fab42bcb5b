// Writing and reading single documents, as the front asks a root for it.

import Analysis
import Queries

public protocol DocumentService: Sendable {
    /// Writes, durably; items fail one by one. Indices that do not exist are created unless an item
    /// says not to.
    func write(_ request: WriteRequest) async throws -> WriteResponse

    /// Nil when the index has no such document.
    /// - Throws: `RequestError`, also when there is no such index.
    func get(_ request: GetRequest) async throws -> GetResponse?
}

public struct WriteItem: Sendable, Hashable {
    public var index: String
    /// An empty id: the root makes a 20-character URL-safe one.
    public var operation: DocumentOperation
    /// An index that does not exist is an error instead of being created.
    public var requireIndex: Bool

    public init(index: String, operation: DocumentOperation, requireIndex: Bool = false) {
        self.index = index
        self.operation = operation
        self.requireIndex = requireIndex
    }
}

public struct WriteRequest: Sendable, Hashable {
    public var items: [WriteItem]
    public var refresh: RefreshPolicy
    public var idempotencyKey: String?
    public var timeout: Duration?

    public init(
        items: [WriteItem], refresh: RefreshPolicy = .none, idempotencyKey: String? = nil,
        timeout: Duration? = nil
    ) {
        self.items = items
        self.refresh = refresh
        self.idempotencyKey = idempotencyKey
        self.timeout = timeout
    }
}

public struct WriteOutcome: Sendable, Hashable {
    public var index: String
    public var action: DocumentAction
    public var outcome: DocumentOutcome

    public init(index: String, action: DocumentAction, outcome: DocumentOutcome) {
        self.index = index
        self.action = action
        self.outcome = outcome
    }
}

public struct WriteResponse: Sendable, Hashable {
    /// In the order of the request's items.
    public var items: [WriteOutcome]
    public var took: Duration
    public var forcedRefresh: Bool
    /// Where the items were put, for reading them through any root.
    public var session: SessionToken

    public init(
        items: [WriteOutcome] = [], took: Duration = .zero, forcedRefresh: Bool = false,
        session: SessionToken = SessionToken()
    ) {
        self.items = items
        self.took = took
        self.forcedRefresh = forcedRefresh
        self.session = session
    }
}

public struct GetRequest: Sendable, Hashable {
    public var index: String
    public var id: String
    public var routing: String?
    /// What the client has written must be part of the answer.
    public var session: SessionToken?

    public init(
        index: String, id: String, routing: String? = nil, session: SessionToken? = nil
    ) {
        self.index = index
        self.id = id
        self.routing = routing
        self.session = session
    }
}

public struct GetResponse: Sendable, Hashable {
    public var index: String
    public var id: String
    public var source: [UInt8]
    public var version: Int64
    public var sequenceNumber: Int64
    public var primaryTerm: Int64

    public init(
        index: String, id: String, source: [UInt8], version: Int64, sequenceNumber: Int64,
        primaryTerm: Int64
    ) {
        self.index = index
        self.id = id
        self.source = source
        self.version = version
        self.sequenceNumber = sequenceNumber
        self.primaryTerm = primaryTerm
    }
}
