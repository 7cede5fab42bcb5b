// Token filters `lowercase` and `uppercase`, and the languages whose lower case is their own.

/// Lower case, character by character.
final class LowercaseFilter: TermFilter {
    enum Language: String, CaseIterable {
        case turkish, greek, irish
    }

    private let language: Language?

    init(_ language: Language? = nil) { self.language = language }

    func apply(_ term: TermBuffer) {
        if language == nil, term.view.allSatisfy({ $0 < 0x80 }) { return lowerASCII(term) }
        if language == .irish { separateEclipsis(term) }
        let language = language
        term.rewrite { scalar, output in
            switch (language, scalar) {
            case (.turkish, "I"): output.append("ı" as Unicode.Scalar)
            case (.turkish, "\u{307}"): break  // the dot of a decomposed İ
            case (_, "İ"): output.append("i" as Unicode.Scalar)
            case (.greek, _): output.append(Self.greek(scalar))
            default: Self.lower(scalar, output)
            }
        }
    }

    private func lowerASCII(_ term: TermBuffer) {
        for index in 0..<term.count where term.bytes[index] &- UInt8(ascii: "A") < 26 {
            term.bytes[index] |= 0x20
        }
    }

    private static func lower(_ scalar: Unicode.Scalar, _ output: TermBuffer) {
        if scalar.value < 0x80 {
            let byte = UInt8(scalar.value)
            output.append(byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte)
        } else {
            output.append(scalar.properties.lowercaseMapping)
        }
    }

    /// "nAthair" and "tSráid": the prefixed letter takes a hyphen, "n-athair".
    private func separateEclipsis(_ term: TermBuffer) {
        guard term.count > 1, [0x6E, 0x74].contains(term.bytes[0]) else { return }
        let second = term.scalars[1]
        guard "AEIOUÁÉÍÓÚ".unicodeScalars.contains(second) else { return }
        let rest = Array(term.view.dropFirst())
        term.truncate(to: 1)
        term.append(UInt8(ascii: "-"))
        rest.withUnsafeBufferPointer { term.append($0) }
    }

    /// Lower case without accents, final sigma as any other.
    private static func greek(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "ς": "σ"
        case "Ά", "ά": "α"
        case "Έ", "έ": "ε"
        case "Ή", "ή": "η"
        case "Ί", "Ϊ", "ί", "ϊ", "ΐ": "ι"
        case "Ύ", "Ϋ", "ύ", "ϋ", "ΰ": "υ"
        case "Ό", "ό": "ο"
        case "Ώ", "ώ": "ω"
        default: scalar.properties.lowercaseMapping.unicodeScalars.first ?? scalar
        }
    }
}

/// Upper case, character by character.
final class UppercaseFilter: TermFilter {
    func apply(_ term: TermBuffer) {
        term.rewrite { $1.append($0.properties.uppercaseMapping) }
    }
}
