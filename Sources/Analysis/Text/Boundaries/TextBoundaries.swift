// Where sentences and words of a text begin and end, for people rather than for an index.

import CICU

/// Boundaries by Unicode's rules (UAX #29) and the habits of a language. Belongs to one thread.
public final class TextBoundaries {
    public enum Kind: Sendable, Hashable {
        case word, sentence
    }

    private let breaks: OpaquePointer

    /// Nil when ICU's data cannot be loaded.
    /// - Parameter locale: a BCP 47 tag; "" and languages unknown to ICU mean no language's habits.
    public init?(_ kind: Kind, locale: String = "") {
        let kind = kind == .word ? CANOPY_BREAKS_WORD : CANOPY_BREAKS_SENTENCE
        guard let breaks = canopy_breaks_open(Int32(kind), locale) else { return nil }
        self.breaks = breaks
    }

    deinit { canopy_breaks_close(breaks) }

    /// 0, the end, and every boundary between, ascending, in bytes of the UTF-8. Of an empty text
    /// only 0. Boundaries lie between code points.
    public func find(_ utf8: ArraySlice<UInt8>) -> [Int] {
        utf8.withUnsafeBufferPointer { text in
            var offsets: UnsafePointer<UInt32>?
            let length = Int32(clamping: text.count)
            let count = canopy_breaks_find(breaks, text.baseAddress, length, &offsets)
            guard count > 0, let offsets else {
                return text.isEmpty ? [0] : [0, text.count]
            }
            return UnsafeBufferPointer(start: offsets, count: Int(count)).map { Int($0) }
        }
    }
}
