// Which tokens of a text a query looks for.

import Analysis
import Queries

/// A token to be marked.
struct TokenMatch {
    /// UTF-8 byte offsets in the text.
    var range: Range<Int>
    let term: Term
}

/// The tokens of one text, by term.
struct TokenMatches {
    private let tokens: TokenBatch
    private let automata: Automata
    /// The numbers of each term's tokens, ascending, as their positions are.
    private let places: [Term: [Int]]

    /// The wanted tokens, in no order.
    static func find(
        _ wanted: HighlightTerms, in tokens: TokenBatch, _ automata: Automata
    ) -> [TokenMatch] {
        let index = TokenMatches(tokens, automata)
        var marked: Set<Int> = []
        for (term, places) in index.places {
            let isWanted =
                wanted.terms.contains(term)
                || wanted.prefixes.contains { term.bytes.starts(with: $0) }
            if isWanted { marked.formUnion(places) }
        }
        for pattern in wanted.patterns { marked.formUnion(index.tokens(like: pattern)) }
        for pattern in wanted.corrected {
            marked.formUnion(index.tokens(correcting: pattern))
        }
        for phrase in wanted.phrases { index.mark(phrase, &marked) }
        return marked.compactMap { index in
            let (start, end) = (Int(tokens.startOffsets[index]), Int(tokens.endOffsets[index]))
            return start < end
                ? TokenMatch(range: start..<end, term: Term(Array(tokens.term(index)))) : nil
        }
    }

    private init(_ tokens: TokenBatch, _ automata: Automata) {
        self.tokens = tokens
        self.automata = automata
        var places: [Term: [Int]] = [:]
        for index in 0..<tokens.count {
            places[Term(Array(tokens.term(index))), default: []].append(index)
        }
        self.places = places
    }

    /// Ascending. A pattern that cannot be used was refused long before.
    private func tokens(like pattern: TermPattern) -> [Int] {
        guard let automaton = try? automata.automaton(pattern) else { return [] }
        return places.filter { automaton.match($0.key.bytes) != nil }.flatMap(\.value).sorted()
    }

    /// Of the terms with the fewest edits.
    private func tokens(correcting pattern: TermPattern) -> [Int] {
        guard let automaton = try? automata.automaton(pattern) else { return [] }
        let edits = places.keys.compactMap { automaton.match($0.bytes) }
        guard let least = edits.min() else { return [] }
        return places.filter { automaton.match($0.key.bytes) == least }.flatMap(\.value)
    }

    // MARK: Phrases

    /// A word of a phrase and the tokens that can be it, ascending.
    private struct Part {
        let position: Int
        let tokens: [Int]
    }

    /// Marks the tokens of every occurrence: each word nearest to its place beside the first one,
    /// if all are within the slop.
    private func mark(_ phrase: HighlightTerms.Phrase, _ marked: inout Set<Int>) {
        var parts = phrase.terms.map {
            Part(position: $0.position, tokens: places[$0.term] ?? [])
        }
        if let last = phrase.last {
            parts.append(Part(position: last.position, tokens: tokens(like: last.pattern)))
        }
        guard let first = parts.first, !parts.contains(where: \.tokens.isEmpty) else { return }
        for start in first.tokens {
            let origin = position(start) - first.position
            var chosen = [start]
            var spread = 0...0
            for part in parts.dropFirst() {
                let wanted = origin + part.position
                guard let nearest = nearest(wanted, among: part.tokens, except: chosen) else {
                    break
                }
                chosen.append(nearest)
                let shift = position(nearest) - wanted
                spread = min(spread.lowerBound, shift)...max(spread.upperBound, shift)
            }
            guard chosen.count == parts.count,
                spread.upperBound - spread.lowerBound <= phrase.slop
            else { continue }
            marked.formUnion(chosen)
        }
    }

    private func position(_ token: Int) -> Int { Int(tokens.positions[token]) }

    /// The token whose position is nearest to the wanted one, the earlier of two.
    private func nearest(_ wanted: Int, among tokens: [Int], except chosen: [Int]) -> Int? {
        var low = 0
        var high = tokens.count
        while low < high {
            let middle = (low + high) / 2
            if position(tokens[middle]) < wanted { low = middle + 1 } else { high = middle }
        }
        var before = low - 1
        while before >= 0, chosen.contains(tokens[before]) { before -= 1 }
        while low < tokens.count, chosen.contains(tokens[low]) { low += 1 }
        guard low < tokens.count else { return before >= 0 ? tokens[before] : nil }
        guard before >= 0 else { return tokens[low] }
        let isNearer = wanted - position(tokens[before]) <= position(tokens[low]) - wanted
        return isNearer ? tokens[before] : tokens[low]
    }
}
