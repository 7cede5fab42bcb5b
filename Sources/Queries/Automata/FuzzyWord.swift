// Words a few edits away from another.

import Analysis

/// A word and how far terms may be from it. An edit inserts, removes or replaces one code point or,
/// with transpositions, exchanges two neighbours that are edited no further (the restricted
/// distance of Damerau and Levenshtein). A term must have more code points than edits, and so must
/// the word.
public struct FuzzyWord: Sendable, Hashable {
    public var word: Term
    /// 1 or 2.
    public var distance: Int
    /// So many code points at the beginning must be the same.
    public var prefixLength: Int
    public var transpositions: Bool

    public static let maximumDistance = 2
    /// Code points of a word that is looked for with edits.
    public static let maximumLength = 256

    public init(word: Term, distance: Int, prefixLength: Int, transpositions: Bool) {
        self.word = word
        self.distance = distance
        self.prefixLength = prefixLength
        self.transpositions = transpositions
    }

    /// The share of a full match that is left after so many edits, from Lucene's FuzzyTermsEnum:
    /// 1 - edits / the shorter one's code points. 0 or less: no match at all.
    public func similarity(of term: Term, edits: Int) -> Float {
        if edits == 0 { return 1 }
        let shorter = min(Self.length(word), Self.length(term))
        guard shorter > 0 else { return 0 }
        return 1 - Float(edits) / Float(shorter)
    }

    /// What terms begin with, in UTF-8.
    public var prefix: [UInt8] {
        Array(String(word.text.unicodeScalars.prefix(prefixLength)).utf8)
    }

    static func length(_ term: Term) -> Int {
        term.bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
    }

    /// The automaton of K. U. Schulz and S. Mihov, "Fast String Correction with Levenshtein
    /// Automata" (IJDAR 5, 2002), as its nondeterministic original: one state per place in the word
    /// and number of edits. Labels are edits.
    func program(stateLimit: Int) throws(PatternError) -> ByteProgram {
        let scalars = Array(word.text.unicodeScalars)
        guard scalars.count <= Self.maximumLength else {
            throw PatternError(
                "a word of [\(scalars.count)] characters is too long to be looked for with edits; "
                    + "the most is [\(Self.maximumLength)]")
        }
        var builder = ProgramBuilder(stateLimit: max(stateLimit, 40 * (scalars.count + 1)))
        var states: [[Int32]] = []
        for _ in 0...scalars.count {
            var row: [Int32] = []
            for _ in 0...distance { row.append(try builder.newState()) }
            states.append(row)
        }
        func exactly(_ place: Int) -> [ClosedRange<UInt32>] {
            [scalars[place].value...scalars[place].value]
        }
        for (place, row) in states.enumerated() {
            for (edits, state) in row.enumerated() {
                let isAtEnd = place == scalars.count
                if isAtEnd {
                    builder.accept(state, label: UInt8(edits))
                } else {
                    try builder.connect(state, exactly(place), to: states[place + 1][edits])
                }
                guard place >= min(prefixLength, scalars.count), edits < distance else { continue }
                try builder.connect(state, UTF8Ranges.all, to: row[edits + 1])
                if isAtEnd { continue }
                try builder.connect(state, UTF8Ranges.all, to: states[place + 1][edits + 1])
                builder.jump(state, to: states[place + 1][edits + 1])
                guard transpositions, place + 2 <= scalars.count else { continue }
                let between = try builder.newState()
                try builder.connect(state, exactly(place + 1), to: between)
                try builder.connect(between, exactly(place), to: states[place + 2][edits + 1])
            }
        }
        return builder.finish(start: states[0][0])
    }
}
