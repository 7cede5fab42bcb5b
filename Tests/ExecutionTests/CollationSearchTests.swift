// Sorting and searching by sort keys, for any spread of the documents over leaves and segments.

import Analysis
import Queries
import Segments
import Storage
import Testing

@testable import Execution

struct CollationSearchTests {
    /// In the order of German; those of one line are equal at strength primary.
    static let names = [
        ["1 Rabe"], ["20 Raben"], ["100 Raben"],
        ["Apfel", "apfel", "Äpfel"], ["Azteke"], ["Öfen", "ofen", "OFEN"], ["ozean"],
        ["Strasse", "Straße", "STRASSE"], ["Zebra"],
    ]

    private let schema: Schema

    init() throws {
        let mappings = #"""
            {"properties":{"name":{"type":"keyword","fields":{"sort":{
              "type":"icu_collation_keyword","language":"de","strength":"primary",
              "numeric":true,"ignore_above":9}}}}}
            """#
        schema = try Schema(mappings: JSONParser.parse(Array(mappings.utf8)), settings: nil)
    }

    /// One leaf for each list of lists, one segment for each list of names.
    private func leaves(_ spread: [[[String]]]) throws -> [Searcher] {
        try spread.enumerated().map { shard, segments in
            let views = try segments.enumerated().map { number, names in
                let builder = SegmentBuilder(schema: schema)
                for name in names {
                    let source = Array(#"{"name":"\#(name)"}"#.utf8)
                    _ = builder.add(
                        try DocumentParser(schema: schema).parse(source), id: "id \(name)",
                        source: source, sequenceNumber: 1, version: 1)
                }
                return SegmentView(
                    segment: try SegmentReader(
                        MappedBytes(owned: try builder.finish()), name: "\(shard)/\(number)"),
                    live: nil)
            }
            return Searcher(shards: [ShardView(shard: shard, segments: views)], schema: schema)
        }
    }

    /// The ids, in the order of the answer.
    private func search(
        _ leaves: [Searcher], _ query: JSONValue, _ sort: [SortClause]
    ) throws -> (ids: [String], values: [SortValue]) {
        var request = SearchRequest()
        request.query = try QueryDSLParser.parseQuery(query)
        request.size = 100
        request.sort = sort
        let resolved = try QueryAnalyzer(schema: schema, nowMilliseconds: 0).resolve(request)
        var runs: [[Hit]] = []
        var ids: [HitAddress: String] = [:]
        for leaf in leaves {
            let hits = try leaf.search(
                resolved, statistics: CollectionStatistics(), shouldStop: { false }
            ).hits
            let documents = try leaf.fetch(
                hits.map(\.address), FetchSpecification(), shouldStop: { false })
            for (hit, document) in zip(hits, documents) {
                ids[hit.address] = String(decoding: document.id, as: UTF8.self)
            }
            runs.append(hits)
        }
        let merged = TopHits.mergeRuns(runs, order: HitOrder(sort: sort), count: 100)
        return (merged.compactMap { ids[$0.address] }, merged.compactMap(\.sortValues.first))
    }

    private func spread(_ random: inout SeededGenerator) -> [[[String]]] {
        var spread = (0..<(1 + random.below(3))).map { _ in
            [[String]](repeating: [], count: 1 + random.below(4))
        }
        for name in Self.names.joined() {
            let leaf = random.below(spread.count)
            spread[leaf][random.below(spread[leaf].count)].append(name)
        }
        return spread.map { $0.filter { !$0.isEmpty } }
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func theOrderIsThatOfTheLanguage(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let spread = try leaves(spread(&random))
        let whole = try leaves([[Array(Self.names.joined())]])
        for descending in [false, true] {
            let sort = [SortClause(field: .field("name.sort"), descending: descending)]
            let all: JSONValue = ["match_all": [:]]
            let expected = try search(whole, all, sort)
            let found = try search(spread, all, sort)
            #expect(found.ids == expected.ids && found.values == expected.values, "seed \(seed)")
            let lines = expected.ids.map { id in
                Self.names.firstIndex { $0.contains { "id \($0)" == id } } ?? -1
            }
            #expect(lines == (descending ? lines.sorted(by: >) : lines.sorted()))
            #expect(Set(expected.values.map { "\($0)" }).count == Self.names.count)
        }
        for (query, lines) in [
            (["term": ["name.sort": "äpfel"]], 3...3),
            (["terms": ["name.sort": ["STRAẞE", "strasse"]]], 7...7),
            (["range": ["name.sort": ["gte": "Äpfel", "lt": "OZEAN"]]], 3...5),
            (["range": ["name.sort": ["gt": "9 Raben", "lte": "0100 raben"]]], 1...2),
        ] as [(JSONValue, ClosedRange<Int>)] {
            let sort = [SortClause(field: .field("name.sort"))]
            let found = try search(spread, query, sort).ids
            let expected = Self.names[lines].joined().map { "id \($0)" }
            #expect(Set(found) == Set(expected), "seed \(seed), \(query)")
        }
    }

    @Test func whatMatchedIsMarked() throws {
        let request = HighlightRequest(fields: [HighlightField(name: "name.sort")])
        let query = try QueryAnalyzer(schema: schema, nowMilliseconds: 0)
            .normalForm(QueryDSLParser.parseQuery(["match": ["name.sort": "strasse"]]))
        let highlighter = Highlighter(request, query: query, schema: schema)
        let found = try highlighter.highlight(Array(#"{"name":["Straße","Strom"]}"#.utf8))
        #expect(found.map(\.fragments) == [["<em>Straße</em>"]])
    }
}
