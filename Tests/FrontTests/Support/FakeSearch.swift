// A search service that answers what it is told, and remembers what it was asked.
import Cluster
import Queries
import Synchronization

@testable import Front

final class FakeSearch: SearchService {
    typealias Answer = @Sendable (SearchRequest) async throws -> SearchResponse

    private struct State {
        var requests: [SearchRequest] = []
        var answer: Answer
    }

    private let state: Mutex<State>

    init(_ answer: @escaping Answer = { _ in Samples.response }) {
        state = Mutex(State(answer: answer))
    }

    var requests: [SearchRequest] { state.withLock { $0.requests } }

    func answers(_ answer: @escaping Answer) {
        state.withLock { $0.answer = answer }
    }

    func search(_ request: SearchRequest) async throws -> SearchResponse {
        let answer = state.withLock { state in
            state.requests.append(request)
            return state.answer
        }
        return try await answer(request)
    }
}

final class FakeGenerations: GenerationSource {
    private let current: Mutex<[IndexGeneration]?>

    init(_ generations: [IndexGeneration]? = Samples.response.generations) {
        current = Mutex(generations)
    }

    func set(_ generations: [IndexGeneration]?) {
        current.withLock { $0 = generations }
    }

    func generations(of indices: [String]) -> [IndexGeneration]? {
        current.withLock { $0 }
    }
}

enum Samples {
    static func generation(_ slot: Int64) -> IndexGeneration {
        IndexGeneration(indexUUID: "u-books", schemaVersion: 3, slots: [slot, 7])
    }

    /// Two hits, one of them with everything a hit can have, and every kind of facet.
    static let response = SearchResponse(
        took: .milliseconds(4), shards: ShardsSummary(total: 2, successful: 2),
        hits: [
            SearchHit(
                index: "books", id: "1", score: 1.5,
                source: Array(#"{"title":"Über \"trees\"","year":1999}"#.utf8),
                sortValues: [.integer(1999), .bytes(Array("oak".utf8)), .missing],
                highlights: [HighlightedField(field: "title", fragments: ["<em>trees</em>"])],
                version: 2, sequenceNumber: 10, primaryTerm: 1),
            SearchHit(index: "books", id: "2", score: nil, source: nil),
        ],
        total: TotalHits(value: 10_000, isLowerBound: true), maximumScore: 1.5, facets: facets,
        generations: [generation(41)],
        scatter: ScatterReport(
            coverage: 1, trips: 1,
            leaves: [
                LeafReport(
                    leaf: "leaf-0", shards: [0, 1], queued: .microseconds(1),
                    planned: .microseconds(20), scored: .microseconds(300),
                    fetched: .microseconds(40), network: .microseconds(150), hits: 2)
            ], merged: .microseconds(9), cacheVerdict: .bypass))

    /// Suggestions of every kind, and no hits.
    static let corrections: SearchResponse = {
        var result = response
        result.hits = []
        result.facets = []
        result.total = TotalHits(value: 0, isLowerBound: false)
        result.maximumScore = nil
        let oak = SuggestOption(text: "oak", score: 2 / 3, frequency: 3)
        let phrase = SuggestOption(
            text: "teh oak", score: 0.25, highlighted: "teh <em>oak</em>")
        let completion = SuggestOption(
            text: "Oak", score: 7,
            hit: SearchHit(
                index: "books", id: "1", score: 7, source: Array(#"{"title":"Oak"}"#.utf8)))
        result.suggestions = [
            SuggestAnswer(
                name: "word", kind: .term,
                entries: [
                    SuggestEntry(text: "teh", offset: 0, length: 3),
                    SuggestEntry(text: "oka", offset: 4, length: 3, options: [oak]),
                ]),
            SuggestAnswer(
                name: "whole", kind: .phrase,
                entries: [SuggestEntry(text: "teh oka", offset: 0, length: 7, options: [phrase])]),
            SuggestAnswer(
                name: "begun", kind: .completion,
                entries: [SuggestEntry(text: "o", offset: 0, length: 1, options: [completion])]),
        ]
        return result
    }()

    private static let facets = [
        FacetAnswer(
            name: "tag", aggregation: .terms(TermsAggregation(field: "tag")),
            result: FacetResult(
                buckets: [FacetBucket(key: .bytes(Array("oak".utf8)), count: 3)], otherCount: 4),
            fieldType: .keyword),
        FacetAnswer(
            name: "day", aggregation: .terms(TermsAggregation(field: "day")),
            result: FacetResult(buckets: [FacetBucket(key: .integer(0), count: 1)]),
            fieldType: .date),
        FacetAnswer(
            name: "flag", aggregation: .terms(TermsAggregation(field: "flag")),
            result: FacetResult(buckets: [FacetBucket(key: .integer(1), count: 1)]),
            fieldType: .boolean),
        FacetAnswer(
            name: "price",
            aggregation: .range(RangeAggregation(field: "price", ranges: [FacetRange(to: 10)])),
            result: FacetResult(buckets: [FacetBucket(key: .bytes([]), count: 2, to: 10)]),
            fieldType: .double),
        FacetAnswer(
            name: "span",
            aggregation: .range(
                RangeAggregation(
                    field: "day", ranges: [FacetRange(key: "old", to: 0)], keyed: true,
                    isDate: true)),
            result: FacetResult(
                buckets: [FacetBucket(key: .bytes(Array("old".utf8)), count: 2, to: 0)]),
            fieldType: .date),
    ]
}
