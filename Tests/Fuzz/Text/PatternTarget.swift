// Patterns of any text: read or refused, and then matched in two ways that must agree.

import Analysis
import Storage

@testable import Queries

enum PatternTarget {
    static let target = FuzzTarget(
        name: "pattern", reads: "RegexpParser, WildcardPart, FuzzyWord, TermAutomaton: any pattern",
        seeds: seeds, run: run)

    /// which kind, its options, pattern and text.
    static func run(_ bytes: UnsafeRawBufferPointer) throws {
        var input = FuzzInput(bytes)
        let kind = input.byte()
        let options = input.byte()
        let (first, second) = input.split()
        let pattern = self.pattern(kind, options, String(decoding: first, as: UTF8.self))
        let automaton = try pattern.automaton(stateLimit: 2_000)
        let text = [UInt8](second)
        let label = automaton.match(text)
        try require(walk(automaton, text) == label, "\(pattern) walks to something else")
        try require(automaton.match(text) == label, "\(pattern) matches differently again")
        if case .wildcard(let spelling, let ignoresCase) = pattern {
            let parts = WildcardPart.normalized(try WildcardPart.parse(spelling))
            let same = TermPattern.wildcard(WildcardPart.text(parts), ignoresCase: ignoresCase)
            try require(
                try same.automaton().match(text) == label, "\(pattern) is not what \(same) is")
        }
    }

    private static func pattern(_ kind: UInt8, _ options: UInt8, _ text: String) -> TermPattern {
        switch kind % 3 {
        case 0: .wildcard(text, ignoresCase: options & 1 != 0)
        case 1:
            .regexp(
                text, RegexpOperators(rawValue: (options >> 1) & 31),
                ignoresCase: options & 1 != 0)
        default:
            .fuzzy(
                FuzzyWord(
                    word: Term(text), distance: 1 + Int(options & 1),
                    prefixLength: Int((options >> 1) & 7), transpositions: options & 16 != 0))
        }
    }

    private static func walk(_ automaton: TermAutomaton, _ text: [UInt8]) -> Int? {
        var state = automaton.start()
        for byte in text where state >= 0 { state = automaton.step(state, byte) }
        if state == TermAutomaton.full { return automaton.match(text) }
        return state >= 0 ? automaton.label(state) : nil
    }

    private static func seeds() -> [[UInt8]] {
        let all = RegexpOperators.all.rawValue << 1
        let patterns: [(UInt8, UInt8, String, String)] = [
            (0, 0, "a*?b\\*", "axxb*"), (0, 1, "Ant*", "aNTS"),
            (1, all, "a(b|c){2,3}[^d-f]@", "abcbxyz"), (1, all, "~(a.*)&<1-20>|\"x.y\"", "017"),
            (1, 0, "a&b#~@<", "a&b#~@<"), (1, all | 1, "\\d+\\w?\\S", "12a-"),
            (2, 17, "größe", "grösse"), (2, 2, "ant", "atn"),
        ]
        return patterns.map { kind, options, pattern, text in
            var writer = ByteWriter()
            writer.raw([kind, options])
            writer.split(Array(pattern.utf8), Array(text.utf8))
            return writer.bytes
        }
    }
}
