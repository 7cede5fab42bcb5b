// Patterns and edits in canonical bytes.

extension TermPattern {
    func write(to writer: inout CanonicalWriter) {
        switch self {
        case .wildcard(let text, let ignoresCase):
            writer.tag(0)
            writer.string(text)
            writer.flag(ignoresCase)
        case .regexp(let text, let operators, let ignoresCase):
            writer.tag(1)
            writer.string(text)
            writer.tag(operators.rawValue)
            writer.flag(ignoresCase)
        case .fuzzy(let word):
            writer.tag(2)
            writer.blob(word.word.bytes)
            writer.integer(word.distance)
            writer.integer(word.prefixLength)
            writer.flag(word.transpositions)
        }
    }
}

extension TermExpansion {
    func write(to writer: inout CanonicalWriter) {
        writer.string(field)
        if let correctsUpTo {
            // A tag that no pattern begins with.
            writer.tag(3)
            writer.integer(Int(correctsUpTo))
        }
        pattern.write(to: &writer)
        writer.integer(limit)
    }
}

extension Fuzziness {
    func write(to writer: inout CanonicalWriter) {
        switch self {
        case .edits(let edits):
            writer.tag(0)
            writer.integer(edits)
        case .auto(let low, let high):
            writer.tag(1)
            writer.integer(low)
            writer.integer(high)
        }
    }
}

extension FuzzyOptions {
    func write(to writer: inout CanonicalWriter) {
        if let correctsUpTo {
            // A tag that no fuzziness begins with.
            writer.tag(2)
            writer.integer(Int(correctsUpTo))
        }
        fuzziness.write(to: &writer)
        writer.integer(prefixLength)
        writer.integer(maximumExpansions)
        writer.flag(transpositions)
    }
}
