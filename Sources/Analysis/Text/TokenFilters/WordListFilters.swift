// Token filters that look words up in lists.

/// A word list whose words may be compared without their case.
struct WordList: Sendable {
    private let words: WordSet
    private let ignoresCase: Bool

    init(_ words: some Sequence<String>, ignoringCase: Bool) {
        self.words = WordSet(ignoringCase ? words.map { $0.lowercased() } : Array(words))
        ignoresCase = ignoringCase
    }

    func contains(_ term: TermBuffer) -> Bool {
        if words.contains(term.view) { return true }
        guard ignoresCase else { return false }
        let lower = Array(String(decoding: term.view, as: UTF8.self).lowercased().utf8)
        return lower.withUnsafeBufferPointer { words.contains($0) }
    }
}

/// Removes the words of a list; their positions stay empty.
final class StopFilter: TermFilter {
    private let words: WordList

    init(_ words: WordList) { self.words = words }

    func apply(_ term: TermBuffer) { if words.contains(term) { term.removeAll() } }
}

/// Removes all words but those of a list.
final class KeepFilter: TermFilter {
    private let words: WordList

    init(_ words: WordList) { self.words = words }

    func apply(_ term: TermBuffer) { if !words.contains(term) { term.removeAll() } }
}

/// Keeps words from being stemmed by filters behind it. Term filters only: the mark is lost
/// at a filter that works on whole batches, such as `shingle`.
final class KeywordMarkerFilter: TermFilter {
    private let words: WordList
    private let pattern: Pattern?

    init(_ words: WordList, _ pattern: Pattern?) {
        self.words = words
        self.pattern = pattern
    }

    func apply(_ term: TermBuffer) {
        if words.contains(term) { term.isKeyword = true }
        pattern?.forEachMatch(in: term.view) { group in
            if group(0) == 0..<term.count { term.isKeyword = true }
        }
    }
}

/// Replaces words by what a list says and keeps them from being stemmed.
final class StemmerOverrideFilter: TermFilter {
    private let rules: [[UInt8]: [UInt8]]
    private let ignoresCase: Bool

    init(_ rules: [(from: String, to: String)], ignoringCase: Bool) {
        ignoresCase = ignoringCase
        var map: [[UInt8]: [UInt8]] = [:]
        for (from, to) in rules {
            map[Array((ignoringCase ? from.lowercased() : from).utf8)] = Array(to.utf8)
        }
        self.rules = map
    }

    func apply(_ term: TermBuffer) {
        guard !term.isKeyword else { return }
        var word = Array(term.view)
        if ignoresCase { word = Array(String(decoding: word, as: UTF8.self).lowercased().utf8) }
        guard let result = rules[word] else { return }
        term.replace(with: result)
        term.isKeyword = true
    }
}
