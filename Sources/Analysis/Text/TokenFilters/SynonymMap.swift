// Rules of token filter `synonym`.

/// Sequences of terms and what stands for them.
struct SynonymMap: Sendable {
    typealias Words = [[UInt8]]

    struct Rule: Sendable {
        let words: Words
        /// What stands in the place of the words, alternatives beside one another.
        var alternatives: [Words]
    }

    /// Rules by their first word, the longest first.
    private(set) var rules: [[UInt8]: [Rule]] = [:]

    struct RuleError: Error {
        let reason: String
    }

    /// From rules as Solr writes them: "a, b => c" replaces; "a, b, c" makes all stand for each
    /// (without `expands`: all become the first). Lines that begin with # are left out.
    /// - Parameter analyze: Cuts one entry into the terms it has when the filter meets it.
    init(
        _ lines: [String], expands: Bool, isLenient: Bool, analyze: (String) -> Words
    ) throws(RuleError) {
        for line in lines {
            let text = line.drop(while: \.isWhitespace)
            if text.isEmpty || text.hasPrefix("#") { continue }
            let sides = text.split("=>")
            guard sides.count <= 2 else {
                throw RuleError(reason: "the rule [\(line)] has more than one =>")
            }
            var entries: [[Words]] = []
            for side in sides {
                let words = Self.entries(side).map(analyze)
                if !isLenient, words.isEmpty || words.contains(where: \.isEmpty) {
                    throw RuleError(
                        reason: "in the rule [\(line)] nothing is left of a word; change it, or"
                            + " set lenient to leave it out")
                }
                entries.append(words.filter { !$0.isEmpty })
            }
            guard let from = entries.first, let to = entries.last, !from.isEmpty, !to.isEmpty
            else { continue }
            let results = sides.count == 2 || expands ? to : [to[0]]
            for words in from { add(words, results) }
        }
        for key in rules.keys { rules[key]?.sort { $0.words.count > $1.words.count } }
    }

    private mutating func add(_ words: Words, _ alternatives: [Words]) {
        var known = rules[words[0]] ?? []
        if let place = known.firstIndex(where: { $0.words == words }) {
            for alternative in alternatives
            where !known[place].alternatives.contains(alternative) {
                known[place].alternatives.append(alternative)
            }
        } else {
            known.append(Rule(words: words, alternatives: alternatives))
        }
        rules[words[0]] = known
    }

    /// Entries apart by commas; a backslash makes a comma a character like any other.
    private static func entries(_ side: String) -> [String] {
        var entries = [""]
        var isEscaped = false
        for character in side {
            if isEscaped {
                entries[entries.count - 1].append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "," {
                entries.append("")
            } else {
                entries[entries.count - 1].append(character)
            }
        }
        return entries.filter { !$0.allSatisfy(\.isWhitespace) }
    }
}

extension Substring {
    /// The parts between occurrences of `separator`.
    fileprivate func split(_ separator: String) -> [String] {
        var parts: [String] = []
        var rest = self
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}
