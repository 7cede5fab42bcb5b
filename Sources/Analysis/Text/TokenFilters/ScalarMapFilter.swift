// Filters that replace characters one by one, by a table.

/// Characters and what stands for them; "" drops them.
final class ScalarMapFilter: TermFilter {
    private let table: [Unicode.Scalar: String]
    private let scalars: ScalarSet

    init(_ table: [Unicode.Scalar: String]) {
        self.table = table
        scalars = ScalarSet(table.keys)
    }

    func apply(_ term: TermBuffer) {
        guard scalars.isMet(in: term.view) else { return }
        term.rewrite { scalar, output in
            guard scalars.contains(scalar) else { return output.append(scalar) }
            if let replacement = table[scalar] {
                output.append(replacement)
            } else {
                output.append(scalar)
            }
        }
    }
}

/// Digits of every script in ASCII.
final class DecimalDigitFilter: TermFilter {
    private static let digits = ScalarSet(
        (0x80...0x1FFFF).compactMap { Unicode.Scalar(UInt32($0)) }
            .filter { $0.properties.generalCategory == .decimalNumber })

    func apply(_ term: TermBuffer) {
        guard Self.digits.isMet(in: term.view) else { return }
        term.rewrite { scalar, output in
            if Self.digits.contains(scalar), let value = scalar.properties.numericValue {
                output.append(UInt8(ascii: "0") + UInt8(value))
            } else {
                output.append(scalar)
            }
        }
    }
}

/// Full width ASCII in ASCII, half width Katakana and Hangul in full width.
final class CJKWidthFilter: TermFilter {
    private let normal: ICUFilter

    /// Nil when ICU's data cannot be loaded.
    init?() {
        guard let normal = ICUFilter(form: "nfkc") else { return nil }
        self.normal = normal
    }

    func apply(_ term: TermBuffer) {
        if term.scalars.contains(where: { 0xFF00...0xFFEF ~= $0.value }) { normal.apply(term) }
    }
}
