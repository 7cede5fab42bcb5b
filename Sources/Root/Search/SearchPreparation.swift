// What a search means for each index it is about, before anybody is asked.

import Analysis
import Cluster
import Queries

/// A request analysed under one index's mapping.
struct PreparedIndex: Sendable {
    var metadata: IndexMetadata
    var query: ShardQuery
    var what: FetchSpecification
}

struct SearchPreparation: Sendable {
    let catalog: Catalog

    /// The indices the request is about and what it asks of each. A refusal that a newer catalog
    /// might lift (an index or a field made a moment ago through another node) is checked against
    /// one.
    func run(
        _ request: SearchRequest, nowMilliseconds: Int64
    ) async throws -> [PreparedIndex] {
        let snapshot = catalog.current
        do {
            return try Self.prepare(request, snapshot, nowMilliseconds)
        } catch let error as RequestError {
            let newer = try await catalog.reload()
            guard newer.revision != snapshot.revision else { throw error }
            return try Self.prepare(request, newer, nowMilliseconds)
        }
    }

    private static func prepare(
        _ request: SearchRequest, _ snapshot: CatalogSnapshot, _ nowMilliseconds: Int64
    ) throws -> [PreparedIndex] {
        let indices = try snapshot.resolve(
            request.indices, ignoreUnavailable: request.ignoreUnavailable,
            allowNoIndices: request.allowNoIndices)
        return try indices.map { index in
            let analyzer = QueryAnalyzer(schema: index.schema, nowMilliseconds: nowMilliseconds)
            do {
                var what = try analyzer.fetchSpecification(for: request)
                // Evidence of indices with statistics of their own cannot be compared.
                if indices.count > 1 || !index.settings.reranks { what.reranking = nil }
                return PreparedIndex(
                    metadata: index, query: try analyzer.resolve(request), what: what)
            } catch var error as RequestError {
                error.index = index.name
                throw error
            }
        }
    }
}
