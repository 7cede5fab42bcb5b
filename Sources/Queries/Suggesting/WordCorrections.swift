// Corrections of one word: the terms of a field a few edits away, with their frequencies.

import Analysis

/// A term that could stand in a word's place.
struct WordCorrection: Hashable {
    var term: Term
    /// 1 less the edits for each code point of the shorter one of the two words.
    var score: Float
    var frequency: Int64
}

extension WordGenerator {
    /// The terms that could stand in the word's place; nil where the word is not corrected at all.
    func expansion(of word: Term) -> TermExpansion? {
        let length = FuzzyWord.length(word)
        // With as many edits as characters nothing of the word need be left.
        let edits = min(maximumEdits, length - 1)
        guard length >= minimumWordLength, length <= FuzzyWord.maximumLength, edits > 0 else {
            return nil
        }
        return TermExpansion(
            field: field,
            pattern: .fuzzy(
                FuzzyWord(
                    word: word, distance: edits, prefixLength: min(prefixLength, length),
                    transpositions: true)), limit: TermExpansion.maximumLimit)
    }

    /// The rule of Lucene's DirectSpellChecker, on the candidates of the whole collection. Not in
    /// order, and not cut to `size`.
    func corrections(of word: Term, _ known: CollectionStatistics) -> [WordCorrection] {
        guard let expansion = expansion(of: word), let candidates = known.expansions[expansion]
        else { return [] }
        let own = candidates.terms.first { $0.edits == 0 }?.documentFrequency ?? 0
        let count = Double(known.fields[field]?.documentCount ?? 0)
        func number(_ frequency: Double) -> Double {
            frequency < 1 ? frequency * count : frequency
        }
        if mode == .missing, own > 0 { return [] }
        if Double(own) > number(maximumFrequency).rounded(.up) { return [] }
        return candidates.terms.compactMap { candidate in
            guard candidate.edits > 0,
                Double(candidate.documentFrequency) >= number(minimumFrequency)
            else { return nil }
            if mode == .popular, candidate.documentFrequency <= own { return nil }
            let score = expansion.similarity(of: candidate)
            guard score >= accuracy else { return nil }
            return WordCorrection(
                term: candidate.term, score: score, frequency: candidate.documentFrequency)
        }
    }
}

extension TermSuggester {
    func options(for word: Term, _ known: CollectionStatistics) -> [SuggestOption] {
        let ranked = generator.corrections(of: word, known).sorted { a, b in
            switch sort {
            case .score where a.score != b.score: a.score > b.score
            case .frequency where a.frequency == b.frequency && a.score != b.score:
                a.score > b.score
            default: a.frequency == b.frequency ? a.term < b.term : a.frequency > b.frequency
            }
        }
        return ranked.prefix(generator.size).map {
            SuggestOption(text: $0.term.text, score: $0.score, frequency: $0.frequency)
        }
    }
}
