// Corrections from segments, deletions and shards, against looking at every document.

import Analysis
import Queries
import Testing

@testable import Execution

struct SuggestTests {
    private static let bodies = [
        #"""
        {"suggest":{"text":"w1 w23 w999 w0x","a":{"term":{"field":"body",
        "suggest_mode":"always","min_word_length":1,"max_term_freq":1000000}}}}
        """#,
        #"""
        {"suggest":{"a":{"text":"w17 w5 t3","term":{"field":"tag","suggest_mode":"popular",
        "min_word_length":2,"prefix_length":0,"accuracy":0,"sort":"frequency",
        "max_term_freq":0.9}}}}
        """#,
        #"""
        {"suggest":{"a":{"text":"w1234 ww3 w7","term":{"field":"title","min_word_length":2,
        "size":3,"min_doc_freq":2}}}}
        """#,
        #"""
        {"suggest":{"a":{"text":"w1 w3x ww2 w4","phrase":{"field":"body","max_errors":2,
        "confidence":0,"direct_generator":[{"field":"body","min_word_length":1,
        "suggest_mode":"always","max_term_freq":1000000}],
        "highlight":{"pre_tag":"<","post_tag":">"}}}}}
        """#,
        #"""
        {"suggest":{"a":{"text":"w1 w2","phrase":{"field":"body","gram_size":3,
        "smoothing":{"laplace":{"alpha":0.5}},"max_errors":0.5,"confidence":0,
        "direct_generator":[{"field":"title","min_word_length":1,"suggest_mode":"popular",
        "max_term_freq":1000000}]}}}}
        """#,
    ]

    /// As the root does it.
    private func answers(
        _ suggestions: [AnalyzedSuggestion],
        _ ask: (SuggestionNeeds) throws -> CollectionStatistics
    ) throws -> [SuggestAnswer] {
        var known = try ask(SuggestionNeeds(suggestions))
        var further = SuggestionNeeds()
        for suggestion in suggestions { further.formUnion(suggestion.furtherNeeds(known)) }
        known.add(try ask(further))
        return suggestions.map { $0.answer(known) }
    }

    private func ask(
        _ needs: SuggestionNeeds, of searcher: Searcher
    ) throws -> CollectionStatistics {
        var query = ShardQuery(query: .matchNone, count: 0, trackTotalHits: .none)
        query.suggested = needs
        return try searcher.begin(query) { false }.suggested()
    }

    @Test(arguments: RandomSearchTests.settings)
    func equalsLookingAtEveryDocumentForAnySplit(
        _ setting: RandomSearchTests.Setting
    ) throws {
        let corpus = try setting.corpus()
        let oracle = Oracle(corpus.documents)
        let analyzer = QueryAnalyzer(schema: corpus.schema, nowMilliseconds: 0)
        var random = SeededGenerator(seed: setting.seed &+ 900)
        var options = 0
        for body in Self.bodies {
            let request = try QueryDSLParser.parseSearch(Array(body.utf8))
            let suggestions = try analyzer.suggestions(for: request)
            let wanted = try answers(suggestions) { oracle.statistics(for: $0) }
            options += wanted.flatMap(\.entries).reduce(0) { $0 + $1.options.count }
            let merged = try corpus.merged()
            #expect(
                try answers(suggestions) { try ask($0, of: merged) } == wanted,
                "\(setting), merged, \(body)")
            for _ in 0..<3 {
                var leaves = [[ShardView]](repeating: [], count: 1 + random.below(4))
                for shard in corpus.shards { leaves[random.below(leaves.count)].append(shard) }
                let searchers = leaves.map { Searcher(shards: $0, schema: corpus.schema) }
                let found = try answers(suggestions) { needs in
                    var sum = CollectionStatistics()
                    for searcher in searchers { sum.add(try ask(needs, of: searcher)) }
                    return sum
                }
                #expect(found == wanted, "\(setting), \(leaves.count) leaves, \(body)")
            }
        }
        #expect(options > 5, "hardly anything is suggested for \(setting)")
    }

    /// Every term of the field is looked at, by a distance that is computed by the book.
    @Test(arguments: RandomSearchTests.settings)
    func wordsAreThoseFewEditsAway(_ setting: RandomSearchTests.Setting) throws {
        let corpus = try setting.corpus()
        let searcher = corpus.searcher
        var frequencies: [String: Int64] = [:]
        for document in corpus.documents {
            for word in Set(document.body.map(\.word)) { frequencies[word, default: 0] += 1 }
        }
        let body = #"{"suggest":{"a":{"text":"w1x","term":{"field":"body","min_word_length":1}}}}"#
        let request = try QueryDSLParser.parseSearch(Array(body.utf8))
        let analyzer = QueryAnalyzer(schema: corpus.schema, nowMilliseconds: 0)
        let suggestions = try analyzer.suggestions(for: request)
        let found = try answers(suggestions) { try ask($0, of: searcher) }
        // Two of three characters right are more than half; of two, one is wrong.
        let wanted = frequencies.filter { word, _ in
            let edits = Self.distance(Array(word), Array("w1x"))
            return word.hasPrefix("w") && 1 - Float(edits) / Float(min(3, word.count)) >= 0.5
        }.map { word, count in
            SuggestOption(
                text: word,
                score: 1 - Float(Self.distance(Array(word), Array("w1x")))
                    / Float(min(3, word.count)), frequency: count)
        }.sorted {
            ($1.score, $1.frequency ?? 0, $0.text) < ($0.score, $0.frequency ?? 0, $1.text)
        }
        #expect(found[0].entries[0].options == Array(wanted.prefix(5)), "\(setting)")
        #expect(!wanted.isEmpty)
    }

    /// The restricted distance of Damerau and Levenshtein.
    private static func distance(_ a: [Character], _ b: [Character]) -> Int {
        var rows = [[Int]](
            repeating: [Int](repeating: 0, count: b.count + 1), count: a.count + 1)
        for i in 0...a.count { rows[i][0] = i }
        for j in 0...b.count { rows[0][j] = j }
        for i in stride(from: 1, through: a.count, by: 1) {
            for j in stride(from: 1, through: b.count, by: 1) {
                let cost = a[i - 1] == b[j - 1] ? 0 : 1
                rows[i][j] = min(
                    rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + cost)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
                }
            }
        }
        return rows[a.count][b.count]
    }
}
