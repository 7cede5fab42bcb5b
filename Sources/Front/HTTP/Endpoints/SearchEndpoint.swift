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
        let scope = try SearchScope(&parameters)
        var wanted = try QueryDSLParser.parseSearch(
            request.body, parameters: parameters.rest, indices: SearchScope.names(target))
        scope.apply(to: &wanted)
        let response = try await answer(wanted, connection)
        let verdict = response.scatter.cacheVerdict
        let body = SearchResponseRenderer.render(
            response, took: clock.now - start, verdict: verdict, options)
        return labelled(HTTPAnswer(json: body), verdict)
    }

    func count(
        _ request: FrontRequest, target: String?, _ connection: PublicConnection?
    ) async throws -> HTTPAnswer {
        var parameters = request.parameters
        let scope = try SearchScope(&parameters)
        var wanted = try QueryDSLParser.parseCount(
            request.body, parameters: parameters.rest, indices: SearchScope.names(target))
        scope.apply(to: &wanted)
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

/// Which indices are meant, and what to do about missing ones.
struct SearchScope: Sendable {
    private let ignoreUnavailable: Bool?
    private let allowNoIndices: Bool?
    private let requestCache: Bool?

    /// Takes the parameters that say so.
    init(_ parameters: inout RequestParameters) throws(RequestError) {
        ignoreUnavailable = try parameters.flag("ignore_unavailable")
        allowNoIndices = try parameters.flag("allow_no_indices")
        requestCache = try parameters.flag("request_cache")
        try Self.checkWildcards(&parameters)
        _ = try parameters.choice(
            "search_type", of: ["query_then_fetch", "dfs_query_then_fetch"])
    }

    func apply(to request: inout SearchRequest) {
        if let ignoreUnavailable { request.ignoreUnavailable = ignoreUnavailable }
        if let allowNoIndices { request.allowNoIndices = allowNoIndices }
        if let requestCache { request.requestCache = requestCache }
    }

    /// Every index here is open and none is hidden, so a pattern can only mean the open ones.
    static func checkWildcards(_ parameters: inout RequestParameters) throws(RequestError) {
        guard let text = parameters.take("expand_wildcards") else { return }
        let words = text.split(separator: ",").map(String.init)
        for word in words where !["open", "closed", "hidden", "all"].contains(word) {
            throw .illegalArgument(
                "[expand_wildcards] cannot be [\(word)]; known are open, closed, hidden, all")
        }
        guard words.contains("open") || words.contains("all") else {
            throw .illegalArgument(
                "[expand_wildcards=\(text)] leaves out the open indices, and there are no others")
        }
    }

    /// The index expressions of a path; none means all.
    static func names(_ target: String?) -> [String] {
        target?.split(separator: ",").map(String.init) ?? []
    }
}
