// Regular expressions: their meaning against a naive one, their errors, and their worst cases.

import Testing

@testable import Queries

private func automaton(
    _ text: String, _ operators: RegexpOperators = .all, ignoresCase: Bool = false
) throws -> TermAutomaton {
    try TermPattern.regexp(text, operators, ignoresCase: ignoresCase).automaton()
}

/// Step by step, as a walk through a dictionary does it.
func walks(_ automaton: TermAutomaton, _ text: String) -> Int? {
    var state = automaton.start()
    for byte in text.utf8 where state >= 0 { state = automaton.step(state, byte) }
    if state == TermAutomaton.full { return automaton.match(text.utf8) }
    return state >= 0 ? automaton.label(state) : nil
}

private func fault(
    _ text: String, _ operators: RegexpOperators = .all, stateLimit: Int = 10_000
) -> String {
    do throws(PatternError) {
        _ = try TermPattern.regexp(text, operators, ignoresCase: false)
            .automaton(stateLimit: stateLimit)
        return "accepted"
    } catch {
        return error.text
    }
}

@Suite struct RegexpTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func matchesWhatTheNaiveOneMatches(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var accepted = 0
        var tooLarge = 0
        for _ in 0..<400 {
            let plain = random.regexp(depth: random.below(4))
            let ignoresCase = random.chance(4)
            guard let pattern = try? automaton(plain.text, ignoresCase: ignoresCase) else {
                #expect(
                    fault(plain.text).hasPrefix("the pattern unfolds"),
                    "seed \(seed): /\(plain.text)/")
                tooLarge += 1
                continue
            }
            for _ in 0..<30 {
                let word = random.word(6)
                let isMatch = plain.matches(word, ignoringCase: ignoresCase)
                let place: Comment =
                    "seed \(seed): /\(plain.text)/ on \(word), ignoring case \(ignoresCase)"
                #expect((walks(pattern, word) != nil) == isMatch, place)
                #expect((pattern.match(word.utf8) != nil) == isMatch, place)
                accepted += isMatch ? 1 : 0
            }
        }
        #expect(accepted > 1_000 && tooLarge < 20, "seed \(seed): \(accepted), \(tooLarge)")
    }

    @Test(arguments: [
        ("a.c", "abc", true), ("a.c", "a日c", true), ("a.c", "ac", false), ("", "", true),
        ("", "a", false), ("a\\.c", "a.c", true), ("a\\.c", "abc", false),
        ("\\d+", "042", true), ("\\D", "7", false), ("\\w\\W\\s\\S", "_- x", true),
        ("[\\d.]+", "1.5", true), ("[a\\-c]", "-", true), ("[a\\-c]", "b", false),
        ("[a-]", "-", true), ("[^a-c]", "d", true), ("[^a-c]", "b", false),
        ("<1-100>", "007", true), ("<1-100>", "101", false), ("<01-12>", "7", false),
        ("<01-12>", "07", true), ("<0-5>", "0", true), ("<12-1>", "5", true),
        ("~(ab)&a.*", "abc", true), ("~(ab)&a.*", "ab", false), ("@x", "日x", true),
        ("\"a.b\"", "a.b", true), ("\"a.b\"", "axb", false), ("a|bc|d", "bc", true),
    ])
    func readsLucenesSyntax(_ pattern: String, _ text: String, _ isMatch: Bool) throws {
        #expect((walks(try automaton(pattern), text) != nil) == isMatch)
    }

    @Test func withoutAnOperatorItsCharactersMeanThemselves() throws {
        #expect(walks(try automaton("~a&b#@<1-2>", []), "~a&b#@<1-2>") != nil)
        #expect(walks(try automaton("a&b", .complement), "a&b") != nil)
        #expect(walks(try automaton("A\u{C9}", ignoresCase: true), "a\u{C9}") != nil)
        #expect(walks(try automaton("A\u{C9}", ignoresCase: true), "a\u{E9}") == nil)
    }

    @Test(arguments: [
        ("(a", "the parenthesis is not closed, at character 1"),
        ("a)", "[)] closes nothing; write \\) for the character, at character 2"),
        ("[a", "the bracket is not closed with ], at character 1"),
        ("x[]", "the brackets hold no character; write \\] for the character, at character 2"),
        ("[z-a]", "the range [z-a] runs backwards, at character 5"),
        ("*a", "[*] repeats nothing; write \\* for the character, at character 1"),
        ("a{x}", "a number must follow [{]; write \\{ for the character, at character 2"),
        ("a{2", "the repetition is not closed with }, at character 2"),
        ("a{3,2}", "a repetition goes from fewer to more, at character 2"),
        ("a|", "an expression is missing; write () for the empty text, at character 3"),
        ("a\\", "nothing follows the backslash, at character 2"),
        ("\"a", "the quotation is not closed, at character 1"),
        (
            "<a>",
            "an interval is written <1-100>, with up to 9 digits; write \\< for the character, "
                + "at character 1"
        ),
    ])
    func refuses(_ pattern: String, _ expected: String) {
        #expect(fault(pattern) == expected)
    }

    @Test func horrorsAreRefusedOrAnswered() throws {
        let unfolds = "the pattern unfolds to more than [10000] states"
        for horror in [
            "[ab]{1000}{1000}{1000}", "(){1000}{1000}{1000}", "(a?){100}{100}{100}",
            "((((a{9}){9}){9}){9}){9}", "~([ab]*a[ab]{30})", "(.*a.{20})&(.*b.{21})",
        ] {
            #expect(fault(horror).hasPrefix(unfolds), "\(horror)")
        }
        #expect(fault("a{50}", stateLimit: 20).hasPrefix("the pattern unfolds to more than [20]"))
        let open = String(repeating: "(", count: 400)
        #expect(fault(open + "a").contains("nested more than 200 deep"))
        #expect(fault(String(repeating: "~", count: 400) + "a").contains("more than 200 deep"))
        #expect(fault(String(repeating: "(", count: 5_000)).contains("longer than the [1000]"))
        // Exponentially many states, of which a text meets few.
        let tail = try automaton("[ab]*a[ab]{400}")
        var random = SeededGenerator(seed: 11)
        for _ in 0..<3 {
            let letters = (0..<1_500).map { _ in 97 + UInt8(random.below(2)) }
            let text = String(decoding: letters, as: UTF8.self)
            let isMatch = Array(text.utf8)[text.utf8.count - 401] == 97
            #expect((walks(tail, text) != nil) == isMatch)
        }
        let optional = try automaton("(a?){300}a{300}")
        #expect(walks(optional, String(repeating: "a", count: 500)) != nil)
        #expect(walks(optional, String(repeating: "a", count: 601)) == nil)
        #expect(walks(try automaton("((a*)*)*b"), String(repeating: "a", count: 9_000)) == nil)
    }

    @Test func littleMemoryChangesNothing() throws {
        var random = SeededGenerator(seed: 12)
        for _ in 0..<100 {
            let plain = random.regexp(depth: 2)
            let node = try RegexpParser.parse(plain.text, .all, ignoresCase: false)
            let small = TermAutomaton(try node.program(stateLimit: 10_000), memoryLimit: 60)
            for _ in 0..<20 {
                let word = random.word(8)
                #expect(
                    (walks(small, word) != nil) == plain.matches(word),
                    "seed 12: /\(plain.text)/ on \(word)")
                if random.chance(3) { small.forget() }
            }
        }
    }

    @Test func rangesOfCodePointsAreThoseOfTheirBytes() {
        var random = SeededGenerator(seed: 13)
        let edges: [UInt32] = [
            0, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF,
        ]
        func scalar() -> UInt32 {
            let chosen =
                random.chance(2)
                ? edges[random.below(edges.count)] : UInt32(random.below(0x110000))
            return (0xD800...0xDFFF).contains(chosen) ? 0xD7FF : chosen
        }
        for _ in 0..<500 {
            let pair = [scalar(), scalar()].sorted()
            let parts =
                pair[0] < 0xD800 && pair[1] >= 0xE000
                ? [pair[0]...0xD7FF, 0xE000...pair[1]] : [pair[0]...pair[1]]
            let sequences = parts.flatMap(UTF8Ranges.split)
            for _ in 0..<20 {
                let probe = random.chance(2) ? scalar() : pair[random.below(2)]
                let bytes = UTF8Ranges.encoded(probe)
                let count = sequences.filter { sequence in
                    sequence.count == bytes.count
                        && zip(sequence, bytes).allSatisfy { $0.contains($1) }
                }.count
                #expect(count == ((pair[0]...pair[1]).contains(probe) ? 1 : 0), "\(pair) \(probe)")
            }
        }
    }
}
