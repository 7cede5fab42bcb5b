// `_doc`, `_create`, `_update` and `_mget`: one document at a time.

import Analysis
import Cluster
import Queries

struct DocumentEndpoint: Sendable {
    let documents: any DocumentService

    func index(
        _ request: FrontRequest, index: String, id: String, action: DocumentAction
    ) async throws -> HTTPAnswer {
        var parameters = request.parameters
        var action = action
        if let type = try parameters.choice("op_type", of: ["index", "create"]), type == "create" {
            action = .create
        }
        var operation = DocumentOperation(action: action, id: id, source: request.body)
        guard !request.body.isEmpty else {
            throw RequestError.parsing("request body is required: the document as a JSON object")
        }
        try prepare(&operation, &parameters)
        return try await write(operation, index, parameters, request)
    }

    func update(
        _ request: FrontRequest, index: String, id: String
    ) async throws -> HTTPAnswer {
        var parameters = request.parameters
        var operation = DocumentOperation(action: .update, id: id)
        if let flag = try parameters.flag("doc_as_upsert") { operation.docAsUpsert = flag }
        if let retries = try parameters.integer("retry_on_conflict"), retries < 0 {
            throw RequestError.illegalArgument("[retry_on_conflict] must not be negative")
        }
        guard !request.body.isEmpty else {
            throw RequestError.parsing("request body is required: {\"doc\":{…}}")
        }
        if let problem = UpdateBody.read(request.body[...], into: &operation) {
            throw RequestError.parsing(problem)
        }
        try prepare(&operation, &parameters)
        return try await write(operation, index, parameters, request)
    }

    func delete(
        _ request: FrontRequest, index: String, id: String
    ) async throws -> HTTPAnswer {
        try request.refuseBody()
        var parameters = request.parameters
        var operation = DocumentOperation(action: .delete, id: id)
        try prepare(&operation, &parameters)
        return try await write(operation, index, parameters, request)
    }

    private func prepare(
        _ operation: inout DocumentOperation, _ parameters: inout RequestParameters
    ) throws(RequestError) {
        let conditions = try WriteParameters.conditions(&parameters, operation.action)
        conditions.apply(to: &operation)
        operation.routing = parameters.take("routing")
        if let problem = WriteConditions.problem(id: operation.id, for: operation.action) {
            throw .illegalArgument(problem)
        }
    }

    private func write(
        _ operation: DocumentOperation, _ index: String, _ parameters: RequestParameters,
        _ request: FrontRequest
    ) async throws -> HTTPAnswer {
        var parameters = parameters
        let refresh = try WriteParameters.refresh(&parameters)
        let timeout = try parameters.duration("timeout")
        try parameters.finish(request.path)
        let response = try await documents.write(
            WriteRequest(
                items: [WriteItem(index: index, operation: operation)], refresh: refresh,
                idempotencyKey: request.idempotencyKey, timeout: timeout))
        guard let result = response.items.first else {
            throw RequestError(
                type: "internal_error", reason: "the write has no outcome", status: 500)
        }
        if let error = result.outcome.error {
            throw RequestError(
                type: error.type, reason: error.reason, status: error.status, index: index)
        }
        var answer = HTTPAnswer(status: DocumentRenderer.status(of: result.outcome)) { writer in
            DocumentRenderer.writeOutcome(
                result.index, result.outcome, response.forcedRefresh, &writer)
        }
        answer.bring(response.session)
        return answer
    }

    func get(_ request: FrontRequest, index: String, id: String) async throws -> HTTPAnswer {
        try request.refuseBody()
        var parameters = request.parameters
        let source = WriteParameters.source(&parameters)
        let routing = parameters.take("routing")
        if try parameters.flag("realtime") == false {
            throw RequestError.illegalArgument(
                "[realtime=false] is not supported: reads by id always see the last write")
        }
        try parameters.finish(request.path)
        let found = try await documents.get(
            GetRequest(index: index, id: id, routing: routing, session: try request.session()))
        return try HTTPAnswer(
            status: found == nil ? 404 : 200,
            json: DocumentRenderer.document(found, index: index, id: id, source))
    }
}

enum DocumentRenderer {
    static func status(of outcome: DocumentOutcome) -> Int {
        switch outcome.result {
        case .created: 201
        case .notFound: 404
        case .updated, .deleted, .noop, nil: 200
        }
    }

    /// The members of a write's answer, in the order clients know.
    static func writeOutcome(
        _ index: String, _ outcome: DocumentOutcome, _ forcedRefresh: Bool,
        _ writer: inout JSONWriter
    ) {
        writer.member("_index", index)
        writer.member("_id", outcome.id)
        writer.member("_version", outcome.version)
        writer.member("result", outcome.result?.name ?? "noop")
        if forcedRefresh { writer.member("forced_refresh", true) }
        let acknowledgements = outcome.result == .noop ? 0 : 1
        writer.member(
            "_shards",
            object: { writer in
                writer.member("total", acknowledgements)
                writer.member("successful", acknowledgements)
                writer.member("failed", 0)
            })
        writer.member("_seq_no", outcome.sequenceNumber)
        writer.member("_primary_term", outcome.primaryTerm)
    }

    static func document(
        _ found: GetResponse?, index: String, id: String, _ source: SourceFilter
    ) throws -> [UInt8] {
        var writer = JSONWriter(capacity: 256 + (found?.source.count ?? 0))
        writer.beginObject()
        writer.member("_index", found?.index ?? index)
        writer.member("_id", id)
        if let found {
            writer.member("_version", found.version)
            writer.member("_seq_no", found.sequenceNumber)
            writer.member("_primary_term", found.primaryTerm)
            writer.member("found", true)
            if let bytes = try source.apply(found.source) {
                writer.key("_source")
                writer.raw(bytes)
            }
        } else {
            writer.member("found", false)
        }
        writer.endObject()
        return writer.bytes
    }
}
