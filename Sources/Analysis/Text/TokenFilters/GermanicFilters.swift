// Token filters for letters of German and the Scandinavian languages.

/// German words spelled with and without umlauts: ä, ae become a; ö, oe o; ü, ue u (not behind a
/// vowel or q, as in "neue" and "Quelle"); ß ss.
final class GermanNormalizer: TermFilter {
    func apply(_ term: TermBuffer) {
        var previous: Unicode.Scalar = " "
        var beforePrevious: Unicode.Scalar = " "
        term.rewrite { scalar, output in
            switch scalar {
            case "ä": output.append("a" as Unicode.Scalar)
            case "ö": output.append("o" as Unicode.Scalar)
            case "ü": output.append("u" as Unicode.Scalar)
            case "ß": output.append("ss")
            case "e" where previous == "a" || previous == "o": break
            case "e" where previous == "u" && !"aeiouyäöüq".unicodeScalars.contains(beforePrevious):
                break
            default: output.append(scalar)
            }
            beforePrevious = previous
            previous = scalar
        }
    }
}

/// ae, oe and ue as the umlauts they stand for, but not behind q: what sets the stemmer "german2"
/// apart from "german".
final class GermanDigraphFilter: TermFilter {
    func apply(_ term: TermBuffer) {
        let scalars = term.scalars
        guard !term.isKeyword, scalars.contains("e") else { return }
        term.removeAll()
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            let isDigraph = index + 1 < scalars.count && scalars[index + 1] == "e"
            index += isDigraph ? 2 : 1
            switch scalar {
            case "a" where isDigraph: term.append("ä" as Unicode.Scalar)
            case "o" where isDigraph: term.append("ö" as Unicode.Scalar)
            case "u" where isDigraph && (index < 3 || scalars[index - 3] != "q"):
                term.append("ü" as Unicode.Scalar)
            default:
                term.append(scalar)
                if isDigraph { term.append("e" as Unicode.Scalar) }
            }
        }
    }
}

/// å, ä, æ and their spellings aa, ae, ao become a; ö, ø, oe, oo become o. Or, without folding,
/// the letters that Danish and Norwegian write: å, æ, ø.
final class ScandinavianFilter: TermFilter {
    private let folds: Bool

    init(folds: Bool) { self.folds = folds }

    func apply(_ term: TermBuffer) {
        let scalars = term.scalars
        term.removeAll()
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            let next = index + 1 < scalars.count ? scalars[index + 1] : " "
            index += 1
            if let single = letter(scalar) {
                term.append(single)
            } else if let result = pair(scalar, next) {
                term.append(result)
                index += 1
            } else {
                term.append(scalar)
            }
        }
    }

    private func letter(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar {
        case "å": folds ? "a" : nil
        case "Å": folds ? "A" : nil
        case "ä", "æ": folds ? "a" : "æ"
        case "Ä", "Æ": folds ? "A" : "Æ"
        case "ö", "ø": folds ? "o" : "ø"
        case "Ö", "Ø": folds ? "O" : "Ø"
        default: nil
        }
    }

    private func pair(
        _ first: Unicode.Scalar, _ second: Unicode.Scalar
    ) -> Unicode.Scalar? {
        switch (first, second) {
        case ("a", "a"), ("a", "o"): folds ? "a" : "å"
        case ("A", "a"), ("A", "A"), ("A", "o"), ("A", "O"): folds ? "A" : "Å"
        case ("a", "e"): folds ? "a" : "æ"
        case ("A", "e"), ("A", "E"): folds ? "A" : "Æ"
        case ("o", "e"), ("o", "o"): folds ? "o" : "ø"
        case ("O", "e"), ("O", "E"), ("O", "o"), ("O", "O"): folds ? "O" : "Ø"
        default: nil
        }
    }
}
