// A document service over a dictionary, with versions and conflicts.
import Analysis
import Cluster
import Queries
import Synchronization

final class FakeDocuments: DocumentService {
    private struct State {
        var documents: [String: GetResponse] = [:]
        var sequence: Int64 = 0
        var requests: [WriteRequest] = []
        var failure: (any Error)?
        var session = SessionToken()
        var gets: [GetRequest] = []
    }

    private let state = Mutex(State())

    var requests: [WriteRequest] { state.withLock { $0.requests } }

    var gets: [GetRequest] { state.withLock { $0.gets } }

    /// Writes are answered with this token.
    func brings(_ session: SessionToken) {
        state.withLock { $0.session = session }
    }

    func fails(with error: any Error) {
        state.withLock { $0.failure = error }
    }

    func write(_ request: WriteRequest) async throws -> WriteResponse {
        try state.withLock { state in
            state.requests.append(request)
            if let failure = state.failure { throw failure }
            let items = request.items.map { item in
                WriteOutcome(
                    index: item.index, action: item.operation.action,
                    outcome: Self.write(item, &state))
            }
            return WriteResponse(
                items: items, took: .milliseconds(3), forcedRefresh: request.refresh == .immediate,
                session: state.session)
        }
    }

    private static func write(_ item: WriteItem, _ state: inout State) -> DocumentOutcome {
        var operation = item.operation
        if operation.id.isEmpty { operation.id = "generated-\(state.sequence)" }
        let key = item.index + "/" + operation.id
        let old = state.documents[key]
        var outcome = DocumentOutcome(id: operation.id, primaryTerm: 1)
        func fail(_ type: String, _ reason: String, _ status: Int) -> DocumentOutcome {
            outcome.error = DocumentFailure(type: type, reason: reason, status: status)
            return outcome
        }
        if operation.action == .create, old != nil {
            return fail(
                "version_conflict_engine_exception", "[\(operation.id)]: document already exists",
                409)
        }
        if operation.action != .delete {
            do {
                _ = try JSONParser.parse(operation.source)
            } catch {
                return fail("mapper_parsing_exception", "\(error)", 400)
            }
        }
        if operation.action == .update, old == nil {
            return fail(
                "document_missing_exception", "[\(operation.id)]: document missing", 404)
        }
        outcome.sequenceNumber = state.sequence
        state.sequence += 1
        outcome.version = (old?.version ?? 0) + 1
        if operation.action == .delete {
            outcome.result = old == nil ? .notFound : .deleted
            state.documents[key] = nil
        } else {
            outcome.result = old == nil ? .created : .updated
            state.documents[key] = GetResponse(
                index: item.index, id: operation.id, source: operation.source,
                version: outcome.version, sequenceNumber: outcome.sequenceNumber, primaryTerm: 1)
        }
        return outcome
    }

    func get(_ request: GetRequest) async throws -> GetResponse? {
        if request.index == "nowhere" { throw RequestError.indexNotFound("nowhere") }
        return state.withLock { state in
            state.gets.append(request)
            return state.documents[request.index + "/" + request.id]
        }
    }
}
