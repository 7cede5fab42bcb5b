// Token filters that ICU does: normalisation, transliteration, folding.

import CICU

/// A term through one of ICU's normalisers or transforms.
final class ICUFilter: TermFilter {
    private let rewriter: OpaquePointer
    private let skipsASCII: Bool
    /// Whether letters become lower case.
    let folds: Bool

    /// `form`: "nfc", "nfd", "nfkc", "nfkd", "nfkc_cf" or "folding". Nil when ICU lacks it.
    init?(form: String) {
        guard let rewriter = canopy_normalizer_open(form) else { return nil }
        self.rewriter = rewriter
        // ASCII is in every normal form; folded it is in lower case.
        skipsASCII = true
        folds = form == "folding" || form == "nfkc_cf"
    }

    /// An ICU transform such as "Any-Latin; Latin-ASCII". Nil when ICU lacks it.
    init?(transform: String, isReversed: Bool) {
        guard let rewriter = canopy_transform_open(transform, isReversed ? 1 : 0) else {
            return nil
        }
        self.rewriter = rewriter
        skipsASCII = false
        folds = false
    }

    deinit { canopy_rewriter_close(rewriter) }

    /// Whether a text may be cut before the character without changing what becomes of it; only for
    /// normal forms.
    func hasBoundary(before scalar: Unicode.Scalar) -> Bool {
        canopy_boundary_before(rewriter, scalar.value) != 0
    }

    func apply(_ term: TermBuffer) {
        if skipsASCII, term.view.allSatisfy({ $0 < 0x80 }) {
            guard folds else { return }
            for index in 0..<term.count where term.bytes[index] &- UInt8(ascii: "A") < 26 {
                term.bytes[index] |= 0x20
            }
            return
        }
        var result: UnsafePointer<UInt8>?
        let length = canopy_rewrite(rewriter, term.bytes, Int32(term.count), &result)
        guard length >= 0 else { return }
        term.replace(with: UnsafeBufferPointer(start: result, count: Int(length)))
    }
}
