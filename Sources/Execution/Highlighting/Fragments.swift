// A piece of a text with what matched in it.

import Analysis
import Queries

/// A piece of one of a field's values.
struct Fragment {
    /// Which of the field's values, counted from 0.
    let value: Int
    /// UTF-8 byte offsets in the value.
    let range: Range<Int>
    /// In order, inside the range.
    let matches: [TokenMatch]

    /// Different terms count, then how often they occur.
    var score: Int {
        Set(matches.map(\.term)).count * Self.occurrenceLimit
            + min(matches.count, Self.occurrenceLimit - 1)
    }

    private static let occurrenceLimit = 1 << 16

    /// The piece's text with the tags put around its matches. The text itself is left as it is, or
    /// escaped.
    func render(
        _ text: HighlightedText, pre: String, post: String, escapesHTML: Bool
    ) -> String {
        var bytes: [UInt8] = []
        func add(_ range: Range<Int>) {
            if escapesHTML {
                HTMLEscape.append(text.bytes[range], to: &bytes)
            } else {
                bytes += text.bytes[range]
            }
        }
        var position = range.lowerBound
        for match in matches {
            add(position..<match.range.lowerBound)
            bytes += pre.utf8
            add(match.range)
            bytes += post.utf8
            position = match.range.upperBound
        }
        add(position..<range.upperBound)
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// What Lucene's HTML encoder escapes.
enum HTMLEscape {
    static func append(_ text: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""): bytes += "&quot;".utf8
            case UInt8(ascii: "&"): bytes += "&amp;".utf8
            case UInt8(ascii: "<"): bytes += "&lt;".utf8
            case UInt8(ascii: ">"): bytes += "&gt;".utf8
            case UInt8(ascii: "'"): bytes += "&#x27;".utf8
            case UInt8(ascii: "/"): bytes += "&#x2F;".utf8
            default: bytes.append(byte)
            }
        }
    }
}
