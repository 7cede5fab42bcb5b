// Words with edits against dynamic programming, wildcards against recursion.

import Analysis
import Testing

@testable import Queries

/// Edits from one word to another, with exchanged neighbours if wished; the restricted distance,
/// row by row.
func plainDistance(_ left: String, _ right: String, transpositions: Bool) -> Int {
    let a = Array(left.unicodeScalars)
    let b = Array(right.unicodeScalars)
    var rows = [Array(0...b.count)]
    for i in 0..<a.count {
        var row = [i + 1]
        for j in 0..<b.count {
            var best = min(row[j] + 1, rows[i][j + 1] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
            if transpositions, i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                best = min(best, rows[i - 1][j - 1] + 1)
            }
            row.append(best)
        }
        rows.append(row)
    }
    return rows[a.count][b.count]
}

private func plainWildcard(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool
{
    guard let first = pattern.first else { return text.isEmpty }
    let rest = pattern.dropFirst()
    switch first {
    case "*":
        return (text.startIndex...text.endIndex).contains { plainWildcard(rest, text[$0...]) }
    case "?": return !text.isEmpty && plainWildcard(rest, text.dropFirst())
    case "\\":
        return text.first == rest.first && plainWildcard(rest.dropFirst(), text.dropFirst())
    default: return text.first == first && plainWildcard(rest, text.dropFirst())
    }
}

@Suite struct FuzzyAndWildcardTests {
    /// The bytes to go on with, from each place on, are those that do not lead to death.
    @Test(arguments: [24, 25] as [UInt64])
    func nextBytesAreAlive(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            let word = FuzzyWord(
                word: Term(random.word(6)), distance: 1 + random.below(2), prefixLength: 0,
                transpositions: true)
            let automaton = try TermPattern.fuzzy(word).automaton()
            var state = automaton.start()
            for _ in 0..<5 {
                let alive = (0..<256).filter {
                    automaton.step(state, UInt8($0)) != TermAutomaton.dead
                }
                for place in 0...256 {
                    let expected = alive.first { $0 >= place }.map { UInt8($0) }
                    #expect(automaton.nextByte(state, from: place) == expected, "seed \(seed)")
                }
                guard !alive.isEmpty else { break }
                state = automaton.step(state, UInt8(alive[random.below(alive.count)]))
            }
        }
    }

    @Test(arguments: [21, 22, 23] as [UInt64])
    func labelsAreTheEdits(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var near = 0
        for _ in 0..<300 {
            let word = random.word(7)
            let distance = 1 + random.below(2)
            let prefix = random.chance(2) ? 0 : random.below(4)
            let transpositions = random.chance(2)
            let automaton = try TermPattern.fuzzy(
                FuzzyWord(
                    word: Term(word), distance: distance, prefixLength: prefix,
                    transpositions: transpositions)
            ).automaton()
            for _ in 0..<30 {
                var other = Array(word.unicodeScalars)
                for _ in 0..<random.below(4) {
                    let place = random.below(other.count + 1)
                    switch random.below(4) {
                    case 0: other.insert(random.letter(), at: place)
                    case 1 where place < other.count: other.remove(at: place)
                    case 2 where place < other.count: other[place] = random.letter()
                    case 3 where place + 1 < other.count: other.swapAt(place, place + 1)
                    default: break
                    }
                }
                let text = String(String.UnicodeScalarView(other))
                // The beginning is as it is; the edits are those of the rest.
                let fixed = Array(word.unicodeScalars.prefix(prefix))
                var expected: Int?
                if other.starts(with: fixed) {
                    let edits = plainDistance(
                        String(word.unicodeScalars.dropFirst(fixed.count)),
                        String(String.UnicodeScalarView(other.dropFirst(fixed.count))),
                        transpositions: transpositions)
                    expected = edits <= distance ? edits : nil
                }
                near += expected == nil ? 0 : 1
                #expect(
                    walks(automaton, text) == expected,
                    "seed \(seed): \(word) to \(text), \(distance) after \(prefix)")
            }
        }
        #expect(near > 1_000)
    }

    @Test func similarityIsLucenes() {
        let word = FuzzyWord(
            word: Term("quick"), distance: 2, prefixLength: 0, transpositions: true)
        #expect(word.similarity(of: Term("quick"), edits: 0) == 1)
        #expect(word.similarity(of: Term("quack"), edits: 1) == 1 - Float(1) / 5)
        #expect(word.similarity(of: Term("日本"), edits: 1) == 0.5)
        #expect(word.similarity(of: Term("qu"), edits: 2) == 0)
    }

    @Test(arguments: [31, 32] as [UInt64])
    func wildcardsMatchWhatRecursionMatches(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var matches = 0
        for _ in 0..<500 {
            let pieces = ["a", "b", "é", "*", "?", "\\*", "\\?", "\\\\"]
            let pattern = (0..<random.below(6)).map { _ in pieces[random.below(pieces.count)] }
                .joined()
            let automaton = try TermPattern.wildcard(pattern, ignoresCase: false).automaton()
            let parts = WildcardPart.normalized(try WildcardPart.parse(pattern))
            let same = try TermPattern.wildcard(WildcardPart.text(parts), ignoresCase: false)
                .automaton()
            for _ in 0..<30 {
                let letters = ["a", "b", "é", "*", "?", "\\"]
                let text = (0..<random.below(6)).map { _ in letters[random.below(letters.count)] }
                    .joined()
                let expected = plainWildcard(Array(pattern)[...], Array(text)[...])
                matches += expected ? 1 : 0
                #expect(
                    (walks(automaton, text) != nil) == expected, "seed \(seed): \(pattern) \(text)")
                #expect((walks(same, text) != nil) == expected, "seed \(seed): \(pattern) \(text)")
            }
        }
        #expect(matches > 200)
    }

    @Test func wildcardsHaveOneSpelling() throws {
        for (text, expected) in [
            ("a**b", "a*b"), ("a*?*b", "a?*b"), ("\\a\\*", "a\\*"), ("*?", "?*"), ("a", "a"),
        ] {
            let parts = WildcardPart.normalized(try WildcardPart.parse(text))
            #expect(WildcardPart.text(parts) == expected)
            #expect(WildcardPart.normalized(parts) == parts)
        }
        #expect(throws: PatternError.self) { try WildcardPart.parse("a\\") }
    }

    @Test func manyStarsTakeLinearTime() throws {
        let text = String(repeating: "abcdeabcde", count: 2_000)
        let automaton = try TermPattern.wildcard("*a*b*c*d*e*f*", ignoresCase: false).automaton()
        #expect(walks(automaton, text) == nil)
        #expect(walks(automaton, text + "f") == 0)
        let long = String(repeating: "a", count: 20_000)
        #expect(throws: PatternError.self) {
            try TermPattern.wildcard(long + "*", ignoresCase: false).automaton()
        }
    }
}
