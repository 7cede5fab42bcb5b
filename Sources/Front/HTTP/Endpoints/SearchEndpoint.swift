// `_search` and `_count`, by body or by parameters.

import Analysis
import HTTPTypes
import Queries
import Storage

struct SearchEndpoint: Sendable {
    static let cacheHeader = HTTPField.Name("X-Cache") ?? .cacheControl

    let search: CachingSearchService
    let requests = RequestMemory()
    let clock: any NodeClock

    func search(
        _ request: FrontRequest, target: String?, _ connection: PublicConnection?
    ) async throws -> HTTPAnswer {
        let start = clock.now
        var parameters = request.parameters
        var options = SearchRenderingOptions()
        options.typedKeys = try parameters.flag("typed_keys") ?? false
        options.totalAsInteger = try parameters.flag("rest_total_hits_as_int") ?? false
        let key = RequestMemory.Key(
            target: target, parameters: parameters.rest, body: request.body)
        var wanted = try requests.request(key) { () throws(RequestError) in
            try QueryDSLParser.parseSearch(
                request.body, parameters: parameters.rest, indices: IndexTarget.names(target))
        }
        wanted.request.session = try request.session()
        let lookup = search.lookUp(wanted)
        if let answer = lookup.answer {
            let rest = answer.rendered(options) { SearchResponseRenderer.rest($0, options) }
            let body = SearchResponseRenderer.beginning(took: clock.now - start) + rest
            return labelled(HTTPAnswer(json: body), .hit)
        }
        let response = try await compute(lookup, connection)
        let body =
            SearchResponseRenderer.beginning(took: clock.now - start)
            + SearchResponseRenderer.rest(response, options)
        return labelled(HTTPAnswer(json: body), response.scatter.cacheVerdict)
    }

    func count(
        _ request: FrontRequest, target: String?, _ connection: PublicConnection?
    ) async throws -> HTTPAnswer {
        var wanted = try QueryDSLParser.parseCount(
            request.body, parameters: request.parameters.rest,
            indices: IndexTarget.names(target))
        wanted.session = try request.session()
        let lookup = search.lookUp(PreparedRequest(wanted))
        let response: SearchResponse
        if let answer = lookup.answer {
            response = answer.response
        } else {
            response = try await compute(lookup, connection)
        }
        let answer = HTTPAnswer { writer in
            writer.member("count", response.total?.value ?? 0)
            SearchResponseRenderer.writeShards(response.shards, &writer)
        }
        return labelled(answer, response.scatter.cacheVerdict)
    }

    private func compute(
        _ lookup: CachingSearchService.Lookup, _ connection: PublicConnection?
    ) async throws -> SearchResponse {
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
