// Cuts a text into fragments at word boundaries and marks what matched in them.

import Analysis
import Queries

/// A piece of one of a field's values.
struct Fragment {
    /// Which of the field's values, counted from 0.
    let value: Int
    /// UTF-8 byte offsets in the value.
    let range: Range<Int>
    let matches: [TokenMatch]

    /// Different terms count, then how often they occur.
    var score: Int {
        Set(matches.map(\.term)).count * Self.occurrenceLimit
            + min(matches.count, Self.occurrenceLimit - 1)
    }

    private static let occurrenceLimit = 1 << 16

    /// The pieces of a value that hold a match, in order.
    /// - Parameter size: characters per piece, about; nil: the value is one piece.
    static func cut(
        _ text: [UInt8], value: Int, tokens: TokenBatch, matches: [TokenMatch], size: Int?
    ) -> [Fragment] {
        guard !matches.isEmpty else { return [] }
        guard let size else {
            return [Fragment(value: value, range: 0..<text.count, matches: matches)]
        }
        var fragments: [Fragment] = []
        var rest = matches[...]
        for range in pieces(text, tokens, size) {
            let inside = rest.prefix { $0.range.lowerBound < range.upperBound }
            rest = rest.dropFirst(inside.count)
            if !inside.isEmpty {
                fragments.append(
                    Fragment(
                        value: value, range: trimmed(text, range), matches: Array(inside)))
            }
        }
        return fragments
    }

    /// Consecutive pieces of about `size` characters that begin at tokens and cover the text.
    private static func pieces(
        _ text: [UInt8], _ tokens: TokenBatch, _ size: Int
    ) -> [Range<Int>] {
        var pieces: [Range<Int>] = []
        var start = 0
        var position = 0
        var length = 0
        for index in 0..<tokens.count {
            let from = Int(tokens.startOffsets[index])
            let to = Int(tokens.endOffsets[index])
            guard from >= position, to <= text.count else { continue }
            let gap = characters(text, position..<from)
            let word = characters(text, from..<to)
            if length + gap + word > size, position > start {
                pieces.append(start..<from)
                start = from
                length = word
            } else {
                length += gap + word
            }
            position = to
        }
        pieces.append(start..<text.count)
        return pieces
    }

    private static func characters(_ text: [UInt8], _ range: Range<Int>) -> Int {
        var count = 0
        for index in range where text[index] & 0xC0 != 0x80 { count += 1 }
        return count
    }

    private static func trimmed(_ text: [UInt8], _ range: Range<Int>) -> Range<Int> {
        var (from, to) = (range.lowerBound, range.upperBound)
        while to > from, text[to - 1] <= UInt8(ascii: " ") { to -= 1 }
        while from < to, text[from] <= UInt8(ascii: " ") { from += 1 }
        return from..<to
    }

    /// The piece's text with the tags put around its matches. The text itself is left as it is.
    func render(_ text: [UInt8], pre: String, post: String) -> String {
        var bytes: [UInt8] = []
        var position = range.lowerBound
        for match in matches {
            let end = min(match.range.upperBound, range.upperBound)
            bytes += text[position..<match.range.lowerBound]
            bytes += pre.utf8
            bytes += text[match.range.lowerBound..<end]
            bytes += post.utf8
            position = end
        }
        bytes += text[position..<max(position, range.upperBound)]
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The beginning of a text, up to `size` characters, cut after a token.
    static func beginning(_ text: [UInt8], tokens: TokenBatch, size: Int) -> String {
        if characters(text, 0..<text.count) <= size {
            return String(decoding: text, as: UTF8.self)
        }
        let first = pieces(text, tokens, size).first ?? 0..<0
        return String(decoding: text[trimmed(text, first)], as: UTF8.self)
    }
}
