// The segment under test, asked through the same parser, planner and searcher as a leaf's.

import Analysis
import Execution
import Queries
import Segments
import Storage

/// Not `Sendable`: one thread.
struct BenchTarget {
    private let searcher: Searcher
    private let analyzer: QueryAnalyzer
    private let segment: SegmentReader

    init(segment path: String) throws {
        let schema = try BenchBuild.schema()
        segment = try SegmentReader(MappedBytes(mapping: path), name: path)
        searcher = Searcher(
            shards: [ShardView(shard: 0, segments: [SegmentView(segment: segment, live: nil)])],
            schema: schema)
        analyzer = QueryAnalyzer(schema: schema, nowMilliseconds: 0)
    }

    /// Parses, plans, searches and collects: what is timed.
    func ask(_ text: String, _ task: BenchTask) throws -> TopHits {
        var request = SearchRequest()
        request.query = .queryString(
            QueryStringQuery(text: text, fields: [WeightedField(BenchBuild.field)]))
        request.size = task.size
        request.trackTotalHits = task.tracking
        let search = searcher.begin(try analyzer.resolve(request)) { false }
        return try search.hits(try search.statistics())
    }

    /// A JSON line: class, query, count and the ten best.
    func answer(_ query: BenchQuery) throws -> String {
        let found = try ask(query.text, .best10AndCount)
        let documents = try searcher.fetch(
            found.hits.map(\.address), FetchSpecification(source: .none)
        ) { false }
        let best = zip(found.hits, documents).map { hit, document -> JSONValue in
            [
                .string(String(decoding: document.id, as: UTF8.self)),
                .number(Double(hit.score ?? 0)),
            ]
        }
        let line: JSONValue = [
            "class": .string(query.group), "query": .string(query.text),
            "count": .integer(found.total?.value ?? 0), "top": .array(best),
        ]
        return line.description
    }
}
