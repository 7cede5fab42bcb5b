// Searches a list of shards with one threshold, and reads what the winners hold.

import Analysis
import Queries
import Segments

/// A search over fixed snapshots of some shards. Cheap to make, safe to share between threads.
public struct Searcher: Sendable {
    let shards: [ShardView]
    let schema: Schema

    public init(shards: [ShardView], schema: Schema) {
        self.shards = shards
        self.schema = schema
    }

    public var liveDocumentCount: Int64 {
        shards.reduce(0) { sum, shard in
            shard.segments.reduce(sum) {
                $0 + Int64($1.live?.liveCount ?? $1.segment.documentCount)
            }
        }
    }

    /// What BM25 needs to know of these shards for this query: numbers of live documents, exact.
    public func statistics(for query: ShardQuery) throws -> CollectionStatistics {
        CollectionStatistics()
    }

    /// The best hits, the total and the facets of these shards.
    /// - Parameter shouldStop: asked every few blocks; true ends the search with
    ///   `ExecutionError.stopped`.
    public func search(
        _ query: ShardQuery, statistics: CollectionStatistics, shouldStop: @escaping () -> Bool
    ) throws -> TopHits {
        TopHits()
    }

    /// Source, highlights, version and sequence number of hits, in the order of `addresses`.
    public func fetch(
        _ addresses: [HitAddress], _ what: FetchSpecification, shouldStop: @escaping () -> Bool
    ) throws -> [FetchedDocument] {
        []
    }
}
