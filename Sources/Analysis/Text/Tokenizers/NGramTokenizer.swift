// Tokenizers `ngram` and `edge_ngram`: pieces of the text, or of its runs of some characters.

/// The pieces of all runs of characters that belong to some classes.
final class NGramTokenizer: Tokenizer {
    private let lengths: ClosedRange<Int>
    private let isEdge: Bool
    private let classes: CharacterClasses

    init(_ lengths: ClosedRange<Int>, isEdge: Bool, classes: CharacterClasses) {
        self.lengths = lengths
        self.isEdge = isEdge
        self.classes = classes
    }

    func tokenize(_ utf8: UnsafeBufferPointer<UInt8>, into batch: inout TokenBatch) {
        /// Byte offsets of the characters of a run, and its end.
        var offsets: [Int] = []
        var index = 0
        while index < utf8.count {
            let place = index
            if let scalar = UTF8Scan.scalar(utf8, &index), classes.contains(scalar) {
                offsets.append(place)
                continue
            }
            finish(&offsets, end: place, utf8, &batch)
        }
        finish(&offsets, end: utf8.count, utf8, &batch)
    }

    private func finish(
        _ offsets: inout [Int], end: Int, _ utf8: UnsafeBufferPointer<UInt8>,
        _ batch: inout TokenBatch
    ) {
        guard !offsets.isEmpty else { return }
        let count = offsets.count
        offsets.append(end)
        for start in 0..<(isEdge ? 1 : count) {
            for length in lengths where start + length <= count {
                guard batch.termBytes.count < TextLimits.maximumBatchBytes else { break }
                let range = offsets[start]..<offsets[start + length]
                batch.append(
                    UnsafeBufferPointer(rebasing: utf8[range]), start: range.lowerBound,
                    end: range.upperBound)
            }
        }
        offsets.removeAll(keepingCapacity: true)
    }
}

/// Which characters belong to a token, by OpenSearch's `token_chars`.
struct CharacterClasses: OptionSet, Sendable {
    let rawValue: Int

    static let letter = CharacterClasses(rawValue: 1)
    static let digit = CharacterClasses(rawValue: 2)
    static let whitespace = CharacterClasses(rawValue: 4)
    static let punctuation = CharacterClasses(rawValue: 8)
    static let symbol = CharacterClasses(rawValue: 16)

    static let byName: [String: CharacterClasses] = [
        "letter": .letter, "digit": .digit, "whitespace": .whitespace,
        "punctuation": .punctuation, "symbol": .symbol,
    ]

    /// Whether a character belongs; none named means all.
    func contains(_ scalar: Unicode.Scalar) -> Bool {
        isEmpty || !isDisjoint(with: Self.classes(of: scalar))
    }

    static func classes(of scalar: Unicode.Scalar) -> CharacterClasses {
        if scalar.properties.isWhitespace { return .whitespace }
        return switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .nonspacingMark, .spacingMark:
            .letter
        case .decimalNumber, .letterNumber, .otherNumber: .digit
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
            .initialPunctuation, .finalPunctuation, .otherPunctuation:
            .punctuation
        case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: .symbol
        default: []
        }
    }
}
