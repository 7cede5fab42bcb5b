// Filters that replace characters one by one, by a table.

/// Characters and what stands for them; "" drops them.
final class ScalarMapFilter: TermFilter {
    private let table: [Unicode.Scalar: String]

    init(_ table: [Unicode.Scalar: String]) { self.table = table }

    func apply(_ term: TermBuffer) {
        let view = term.view
        if view.allSatisfy({ $0 < 0x80 }) { return }
        term.rewrite { scalar, output in
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
    func apply(_ term: TermBuffer) {
        if term.view.allSatisfy({ $0 < 0x80 }) { return }
        term.rewrite { scalar, output in
            if scalar.value >= 0x80, scalar.properties.generalCategory == .decimalNumber,
                let value = scalar.properties.numericValue
            {
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
