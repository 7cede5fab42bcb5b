// Searches a list of shards with one threshold, and reads what the winners hold.

import Analysis
import Queries
import Segments

/// A search over fixed snapshots of some shards. Cheap to make, safe to share between threads.
public struct Searcher: Sendable {
    let segments: [SearchedSegment]
    let schema: Schema

    public init(shards: [ShardView], schema: Schema) {
        self.schema = schema
        segments = shards.flatMap { shard in
            shard.segments.enumerated().map {
                SearchedSegment(shard: shard.shard, ordinal: $0.offset, view: $0.element)
            }
        }
    }

    public var liveDocumentCount: Int64 {
        segments.reduce(0) { $0 + Int64($1.liveCount) }
    }

    /// A search that asks for statistics first and hits then looks terms up only once.
    /// - Parameter shouldStop: asked every few blocks; true ends the search with
    ///   `ExecutionError.stopped`.
    public func begin(
        _ query: consuming ShardQuery, shouldStop: @escaping () -> Bool
    ) -> Search {
        Search(segments, schema, query, StopSignal(shouldStop))
    }

    /// What BM25 needs to know of these shards for this query: numbers of live documents, exact.
    /// Throws `SegmentError` when a segment is damaged.
    public func statistics(for query: ShardQuery) throws -> CollectionStatistics {
        try begin(query) { false }.statistics()
    }

    /// The best hits, the total and the facets of these shards.
    /// - Parameters:
    ///   - statistics: of the whole collection; decide the scores.
    ///   - shouldStop: as for `begin`.
    /// - Throws: `ExecutionError`, or `SegmentError` when a segment is damaged.
    public func search(
        _ query: ShardQuery, statistics: CollectionStatistics, shouldStop: @escaping () -> Bool
    ) throws -> TopHits {
        try begin(query, shouldStop: shouldStop).hits(statistics)
    }
}
