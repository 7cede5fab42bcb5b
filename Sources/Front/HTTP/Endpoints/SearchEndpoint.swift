// `_search` and `_count`, by body or by parameters.

import Analysis
import HTTPTypes
import Queries
import Storage

struct SearchEndpoint: Sendable {
    static let cacheHeader = HTTPField.Name("X-Cache") ?? .cacheControl

    let search: CachingSearchService
    let clock: any NodeClock

    func search(
        _ request: FrontRequest, target: String?, _ connection: PublicConnection?
    ) async throws -> HTTPAnswer {
        let start = clock.now
        var parameters = request.parameters
        var options = SearchRenderingOptions()
        options.typedKeys = try parameters.flag("typed_keys") ?? false
        options.totalAsInteger = try parameters.flag("rest_total_hits_as_int") ?? false
        let wanted = try QueryDSLParser.parseSearch(
            request.body, parameters: parameters.rest, indices: IndexTarget.names(target))
        let response = try await answer(wanted, connection)
        let verdict = response.scatter.cacheVerdict
        let body = SearchResponseRenderer.render(
            response, took: clock.now - start, verdict: verdict, options)
        return labelled(HTTPAnswer(json: body), verdict)
    }

    func count(
        _ request: FrontRequest, target: String?, _ connection: PublicConnection?
    ) async throws -> HTTPAnswer {
        let wanted = try QueryDSLParser.parseCount(
            request.body, parameters: request.parameters.rest,
            indices: IndexTarget.names(target))
        let response = try await answer(wanted, connection)
        let answer = HTTPAnswer { writer in
            writer.member("count", response.total?.value ?? 0)
            SearchResponseRenderer.writeShards(response.shards, &writer)
        }
        return labelled(answer, response.scatter.cacheVerdict)
    }

    private func answer(
        _ wanted: SearchRequest, _ connection: PublicConnection?
    ) async throws -> SearchResponse {
        let lookup = search.lookUp(wanted)
        if let remembered = lookup.answer { return remembered }
        guard let connection else { return try await search.compute(lookup) }
        return try await connection.run { try await search.compute(lookup) }
    }

    private func labelled(_ answer: HTTPAnswer, _ verdict: CacheVerdict) -> HTTPAnswer {
        var answer = answer
        answer.headers.append((Self.cacheHeader, verdict.rawValue))
        answer.extraCost = verdict == .hit ? 0 : RequestCost.searchMiss
        return answer
    }
}
