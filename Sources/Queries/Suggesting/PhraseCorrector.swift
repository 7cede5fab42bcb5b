// Corrections of a text as a whole, by the model of a noisy channel.

import Analysis

/// What somebody meant is the row of words that is most likely, times how likely each would have
/// been typed as it was (the noisy channel; E. Brill and R. C. Moore, "An Improved Error Model for
/// Noisy Channel Spelling Correction", ACL 2000). A row is as likely as the product over its words,
/// each given up to two before it:
///
/// - a word: (documents with it + 1) / (all documents + 2);
/// - behind others: the share of the documents with those that have it right behind them, smoothed
///   (T. Brants et al., "Large Language Models in Machine Translation", EMNLP 2007, for the
///   backoff).
///
/// All numbers are documents of the whole collection, and everything is made of them by
/// multiplication, so a suggestion has the same score wherever and however often it is computed.
struct PhraseCorrector {
    struct Candidate {
        let term: Term
        let frequency: Int64
        /// How likely it was typed as it was.
        let channel: Double
    }

    /// A beginning of a correction.
    private struct Path {
        var score: Double
        /// Places among the candidates of each word.
        var choices: [Int]
    }

    private let phrase: PhraseSuggester
    private let known: CollectionStatistics
    /// By word; the first is the word as it was typed.
    let candidates: [[Candidate]]

    init(_ phrase: PhraseSuggester, _ words: [SuggestedWord], _ known: CollectionStatistics) {
        self.phrase = phrase
        self.known = known
        candidates = words.map { Self.candidates($0.term, phrase, known) }
    }

    private static func candidates(
        _ word: Term, _ phrase: PhraseSuggester, _ known: CollectionStatistics
    ) -> [Candidate] {
        let key = TermKey(field: phrase.generators[0].field, term: word)
        var result = [
            Candidate(
                term: word, frequency: known.terms[key] ?? 0,
                channel: phrase.realWordErrorLikelihood)
        ]
        for generator in phrase.generators {
            let ranked = generator.corrections(of: word, known).sorted { a, b in
                let (left, right) = (rank(a), rank(b))
                return left == right ? a.term < b.term : left > right
            }
            for correction in ranked.prefix(generator.size)
            where !result.contains(where: { $0.term == correction.term }) {
                result.append(
                    Candidate(
                        term: correction.term, frequency: correction.frequency,
                        channel: Double(correction.score)))
            }
        }
        return result
    }

    private static func rank(_ correction: WordCorrection) -> Double {
        Double(correction.score) * Double(correction.frequency + 1)
    }

    // MARK: Words in a row

    /// The rows of words whose frequencies decide.
    var grams: Set<TermKey> {
        var result: Set<TermKey> = []
        for size in 2...PhraseSuggester.maximumGramSize where size <= phrase.gramSize {
            for start in candidates.indices where start + size <= candidates.count {
                var rows: [[Term]] = [[]]
                for choices in candidates[start..<start + size] {
                    rows = rows.flatMap { row in choices.map { row + [$0.term] } }
                }
                for row in rows { result.insert(key(row)) }
            }
        }
        return result
    }

    private func key(_ row: [Term]) -> TermKey {
        var bytes: [UInt8] = []
        for (place, term) in row.enumerated() {
            if place > 0 { bytes += phrase.separator.utf8 }
            bytes += term.bytes
        }
        return TermKey(field: phrase.field, term: Term(bytes))
    }

    private func count(_ row: Candidate...) -> Double {
        Double(known.terms[key(row.map(\.term))] ?? 0)
    }

    private func likelihood(_ word: Candidate) -> Double {
        let documents = Double(known.fields[phrase.field]?.documentCount ?? 0)
        return min(1, (Double(word.frequency) + 1) / (documents + 2))
    }

    /// Of a word behind another.
    private func likelihood(_ word: Candidate, after last: Candidate) -> Double {
        let pairs = count(last, word)
        switch phrase.smoothing {
        case .stupidBackoff(let discount):
            return pairs > 0
                ? Self.share(pairs, of: Double(last.frequency)) : discount * likelihood(word)
        case .laplace(let alpha):
            return Self.share(pairs + alpha, of: Double(last.frequency) + 2 * alpha)
        }
    }

