// Regular expressions over UTF-8, by ICU, whose syntax is nearly Java's.

import CICU

/// A compiled expression with its place in a text. Not `Sendable`: one per worker. A search that
/// would take too long ends without a match.
final class Pattern {
    private let expression: OpaquePointer
    let groupCount: Int

    struct PatternError: Error {
        let reason: String
    }

    /// Java's names of flags, joined by "|".
    static let flagNames: [String: Int32] = [
        "CASE_INSENSITIVE": CANOPY_REGEX_CASE_INSENSITIVE, "COMMENTS": CANOPY_REGEX_COMMENTS,
        "MULTILINE": CANOPY_REGEX_MULTILINE, "LITERAL": CANOPY_REGEX_LITERAL,
        "DOTALL": CANOPY_REGEX_DOTALL, "UNICODE_CASE": 0, "UNICODE_CHARACTER_CLASS": 0,
    ]

    init(_ pattern: String, flags: Int32 = 0) throws(PatternError) {
        var offset: Int32 = -1
        let bytes = Array(pattern.utf8)
        guard
            let expression = canopy_regex_open(
                bytes, Int32(bytes.count), UInt32(bitPattern: flags), &offset)
        else {
            throw PatternError(
                reason: "[\(pattern)] is not a regular expression"
                    + (offset >= 0 ? " (near character \(offset))" : ""))
        }
        self.expression = expression
        groupCount = Int(canopy_regex_group_count(expression))
    }

    deinit { canopy_regex_close(expression) }

    /// Calls `body` for every match, left to right, with a way to ask for groups' ranges.
    func forEachMatch(
        in text: UnsafeBufferPointer<UInt8>, _ body: (_ group: (Int) -> Range<Int>?) -> Void
    ) {
        var none: UInt8 = 0
        withUnsafePointer(to: &none) { empty in
            let start = text.baseAddress ?? empty
            guard canopy_regex_begin(expression, start, Int64(text.count)) == 0 else { return }
            while canopy_regex_next(expression) == 1 {
                body { group in
                    let start = canopy_regex_start(self.expression, Int32(group))
                    let end = canopy_regex_end(self.expression, Int32(group))
                    guard start >= 0, start <= end, end <= text.count else { return nil }
                    return Int(start)..<Int(end)
                }
            }
        }
    }
}
