// The terms of a field that are a few edits away from a word, found by what letters they have.

import Queries
import Segments

/// One pass over the terms whose signatures are like the word's, fewer than one in a hundred; the
/// automaton tells which of them match, and with how many edits.
struct SimilarTermMatches: MatchingTerms {
    private let terms: SimilarTerms
    private let automaton: TermAutomaton
    private let stop: StopSignal

    /// Nil where the automaton has to walk along the terms: there are too many to keep their
    /// signatures.
    /// - Parameter automaton: the word's, used by one pass at a time.
    init?(
        _ word: FuzzyWord, _ automaton: TermAutomaton, in field: FieldIndex, _ stop: StopSignal
    ) throws {
        let terms = try field.terms(
            similarTo: Array(word.word.text.utf8), prefix: word.prefix, edits: word.distance)
        guard let terms else { return nil }
        self.terms = terms
        self.automaton = automaton
        self.stop = stop
    }

    mutating func next() throws -> (term: [UInt8], entry: TermEntry, label: Int)? {
        while try terms.advance() {
            try stop.check()
            guard let label = terms.withKey({ automaton.read($0) }) else { continue }
            return (terms.withKey { [UInt8]($0) }, try terms.readEntry(), label)
        }
        return nil
    }
}
