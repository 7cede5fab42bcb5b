// What a leaf knows of the terms a query stands for.

import Analysis
import Queries
import Segments

enum ExpansionCandidates {
    /// So many further terms are gathered before they are sorted in.
    private static let batch = 4 * ExpandedTerms.maximumTerms

    /// The first candidates of all segments together, with the number of live documents they
    /// occur in; of a word that may be misspelt, what can be taken of them.
    static func find(
        _ expansion: TermExpansion, in entries: TermEntries, _ stop: StopSignal
    ) throws -> ExpandedTerms {
        guard let known = expansion.correctsUpTo, case .fuzzy(var word) = expansion.pattern else {
            return try walk(expansion, in: entries, stop)
        }
        let number = entries.number(of: TermKey(field: expansion.field, term: word.word))
        let frequency = try entries.segments.indices.reduce(Int64(0)) {
            $0 + (try entries.documentFrequency(number, in: $1))
        }
        var result = ExpandedTerms()
        if frequency > known {
            result.add(
                ExpandedTerms([
                    ExpandedTerm(term: word.word, edits: 0, documentFrequency: frequency)
                ]))
            return result
        }
        let distance = word.distance
        for edits in 1...max(1, distance) where !result.decides(known) {
            word.distance = edits
            var nearer = expansion
            nearer.pattern = .fuzzy(word)
            result = try walk(nearer, in: entries, stop)
        }
        return result
    }

    private static func walk(
        _ expansion: TermExpansion, in entries: TermEntries, _ stop: StopSignal
    ) throws -> ExpandedTerms {
        let automaton = try entries.automaton(expansion.pattern)
        var result = ExpandedTerms()
        var gathered: [ExpandedTerm] = []
        for segment in entries.segments.indices {
            guard let field = entries.field(expansion.field, in: segment) else { continue }
            var matches = TermMatches(automaton, in: field, stop)
            while let (bytes, entry, edits) = try matches.next() {
                let term = Term(bytes)
                if result.isBeyondLast(term, edits: edits) {
                    // Without edits, so are all terms behind it.
                    if edits == 0 { break }
                    continue
                }
                var found = ExpandedTerm(term: term, edits: edits, documentFrequency: 0)
                guard expansion.similarity(of: found) > 0 else { continue }
                found.documentFrequency = try entries.documentFrequency(
                    TermKey(field: expansion.field, term: term), field, entry, in: segment)
                if found.documentFrequency > 0 { gathered.append(found) }
                if gathered.count < batch { continue }
                result.add(ExpandedTerms(gathered))
                gathered.removeAll(keepingCapacity: true)
            }
        }
        result.add(ExpandedTerms(gathered))
        automaton.forgetMuch()
        return result
    }
}
