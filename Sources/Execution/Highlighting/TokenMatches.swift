// Which tokens of a text a query looks for.

import Analysis
import Queries

/// A token to be marked.
struct TokenMatch {
    /// UTF-8 byte offsets in the text.
    let range: Range<Int>
    let term: Term
}

enum TokenMatches {
    /// The wanted tokens, ascending and without overlaps.
    static func find(
        _ wanted: HighlightTerms, in tokens: TokenBatch, _ automata: Automata
    ) -> [TokenMatch] {
        let terms = (0..<tokens.count).map { Term(Array(tokens.term($0))) }
        var isMarked = terms.map { term in
            wanted.terms.contains(term)
                || wanted.prefixes.contains { term.bytes.starts(with: $0) }
        }
        for pattern in wanted.patterns {
            for (index, edits) in matching(pattern, terms, automata).enumerated() where edits != nil
            {
                isMarked[index] = true
            }
        }
        for pattern in wanted.corrected {
            let all = matching(pattern, terms, automata)
            guard let least = all.compactMap({ $0 }).min() else { continue }
            for (index, edits) in all.enumerated() where edits == least { isMarked[index] = true }
        }
        for phrase in wanted.phrases.flatMap({ phrases($0, terms, automata) }) {
            mark(phrase, terms, tokens.positions, &isMarked)
        }
        var matches: [TokenMatch] = []
        for index in terms.indices where isMarked[index] {
            let start = Int(tokens.startOffsets[index])
            let end = Int(tokens.endOffsets[index])
            guard start < end else { continue }
            if let last = matches.last, start < last.range.upperBound {
                // Bigrams and pieces of words overlap: together they are one place.
                let range = last.range.lowerBound..<max(last.range.upperBound, end)
                matches[matches.count - 1] = TokenMatch(range: range, term: last.term)
                continue
            }
            matches.append(TokenMatch(range: start..<end, term: terms[index]))
        }
        return matches
    }

    /// The edits of each term that matches. A pattern that cannot be used was refused long before.
    private static func matching(
        _ pattern: TermPattern, _ terms: [Term], _ automata: Automata
    ) -> [Int?] {
        guard let automaton = try? automata.automaton(pattern) else {
            return terms.map { _ in nil }
        }
        return terms.map { automaton.match($0.bytes) }
    }

    /// One phrase for each term of the text that can be its last.
    private static func phrases(
        _ phrase: HighlightTerms.Phrase, _ terms: [Term], _ automata: Automata
    ) -> [HighlightTerms.Phrase] {
        guard let last = phrase.last else { return [phrase] }
        let words = zip(terms, matching(last.pattern, terms, automata))
            .filter { $0.1 != nil }.map(\.0)
        return Set(words).sorted().map { word in
            var whole = phrase
            whole.terms.append(PhraseTerm(term: word, position: last.position))
            return whole
        }
    }

    /// Marks the tokens of every occurrence: each term nearest to its place beside the first one,
    /// if all are within the slop.
    private static func mark(
        _ phrase: HighlightTerms.Phrase, _ terms: [Term], _ positions: [UInt32],
        _ isMarked: inout [Bool]
    ) {
        guard let first = phrase.terms.first else { return }
        var places: [Term: [Int]] = [:]
        for (index, term) in terms.enumerated() { places[term, default: []].append(index) }
        for start in places[first.term] ?? [] {
            let origin = Int(positions[start]) - first.position
            var chosen = [start]
            var spread = 0...0
            for part in phrase.terms.dropFirst() {
                let candidates = (places[part.term] ?? []).filter { !chosen.contains($0) }
                func distance(_ index: Int) -> Int {
                    Int(positions[index]) - part.position - origin
                }
                guard
                    let nearest = candidates.min(by: { abs(distance($0)) < abs(distance($1)) })
                else { return }
                chosen.append(nearest)
                let shift = distance(nearest)
                spread = min(spread.lowerBound, shift)...max(spread.upperBound, shift)
            }
            guard spread.upperBound - spread.lowerBound <= phrase.slop else { continue }
            for index in chosen { isMarked[index] = true }
        }
    }
}
