// Completions from segments, deletions and shards, against sorting all there are.

import Analysis
import Queries
import Segments
import Storage
import Testing

@testable import Execution

struct CompletionTests {
    private struct Input {
        var id: String
        var surface: String
        var weight: Int
    }

    private struct Corpus {
        var schema: Schema
        var shards: [ShardView] = []
        var live: [Input] = []
    }

    private static let words = ["oak", "Oaken", "tree", "trees", "élan", "東京", "o", "treat"]

    private func corpus(seed: UInt64) throws -> Corpus {
        var random = SeededGenerator(seed: seed)
        let mappings = #"{"properties": {"name": {"type": "completion"}}}"#
        let schema = try Schema(mappings: JSONParser.parse(Array(mappings.utf8)), settings: nil)
        var corpus = Corpus(schema: schema)
        let parser = DocumentParser(schema: schema)
        var number = 0
        for shard in 0..<1 + random.below(4) {
            var views: [SegmentView] = []
            for name in 0..<1 + random.below(3) {
                let builder = SegmentBuilder(schema: schema)
                let size = 1 + random.below(120)
                var live = LiveDocuments(documentCount: size)
                for document in 0..<size {
                    number += 1
                    let id = "d\(number)"
                    var object = "{\"name\":["
                    var inputs: [Input] = []
                    for place in 0..<random.below(4) {
                        let surface = (0..<1 + random.below(3))
                            .map { _ in random.pick(Self.words) }.joined(separator: " ")
                        // Few and many different weights, of classes of one and of several.
                        let weight = random.pick([
                            1, 1, random.below(20), random.below(1_000), 1 << random.below(31),
                            Int(Int32.max),
                        ])
                        object += place > 0 ? "," : ""
                        object +=
                            weight == 1
                            ? "\"\(surface)\"" : #"{"input":"\#(surface)","weight":\#(weight)}"#
                        inputs.append(Input(id: id, surface: surface, weight: weight))
                    }
                    let source = Array((object + "]}").utf8)
                    _ = builder.add(
                        try parser.parse(source), id: id, source: source,
                        sequenceNumber: Int64(number), version: 1)
                    if random.chance(20) {
                        live.delete(UInt32(document))
                    } else {
                        corpus.live += inputs
                    }
                }
                let reader = try SegmentReader(
                    MappedBytes(owned: try builder.finish()), name: "\(shard)/\(name)")
                views.append(SegmentView(segment: reader, live: live))
            }
            corpus.shards.append(ShardView(shard: shard, segments: views))
        }
        return corpus
    }

    private func form(_ text: String) -> String {
        text.lowercased().replacing(" ", with: "\u{1F}")
    }

    /// Text, weight and document.
    private func naive(
        _ inputs: [Input], _ suggester: CompletionSuggester, _ beginning: CompletionBeginning
    ) throws -> [String] {
        let automaton = try beginning.automaton()
        func matches(_ input: Input) -> Bool {
            let bytes = Array(form(input.surface).utf8)
            guard let automaton else { return bytes.starts(with: beginning.form) }
            return automaton.match([200] + bytes) != nil
        }
        let ranked = inputs.filter(matches).sorted { a, b in
            let (left, right) = (Term(form(a.surface)), Term(form(b.surface)))
            if a.weight != b.weight { return a.weight > b.weight }
            if left != right { return left < right }
            if a.surface != b.surface { return Term(a.surface) < Term(b.surface) }
            return DocumentRouting.hash(Array(a.id.utf8)) < DocumentRouting.hash(Array(b.id.utf8))
        }
        var seen: Set<String> = []
        return ranked.filter {
            seen.insert(suggester.skipsDuplicates ? $0.surface : $0.id).inserted
        }
        .prefix(suggester.size).map { "\($0.surface) \($0.weight) \($0.id)" }
    }

    private func found(
        _ corpus: Corpus, _ beginning: CompletionBeginning, _ random: inout SeededGenerator
    ) throws -> [String] {
        var leaves = [[ShardView]](repeating: [], count: 1 + random.below(3))
        for shard in corpus.shards { leaves[random.below(leaves.count)].append(shard) }
        var best = Completions(beginning)
        for (number, leaf) in leaves.enumerated() {
            var query = ShardQuery(query: .matchNone, count: 0, trackTotalHits: .none)
            query.suggested.beginnings = [beginning]
            let search = Searcher(shards: leaf, schema: corpus.schema).begin(query) { false }
            best.add(
                try search.completions()[0].map { completion in
                    var completion = completion
                    completion.hit.leaf = number
                    return completion
                })
        }
        return best.best.map { completion in
            let address = completion.hit.address
            let segment = corpus.shards[address.shard].segments[address.segment].segment
            let id = String(decoding: segment.id(address.document), as: UTF8.self)
            let surface = String(decoding: completion.entry.surface, as: UTF8.self)
            return "\(surface) \(completion.entry.weight) \(id)"
        }
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func equalsSortingAllForAnySplit(_ seed: UInt64) throws {
        let corpus = try corpus(seed: seed)
        var random = SeededGenerator(seed: seed &+ 1_000)
        let analyzer = QueryAnalyzer(schema: corpus.schema, nowMilliseconds: 0)
        var count = 0
        for text in ["o", "O", "oak", "oak tr", "tre", "trxe", "él", "東", "taer", "x", "oak oak o"]
        {
            for fuzziness in [nil, 1, 2] as [Int?] {
                var suggester = CompletionSuggester(field: "name")
                suggester.size = random.pick([1, 2, 5, 40, 1_000])
                suggester.skipsDuplicates = random.chance(50)
                if let fuzziness {
                    var fuzzy = CompletionSuggester.Fuzzy()
                    fuzzy.fuzziness = .edits(fuzziness)
                    fuzzy.prefixLength = random.below(2)
                    suggester.fuzzy = fuzzy
                }
                var request = SearchRequest()
                request.suggestions = [
                    NamedSuggestion(name: "a", text: text, suggester: .completion(suggester))
                ]
                let suggestion = try #require(try analyzer.suggestions(for: request).first)
                let beginning = try #require(suggestion.beginning)
                let wanted = try naive(corpus.live, suggester, beginning)
                count += wanted.count
                #expect(
                    try found(corpus, beginning, &random) == wanted,
                    "seed \(seed), \(text), \(suggester)")
            }
        }
        #expect(count > 0)
    }

    @Test func mergedSegmentsCompleteAlike() throws {
        let corpus = try corpus(seed: 77)
        let (image, _) = try SegmentMerger.merge(
            corpus.shards.flatMap(\.segments).map { ($0.segment, $0.live) }, reordering: nil,
            isCancelled: { false })
        var merged = corpus
        let reader = try SegmentReader(MappedBytes(owned: image), name: "merged")
        merged.shards = [
            ShardView(shard: 0, segments: [SegmentView(segment: reader, live: nil)])
        ]
        var random = SeededGenerator(seed: 78)
        let beginning = CompletionBeginning(
            field: "name", form: Array("tr".utf8), size: 30, skipsDuplicates: false)
        let first = try found(corpus, beginning, &random)
        #expect(try found(merged, beginning, &random) == first)
        #expect(first.count > 5)
    }
}
