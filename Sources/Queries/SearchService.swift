// The one search protocol: the root implements it, the front's cache, limits and tracing decorate
// it.

public protocol SearchService: Sendable {
    /// Answers the request, possibly in part (see `SearchResponse.shards`).
    /// - Throws: `RequestError`, or `CancellationError` when the caller went away.
    func search(_ request: SearchRequest) async throws -> SearchResponse
}
