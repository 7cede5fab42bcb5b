// Stemmers that are lists of endings.

/// Removes or replaces the first ending of a list that fits.
struct SuffixRules: Sendable {
    private struct Rule: Sendable {
        let suffix: [UInt8]
        let replacement: [UInt8]
        let remaining: Int
    }

    /// By the last byte of the ending, each list in the order of the rules.
    private let rules: [[Rule]]

    /// - Parameters:
    ///   - endings: Words apart by spaces, tried in order; "a>b" replaces a by b.
    ///   - remaining: Characters that must be left before the ending.
    init(_ endings: String, remaining: Int) {
        self.init([(remaining, endings)])
    }

    /// Several lists with their own minimum, tried in order.
    init(_ lists: [(remaining: Int, endings: String)]) {
        var rules = [[Rule]](repeating: [], count: 256)
        for rule in lists.flatMap({ Self.read($0.endings, $0.remaining) }) {
            if let last = rule.suffix.last { rules[Int(last)].append(rule) }
        }
        self.rules = rules
    }

    /// Words apart by spaces. Scalars are looked at, for an ending may begin with a mark, which
    /// makes one character with the space before it.
    static func words(_ text: String) -> [String] {
        text.unicodeScalars.split(whereSeparator: { $0 == " " || $0 == "\n" }).map { String($0) }
    }

    private static func read(_ endings: String, _ remaining: Int) -> [Rule] {
        words(endings).map { ending in
            let parts = ending.split(separator: ">", omittingEmptySubsequences: false)
            return Rule(
                suffix: Array(parts[0].utf8),
                replacement: parts.count > 1 ? Array(parts[1].utf8) : [], remaining: remaining)
        }
    }

    /// Whether an ending fitted.
    @discardableResult
    func apply(_ term: TermBuffer) -> Bool {
        guard !term.isEmpty else { return false }
        let fitting = rules[Int(term.bytes[term.count - 1])]
        if fitting.isEmpty { return false }
        let characters = term.scalarCount
        for rule in fitting where term.hasSuffix(rule.suffix) {
            let length = rule.suffix.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
            guard characters - length >= rule.remaining else { continue }
            term.truncate(to: term.count - rule.suffix.count)
            rule.replacement.withUnsafeBufferPointer { term.append($0) }
            return true
        }
        return false
    }
}

/// Steps of a stemmer, one after the other.
final class SuffixStemmer: TermFilter {
    private let steps: [SuffixRules]

    init(_ steps: [SuffixRules]) { self.steps = steps }

    func apply(_ term: TermBuffer) {
        guard !term.isKeyword else { return }
        for step in steps { step.apply(term) }
    }
}
