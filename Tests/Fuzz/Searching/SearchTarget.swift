// Searches of a damaged segment: every algorithm of Execution meets what the decoders let pass.

import Analysis
import Queries

@testable import Execution
@testable import Segments

enum SearchTarget {
    static let target = FuzzTarget(
        name: "search", reads: "Searcher: statistics, hits, totals, facets, sorting, fetching",
        seeds: seeds, run: run)

    private static let schema = BaseSegment.schema
    private static let queries = Result { try FuzzQueries.all() }
    private static let imageFlag: UInt8 = 0x80
    private static let deletedFlag: UInt8 = 0x40

    /// base segment and flags, query, edits.
    static func run(_ bytes: UnsafeRawBufferPointer) throws {
        var input = FuzzInput(bytes)
        let flags = input.byte()
        let queries = try queries.get()
        let query = queries[Int(input.byte()) % queries.count]
        let damaged = try DamagedSegment(choice: Int(flags & 0x3F), &input)
        let segment = try damaged.open(asImage: flags & imageFlag != 0)
        var live: LiveDocuments?
        if flags & deletedFlag != 0 {
            var remaining = LiveDocuments(documentCount: segment.documentCount)
            for document in stride(from: 1, to: segment.documentCount, by: 5) {
                remaining.delete(UInt32(document))
            }
            live = remaining
        }
        let view = SegmentView(segment: segment, live: live)
        let searcher = Searcher(
            shards: [ShardView(shard: 0, segments: [view])], schema: try schema.get())
        try search(searcher, query, segment)
    }

    private static func search(
        _ searcher: Searcher, _ query: ShardQuery, _ segment: SegmentReader
    ) throws {
        let search = searcher.begin(query) { false }
        let hits = try search.hits(search.statistics())
        try SaneHits.check(hits, query, documentCount: segment.documentCount)
        let what = FetchSpecification(
            highlight: HighlightRequest(fields: [HighlightField(name: "body")]),
            query: query.query, version: true, sequenceNumber: true)
        _ = try searcher.fetch(
            hits.hits.prefix(3).map(\.address), what, shouldStop: { false })
    }

    static func seeds() throws -> [[UInt8]] {
        var seeds: [[UInt8]] = []
        for (choice, base) in try BaseSegment.all.get().enumerated() {
            let edits = EditSeeds.sparing(base)
            for number in try queries.get().indices {
                let flags = number % 3 == 0 ? deletedFlag : number % 3 == 1 ? imageFlag : 0
                let edit = edits[(number * 7 + choice) % edits.count]
                seeds.append([UInt8(choice) | flags, UInt8(number)] + edit)
            }
        }
        return seeds
    }
}
