// `_explain`: whether one document matches a query, and what its score was made from.

import Analysis
import Queries

struct ExplainEndpoint: Sendable {
    let search: any SearchService

    func answer(
        _ request: FrontRequest, index: String, id: String, _ connection: PublicConnection?
    ) async throws -> HTTPAnswer {
        var wanted = try QueryDSLParser.parseCount(
            request.body, parameters: request.parameters.rest, indices: [index])
        wanted.size = 1
        wanted.session = try request.session()
        wanted.explain = true
        // Its own score, whatever the other hits are.
        wanted.rerank = false
        wanted.source = .none
        wanted.trackTotalHits = .none
        wanted.postFilter = .ids([id], boost: 1)
        let hit = try await run(wanted, connection).hits.first
        let isThere =
            if hit == nil { try await exists(index, id, wanted.session, connection) } else { true }
        return HTTPAnswer(status: isThere ? 200 : 404) { writer in
            writer.member("_index", hit?.index ?? index)
            writer.member("_id", id)
            writer.member("matched", hit != nil)
            if let explanation = hit?.explanation {
                writer.key("explanation")
                SearchResponseRenderer.write(explanation, &writer)
            }
        }
    }

    private func exists(
        _ index: String, _ id: String, _ session: SessionToken?, _ connection: PublicConnection?
    ) async throws -> Bool {
        var wanted = SearchRequest(indices: [index], query: .ids([id], boost: 1), size: 0)
        wanted.session = session
        wanted.trackTotalHits = .exactly
        return try await run(wanted, connection).total?.value != 0
    }

    private func run(
        _ wanted: SearchRequest, _ connection: PublicConnection?
    ) async throws -> SearchResponse {
        guard let connection else { return try await search.search(wanted) }
        return try await connection.run { try await search.search(wanted) }
    }
}
