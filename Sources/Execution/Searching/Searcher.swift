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

    /// What BM25 needs to know of these shards for this query: numbers of live documents, exact.
    /// Throws `SegmentError` when a segment is damaged.
    public func statistics(for query: ShardQuery) throws -> CollectionStatistics {
        var result = CollectionStatistics()
        guard query.needsScores else { return result }
        let needed = query.query.scoringTerms
        for field in needed.fields { result.fields[field] = FieldCounts() }
        for term in needed.terms { result.terms[term] = 0 }
        for segment in segments {
            let live = LiveStatistics(segment.view)
            for field in needed.fields {
                let counts = try live.counts(of: field)
                result.fields[field]?.documentCount += counts.documentCount
                result.fields[field]?.totalTermFrequency += counts.totalTermFrequency
            }
            for term in needed.terms {
                guard let index = segment.view.segment.field(term.field),
                    let entry = try index.find(term.term.bytes)
                else { continue }
                result.terms[term, default: 0] += try live.documentFrequency(
                    of: term, index, entry)
            }
        }
        return result
    }

    /// The best hits, the total and the facets of these shards.
    /// - Parameters:
    ///   - statistics: of the whole collection; decide the scores.
    ///   - shouldStop: asked every few blocks; true ends the search with `ExecutionError.stopped`.
    /// - Throws: `ExecutionError`, or `SegmentError` when a segment is damaged.
    public func search(
        _ query: ShardQuery, statistics: CollectionStatistics, shouldStop: @escaping () -> Bool
    ) throws -> TopHits {
        try search(query, statistics, StopSignal(shouldStop))
    }
}
