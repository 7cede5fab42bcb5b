// Stopping, limits, errors, and what fetching reads.

import Analysis
import Queries
import Segments
import Storage
import Testing

@testable import Execution

struct SearchBehaviourTests {
    private let corpus: RandomCorpus

    init() throws {
        corpus = try RandomCorpus(
            seed: 21, sizes: [[300], [200, 50]], words: 30, deletedPercent: 5)
    }

    private func query(_ query: Query, count: Int = 10) -> ShardQuery {
        ShardQuery(query: query, count: count)
    }

    @Test func stopsWhenToldTo() throws {
        for inner: Query in [
            .matchAll(boost: 1), .term(field: "body", term: Term("w0"), boost: 1),
            .prefix(field: "body", prefix: [], boost: 1),
        ] {
            #expect(throws: ExecutionError.stopped) {
                try corpus.searcher.search(
                    query(inner), statistics: CollectionStatistics(), shouldStop: { true })
            }
        }
        #expect(throws: ExecutionError.stopped) {
            try corpus.searcher.fetch(
                [HitAddress(shard: 0, segment: 0, document: 0)], FetchSpecification(),
                shouldStop: { true })
        }
    }

    @Test func refusesWhatWasNotAnalysed() {
        let raw = Query.match(MatchQuery(field: "body", value: .string("w1")))
        #expect(throws: ExecutionError.notInNormalForm("match")) {
            try corpus.searcher.search(
                query(raw), statistics: CollectionStatistics(), shouldStop: { false })
        }
    }

    @Test func noShardsGiveAnEmptyAnswer() throws {
        let searcher = Searcher(shards: [], schema: corpus.schema)
        let top = try searcher.search(
            query(.matchAll(boost: 1)), statistics: CollectionStatistics(), shouldStop: { false })
        #expect(top.hits.isEmpty)
        #expect(top.total == TotalHits(value: 0, isLowerBound: false))
    }

    @Test func aTermsFacetHasALimit() throws {
        let column = corpus.searcher.segments[0].view.segment.column("price")
        let counter = TermsFacetCounter(
            TermsAggregation(field: "price"), columns: [column], valueLimit: 3)
        try counter.begin(segment: 0)
        let documents = (0..<UInt32(300)).map { $0 }
        #expect(throws: ExecutionError.tooManyFacetValues(field: "price", limit: 3)) {
            try documents.withUnsafeBufferPointer { buffer in
                if let start = buffer.baseAddress { try counter.count(start, 300) }
            }
            try counter.endSegment()
        }
    }

    @Test func fetchesInTheOrderAskedFor() throws {
        let search = query(.matchAll(boost: 1), count: 40)
        let top = try corpus.searcher.search(
            search, statistics: CollectionStatistics(), shouldStop: { false })
        let byID = Dictionary(uniqueKeysWithValues: corpus.documents.map { ($0.id, $0) })
        let fetched = try corpus.searcher.fetch(
            top.hits.map(\.address), FetchSpecification(version: true, sequenceNumber: true),
            shouldStop: { false })
        #expect(fetched.count == 40)
        for (hit, document) in zip(top.hits, fetched) {
            let id = String(decoding: document.id, as: UTF8.self)
            #expect(DocumentRouting.hash(document.id) == hit.tieKey)
            #expect(document.source == byID[id]?.source)
            #expect(document.version == 1)
            #expect("doc-\(document.sequenceNumber)" == id)
        }
        let filtered = try corpus.searcher.fetch(
            top.hits.map(\.address),
            FetchSpecification(source: .paths(includes: ["year"], excludes: [])),
            shouldStop: { false })
        #expect(filtered.allSatisfy { ($0.source?.count ?? 99) < 40 })
        let none = try corpus.searcher.fetch(
            top.hits.map(\.address), FetchSpecification(source: .none), shouldStop: { false })
        #expect(none.allSatisfy { $0.source == nil })
    }

    @Test func anUnknownAddressIsAnError() {
        let address = HitAddress(shard: 7, segment: 0, document: 0)
        #expect(
            throws: ExecutionError.unknownAddress(shard: 7, segment: 0, document: 0)
        ) {
            try corpus.searcher.fetch([address], FetchSpecification(), shouldStop: { false })
        }
    }

    @Test func twoSetsOfDeletionsOfOneSizeAreToldApart() throws {
        let segment = corpus.searcher.segments[0].view.segment
        func frequency(_ deleted: UInt32) throws -> CollectionStatistics {
            var live = LiveDocuments(documentCount: segment.documentCount)
            live.delete(deleted)
            let view = ShardView(
                shard: 0, segments: [SegmentView(segment: segment, live: live)])
            return try Searcher(shards: [view], schema: corpus.schema).statistics(
                for: query(.term(field: "body", term: Term("w0"), boost: 1)))
        }
        let all = try (0..<UInt32(60)).map(frequency)
        #expect(Set(all.map { $0.fields["body"]?.totalTermFrequency }).count > 1)
        #expect(Set(all.map { $0.terms[TermKey(field: "body", term: Term("w0"))] }).count == 2)
        #expect(try frequency(3) == all[3])
    }
}
