// Walking automaton and dictionary together against looking at every term.

import Analysis
import Segments
import Storage
import Testing

@testable import Execution
@testable import Queries

struct TermMatchesTests {
    /// A segment whose keywords share beginnings, some of them beyond ASCII.
    private func field(seed: UInt64, terms count: Int) throws -> (FieldIndex, [String]) {
        var random = SeededGenerator(seed: seed)
        var terms: Set<String> = []
        while terms.count < count {
            terms.insert(
                (0..<1 + random.below(7)).map { _ in random.pick(["a", "b", "c", "é", "日", "1"]) }
                    .joined())
        }
        let mappings = #"{"properties": {"tag": {"type": "keyword"}}}"#
        let schema = try Schema(mappings: JSONParser.parse(Array(mappings.utf8)), settings: nil)
        let builder = SegmentBuilder(schema: schema)
        let parser = DocumentParser(schema: schema)
        for (number, term) in terms.sorted().enumerated() {
            let source = Array(#"{"tag": "\#(term)"}"#.utf8)
            _ = builder.add(
                try parser.parse(source), id: "\(number)", source: source,
                sequenceNumber: Int64(number), version: 1)
        }
        let reader = try SegmentReader(MappedBytes(owned: try builder.finish()), name: "terms")
        return (try #require(reader.field("tag")), terms.map { $0 })
    }

    private static let patterns: [TermPattern] = [
        .wildcard("*", ignoresCase: false), .wildcard("a*b*c", ignoresCase: false),
        .wildcard("?é*", ignoresCase: false), .wildcard("*日", ignoresCase: false),
        .wildcard("B?A*", ignoresCase: true), .wildcard("x*", ignoresCase: false),
        .regexp("a[bc]{2,3}.*1", .all, ignoresCase: false),
        .regexp("~(.*a.*)", .all, ignoresCase: false),
        .regexp("(a|b)*c?&.{3}", .all, ignoresCase: false), .regexp("#", .all, ignoresCase: false),
        .regexp("[^a]@", .all, ignoresCase: false),
    ]

    /// All matches, which must come in order and with their entries.
    private func labels(
        of matches: inout some MatchingTerms, in field: FieldIndex
    ) throws -> [Term: Int] {
        var labels: [Term: Int] = [:]
        var last: Term?
        while let (bytes, entry, label) = try matches.next() {
            let term = Term(bytes)
            #expect(last.map { $0 < term } ?? true)
            #expect(try field.find(bytes) == entry)
            labels[term] = label
            last = term
        }
        return labels
    }

    @Test(arguments: [51, 52] as [UInt64])
    func findsEveryMatchAndNoOther(_ seed: UInt64) throws {
        let (field, terms) = try field(seed: seed, terms: 2_000)
        var random = SeededGenerator(seed: seed)
        let words = (0..<20).map { _ in random.pick(terms) }
        let fuzzy = words.map { word in
            TermPattern.fuzzy(
                FuzzyWord(
                    word: Term(word), distance: 1 + random.below(2), prefixLength: random.below(3),
                    transpositions: random.chance(50)))
        }
        for pattern in Self.patterns + fuzzy {
            let naive = try pattern.automaton()
            var expected: [Term: Int] = [:]
            for term in terms { expected[Term(term)] = naive.match(term.utf8) }
            let automaton = try pattern.automaton()
            for _ in 0..<2 {
                var matches = TermMatches(automaton, in: field, StopSignal { false })
                let found = try labels(of: &matches, in: field)
                #expect(found == expected, "seed \(seed): \(pattern)")
            }
        }
    }

    /// By signatures and with a walk, whose memory is as small as it gets: the same terms.
    @Test(arguments: [61, 62, 63] as [UInt64])
    func findsMisspellingsByTheirLetters(_ seed: UInt64) throws {
        let (field, terms) = try field(seed: seed, terms: 3_000)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            var word = Array(random.pick(terms).unicodeScalars)
            for _ in 0..<random.below(3) {
                let place = random.below(word.count)
                let letter = random.pick(Array("abcé日1x".unicodeScalars))
                switch random.below(3) {
                case 0: word[place] = letter
                case 1: word.insert(letter, at: place)
                default: word.swapAt(place, random.below(word.count))
                }
            }
            let fuzzy = FuzzyWord(
                word: Term(String(String.UnicodeScalarView(word))),
                distance: 1 + random.below(2), prefixLength: random.below(4),
                transpositions: random.chance(50))
            let program = try fuzzy.program(stateLimit: 10_000)
            let naive = TermAutomaton(program)
            var expected: [Term: Int] = [:]
            for term in terms { expected[Term(term)] = naive.match(term.utf8) }
            for memory in [40, 400, TermAutomaton.memoryLimit] {
                let automaton = TermAutomaton(program, memoryLimit: memory)
                var matches = try #require(
                    try SimilarTermMatches(fuzzy, automaton, in: field, StopSignal { false }))
                let found = try labels(of: &matches, in: field)
                #expect(found == expected, "seed \(seed): \(fuzzy)")
            }
        }
    }

    @Test(arguments: [40, 90, 400])
    func littleMemoryChangesNothing(_ memory: Int) throws {
        let (field, terms) = try field(seed: 53, terms: 600)
        for text in ["(a|b|c)*1.{2}", "@日@", "[abc1]{2,4}é.*", "~(a.*)"] {
            let node = try RegexpParser.parse(text, .all, ignoresCase: false)
            let program = try node.program(stateLimit: 1_000)
            let small = TermAutomaton(program, memoryLimit: memory)
            var matches = TermMatches(small, in: field, StopSignal { false })
            var found: Set<String> = []
            while let (bytes, _, _) = try matches.next() {
                found.insert(String(decoding: bytes, as: UTF8.self))
            }
            let large = TermAutomaton(program)
            #expect(found == Set(terms.filter { large.match($0.utf8) != nil }), "\(text)")
        }
    }

    @Test func stopsWhenAsked() throws {
        let (field, _) = try field(seed: 54, terms: 300)
        let automaton = try TermPattern.wildcard("*a", ignoresCase: false).automaton()
        var matches = TermMatches(automaton, in: field, StopSignal { true })
        #expect(throws: ExecutionError.stopped) { try matches.next() }
    }
}
