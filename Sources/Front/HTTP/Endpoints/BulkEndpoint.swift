// `_bulk`: many writes in one request, each with its own outcome.

import Analysis
import Cluster
import Queries

struct BulkEndpoint: Sendable {
    let documents: any DocumentService

    func answer(_ request: FrontRequest, index: String?) async throws -> HTTPAnswer {
        var parameters = request.parameters
        let refresh = try WriteParameters.refresh(&parameters)
        let timeout = try parameters.duration("timeout")
        let requireIndex = try parameters.flag("require_alias") ?? false
        if requireIndex {
            throw RequestError.illegalArgument("[require_alias] is not supported: no aliases")
        }
        let routing = parameters.take("routing")
        try parameters.finish(request.path)
        let body = try BulkBody(request.body, defaultIndex: index)

        var writes: [WriteItem] = []
        for item in body.items {
            guard case .write(let index, var operation, _) = item else { continue }
            if operation.routing == nil { operation.routing = routing }
            writes.append(WriteItem(index: index, operation: operation))
        }
        var response = WriteResponse()
        if !writes.isEmpty {
            response = try await documents.write(
                WriteRequest(
                    items: writes, refresh: refresh, idempotencyKey: request.idempotencyKey,
                    timeout: timeout))
        }
        var answer = try BulkRenderer.answer(body.items, response)
        answer.extraCost = RequestCost.bulk(byteCount: request.body.count)
        answer.bring(response.session)
        return answer
    }
}

enum BulkRenderer {
    /// `{"took":…,"errors":…,"items":[…]}`, in the order of the request.
    static func answer(
        _ items: [BulkBody.Item], _ response: WriteResponse
    ) throws(RequestError) -> HTTPAnswer {
        var outcomes = response.items.makeIterator()
        var writer = JSONWriter(capacity: 64 + 192 * items.count)
        var hasErrors = false
        writer.beginArray()
        for item in items {
            switch item {
            case .refused(let action, let index, let id, let failure):
                hasErrors = true
                write(action, index, DocumentOutcome(id: id, error: failure), false, &writer)
            case .write(_, let operation, let line):
                guard var result = outcomes.next() else {
                    throw RequestError(
                        type: "internal_error", reason: "fewer outcomes than writes", status: 500)
                }
                if result.outcome.error != nil { hasErrors = true }
                if let error = result.outcome.error, error.status == 400 {
                    result.outcome.error?.reason = place(error.reason, inLine: line)
                }
                write(
                    operation.action, result.index, result.outcome, response.forcedRefresh,
                    &writer)
            }
        }
        writer.endArray()
        let rendered = writer.bytes
        return HTTPAnswer { writer in
            writer.member("took", SearchResponseRenderer.milliseconds(response.took))
            writer.member("errors", hasErrors)
            writer.key("items")
            writer.raw(rendered)
        }
    }

    private static func write(
        _ action: DocumentAction, _ index: String, _ outcome: DocumentOutcome,
        _ forcedRefresh: Bool, _ writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.member(
            name(of: action),
            object: { writer in
                if let error = outcome.error {
                    writer.member("_index", index)
                    writer.key("_id")
                    if outcome.id.isEmpty { writer.null() } else { writer.string(outcome.id) }
                    writer.member("status", error.status)
                    writer.member(
                        "error",
                        object: { writer in
                            writer.member("type", error.type)
                            writer.member("reason", error.reason)
                            writer.member("index", index)
                        })
                } else {
                    DocumentRenderer.writeOutcome(index, outcome, forcedRefresh, &writer)
                    writer.member("status", DocumentRenderer.status(of: outcome))
                }
            })
        writer.endObject()
    }

    /// A document is one line: its line 1 is the request's.
    private static func place(_ reason: String, inLine line: Int) -> String {
        let first = "line 1, "
        return reason.hasPrefix(first)
            ? "line \(line), \(reason.dropFirst(first.count))" : "line \(line): \(reason)"
    }

    private static func name(of action: DocumentAction) -> String {
        switch action {
        case .index: "index"
        case .create: "create"
        case .update: "update"
        case .delete: "delete"
        }
    }
}
