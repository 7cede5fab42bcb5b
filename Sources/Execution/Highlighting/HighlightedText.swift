// A text that is cut and marked between characters only.

/// One value of a field. Offsets are bytes of its UTF-8. Belongs to one thread.
final class HighlightedText {
    let bytes: [UInt8]
    private let text: String
    /// A bit for every byte with which a character begins, all found in one pass: whether one
    /// begins may depend on everything before it, as in a long row of flags.
    private lazy var beginnings: [UInt64] = {
        var bits = [UInt64](repeating: 0, count: bytes.count / 64 + 1)
        var place = 0
        for character in text {
            bits[place >> 6] |= 1 << UInt64(place & 63)
            place += character.utf8.count
        }
        return bits
    }()

    init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
    }

    var count: Int { bytes.count }

    /// Code points in a range.
    func length(_ range: Range<Int>) -> Int {
        var length = 0
        for index in range where bytes[index] & 0xC0 != 0x80 { length += 1 }
        return length
    }

    /// The place so many code points behind another, or the end.
    func advance(_ place: Int, by length: Int) -> Int {
        var (place, left) = (place, length)
        while place < count, left > 0 {
            place += 1
            while place < count, bytes[place] & 0xC0 == 0x80 { place += 1 }
            left -= 1
        }
        return place
    }

    /// The place so many code points before another, or the beginning.
    func retreat(_ place: Int, by length: Int) -> Int {
        var (place, left) = (place, length)
        while place > 0, left > 0 {
            place -= 1
            while place > 0, bytes[place] & 0xC0 == 0x80 { place -= 1 }
            left -= 1
        }
        return place
    }

    /// A character is what people take for one (a grapheme cluster): a letter with its marks, an
    /// emoji with what is joined to it.
    private func isCharacterStart(_ place: Int) -> Bool {
        guard place > 0, place < count else { return true }
        let isASCII = bytes[place] < 0x80 && bytes[place - 1] < 0x80
        // Of ASCII only a line feed ever belongs to the character before it.
        if isASCII, bytes[place] != UInt8(ascii: "\n") { return true }
        return (beginnings[place >> 6] >> UInt64(place & 63)) & 1 != 0
    }

    /// Where the character begins that the byte belongs to.
    func characterStart(_ place: Int) -> Int {
        var place = min(max(place, 0), count)
        while !isCharacterStart(place) { place -= 1 }
        return place
    }

    /// The place itself where a character begins, else where the next one does.
    func characterEnd(_ place: Int) -> Int {
        var place = min(max(place, 0), count)
        while !isCharacterStart(place) { place += 1 }
        return place
    }

    /// Without white space at its ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (from, to) = (range.lowerBound, range.upperBound)
        while to > from, bytes[to - 1] <= UInt8(ascii: " ") { to -= 1 }
        while from < to, bytes[from] <= UInt8(ascii: " ") { from += 1 }
        return from..<to
    }

    /// The matches in order, without overlaps, each made of whole characters. Bigrams and pieces of
    /// words overlap: together they are one place.
    func joined(_ matches: [TokenMatch]) -> [TokenMatch] {
        var result: [TokenMatch] = []
        let ordered = matches.sorted {
            ($0.range.lowerBound, $0.range.upperBound, $0.term)
                < ($1.range.lowerBound, $1.range.upperBound, $1.term)
        }
        for match in ordered where match.range.upperBound <= count {
            let last = result.last?.range.upperBound ?? 0
            if match.range.upperBound <= last { continue }
            let end = characterEnd(match.range.upperBound)
            if !result.isEmpty, match.range.lowerBound < last {
                let start = result[result.count - 1].range.lowerBound
                result[result.count - 1].range = start..<end
                continue
            }
            let start = max(last, characterStart(match.range.lowerBound))
            result.append(TokenMatch(range: start..<end, term: match.term))
        }
        return result
    }
}