    /// Of a word behind two others.
    private func likelihood(
        _ word: Candidate, after last: Candidate, _ before: Candidate
    ) -> Double {
        let rows = count(before, last, word)
        switch phrase.smoothing {
        case .stupidBackoff(let discount):
            return rows > 0
                ? Self.share(rows, of: count(before, last))
                : discount * likelihood(word, after: last)
        case .laplace(let alpha):
            return Self.share(rows + alpha, of: count(before, last) + 2 * alpha)
        }
    }

    /// Never more than 1, as it would be where words come from another field than rows of them.
    private static func share(_ part: Double, of whole: Double) -> Double {
        part <= 0 ? 0 : part / max(part, whole)
    }

    // MARK: The best rows

    /// At most as many as the request wants, the most likely first.
    func options() -> [SuggestOption] {
        guard !candidates.isEmpty else { return [] }
        let cutoff = phrase.confidence * (best(errors: 0, count: 1).first?.score ?? 0)
        let count = Double(candidates.count)
        let errors =
            phrase.maximumErrors >= 1
            ? min(phrase.maximumErrors, count) : (phrase.maximumErrors * count).rounded()
        return best(errors: Int(errors), count: phrase.size + 1)
            .filter { $0.score > cutoff }.prefix(phrase.size).map(option)
    }

    private func option(_ path: Path) -> SuggestOption {
        var words: [String] = []
        var highlighted: [String] = []
        for (place, choice) in path.choices.enumerated() {
            let word = candidates[place][choice].term.text
            words.append(word)
            var marked = word
            if choice > 0, let tags = phrase.tags {
                // Corrected words beside each other are marked as one.
                if place == 0 || path.choices[place - 1] == 0 { marked = tags.pre + marked }
                let next = place + 1
                if next == path.choices.count || path.choices[next] == 0 { marked += tags.post }
            }
            highlighted.append(marked)
        }
        return SuggestOption(
            text: words.joined(separator: " "), score: Float(path.score),
            highlighted: phrase.tags == nil ? nil : highlighted.joined(separator: " "))
    }

    /// The best rows with at most so many corrected words. Word by word, the best beginnings are
    /// kept of those that end alike (in as many words as the next one depends on) and have as many
    /// errors: what comes behind them counts the same for all of these.
    private func best(errors: Int, count: Int) -> [Path] {
        var open = [[Path(score: 1, choices: [])]]
        var contexts = 1
        for place in candidates.indices {
            let choices = candidates[place].count
            let last = place > 0 ? candidates[place - 1].count : 1
            let following =
                phrase.gramSize == 1 ? 1 : phrase.gramSize == 2 ? choices : last * choices
            var next = [[Path]](repeating: [], count: (errors + 1) * following)
            var steps = [Double?](repeating: nil, count: contexts * choices)
            for (slot, paths) in open.enumerated() where !paths.isEmpty {
                let (made, context) = slot.quotientAndRemainder(dividingBy: contexts)
                for choice in 0..<choices where made + (choice > 0 ? 1 : 0) <= errors {
                    let known = steps[context * choices + choice]
                    let step = known ?? step(place, paths[0].choices, choice)
                    steps[context * choices + choice] = step
                    let target =
                        phrase.gramSize == 1
                        ? 0 : phrase.gramSize == 2 ? choice : context % last * choices + choice
                    next[(made + (choice > 0 ? 1 : 0)) * following + target] += paths.map {
                        Path(score: $0.score * step, choices: $0.choices + [choice])
                    }
                }
            }
            open = next.map { cut($0, count) }
            contexts = following
        }
        return cut(open.flatMap { $0 }, count)
    }

    private func step(_ place: Int, _ before: [Int], _ choice: Int) -> Double {
        let word = candidates[place][choice]
        let depth = min(place, phrase.gramSize - 1)
        if depth == 0 { return word.channel * likelihood(word) }
        let last = candidates[place - 1][before[place - 1]]
        if depth == 1 { return word.channel * likelihood(word, after: last) }
        let first = candidates[place - 2][before[place - 2]]
        return word.channel * likelihood(word, after: last, first)
    }

    private func cut(_ paths: [Path], _ count: Int) -> [Path] {
        if paths.count < 2 { return paths }
        let ranked = paths.sorted { a, b in
            a.score == b.score ? terms(a).lexicographicallyPrecedes(terms(b)) : a.score > b.score
        }
        return Array(ranked.prefix(count))
    }

    private func terms(_ path: Path) -> [Term] {
        path.choices.enumerated().map { candidates[$0.offset][$0.element].term }
    }
}
