// What a leaf knows of the terms a query stands for.

import Analysis
import Queries
import Segments

enum ExpansionCandidates {
    /// So many further terms are gathered before they are sorted in.
    private static let batch = 4 * ExpandedTerms.maximumTerms

    /// The first candidates of all segments together, with the number of live documents they
    /// occur in; of a word that may be misspelt, what can be taken of them.
    /// - Parameter edits: terms with more need not be looked for where a word may be misspelt.
    static func find(
        _ expansion: TermExpansion, upTo edits: Int, in entries: TermEntries, _ stop: StopSignal
    ) throws -> ExpandedTerms {
        guard let known = expansion.correctsUpTo, case .fuzzy(var word) = expansion.pattern else {
            return try walk(expansion, in: entries, stop)
        }
        let number = entries.number(of: TermKey(field: expansion.field, term: word.word))
        let frequency = try entries.segments.indices.reduce(Int64(0)) {
            $0 + (try entries.documentFrequency(number, in: $1))
        }
        var result = ExpandedTerms()
        if frequency > 0 {
            result.add(
                ExpandedTerms([
                    ExpandedTerm(term: word.word, edits: 0, documentFrequency: frequency)
                ]))
        }
        for distance in 1...max(1, word.distance)
        where distance <= edits && !result.decides(known) {
            word.distance = distance
            var nearer = expansion
            nearer.pattern = .fuzzy(word)
            result = try walk(nearer, in: entries, stop)
        }
        return result
    }

    private static func walk(
        _ expansion: TermExpansion, in entries: TermEntries, _ stop: StopSignal
    ) throws -> ExpandedTerms {
        var result = ExpandedTerms()
        for segment in entries.segments.indices {
            guard let field = entries.field(expansion.field, in: segment) else { continue }
            let found = try ExpansionCache.shared.candidates(
                of: expansion, in: entries.documents(of: segment)
            ) {
                let automaton = try entries.automaton(expansion.pattern)
                defer { automaton.forgetMuch() }
                guard case .fuzzy(let word) = expansion.pattern,
                    var matches = try SimilarTermMatches(word, automaton, in: field, stop)
                else {
                    var matches = TermMatches(automaton, in: field, stop)
                    return try gather(&matches, expansion, field, segment, entries)
                }
                return try gather(&matches, expansion, field, segment, entries)
            }
            result.add(found)
        }
        return result
    }

    /// The first candidates of one segment.
    private static func gather(
        _ matches: inout some MatchingTerms, _ expansion: TermExpansion, _ field: FieldIndex,
        _ segment: Int, _ entries: TermEntries
    ) throws -> ExpandedTerms {
        var result = ExpandedTerms()
        var gathered: [ExpandedTerm] = []
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
        result.add(ExpandedTerms(gathered))
        return result
    }
}
