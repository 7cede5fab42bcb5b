// Cuts texts into fragments at sentences and words.

import Analysis
import Queries

/// Belongs to one thread.
final class FragmentCutter {
    private var sentences: [String: TextBoundaries] = [:]
    private lazy var words = TextBoundaries(.word)

    /// Code points beside a cut from which it is decided where words end.
    private static let surroundings = 32

    /// The pieces of a value that hold a match, in order and without overlaps: each begins with the
    /// sentence of its first match and takes in further sentences as long as they fit. A sentence
    /// longer than that is cut between words, around the match.
    /// - Parameter matches: as `HighlightedText.joined` leaves them.
    func cut(
        _ text: HighlightedText, value: Int, matches: [TokenMatch], _ request: HighlightField
    ) -> [Fragment] {
        guard !matches.isEmpty else { return [] }
        if request.fragmentCount == 0 {
            return [Fragment(value: value, range: 0..<text.count, matches: matches)]
        }
        let edges = edges(text, request)
        var fragments: [Fragment] = []
        var rest = matches[...]
        var floor = 0
        while let first = rest.first {
            var range = piece(text, around: first.range, edges, floor: floor, request)
            var inside = rest.prefix { $0.range.upperBound <= range.upperBound }
            if let next = rest.dropFirst(inside.count).first,
                next.range.lowerBound < range.upperBound
            {
                // A match is never cut.
                range = range.lowerBound..<next.range.upperBound
                inside = rest.prefix(inside.count + 1)
            }
            rest = rest.dropFirst(inside.count)
            floor = range.upperBound
            let shown = text.trimmed(range)
            let from = min(shown.lowerBound, inside.first?.range.lowerBound ?? .max)
            let to = max(shown.upperBound, inside.last?.range.upperBound ?? 0)
            fragments.append(Fragment(value: value, range: from..<to, matches: Array(inside)))
        }
        return fragments
    }

    /// The beginning of a text, up to so many code points, cut between words.
    func beginning(_ text: HighlightedText, _ request: HighlightField) -> Range<Int> {
        let limit = text.advance(0, by: request.noMatchSize)
        if limit == text.count { return 0..<text.count }
        return text.trimmed(0..<wordEnd(text, limit, above: 0, request))
    }

    /// Where sentences begin, and the end of the text.
    private func edges(_ text: HighlightedText, _ request: HighlightField) -> [Int] {
        let whole = [0, text.count]
        guard request.boundary == .sentence else { return whole }
        let known = sentences[request.locale]
        let boundaries = known ?? TextBoundaries(.sentence, locale: request.locale)
        sentences[request.locale] = boundaries
        return boundaries?.find(text.bytes[...]) ?? whole
    }

    private func piece(
        _ text: HighlightedText, around match: Range<Int>, _ edges: [Int], floor: Int,
        _ request: HighlightField
    ) -> Range<Int> {
        var next = Self.first(in: edges) { $0 > match.lowerBound }
        let start = max(floor, next > 0 ? edges[next - 1] : 0)
        while next < edges.count, edges[next] < match.upperBound { next += 1 }
        var end = next < edges.count ? edges[next] : text.count
        let size = request.fragmentSize
        if size == 0 && request.boundary == .sentence { return start..<end }
        var length = text.length(start..<end)
        if length > size { return window(text, around: match, in: start..<end, request) }
        while next + 1 < edges.count {
            length += text.length(end..<edges[next + 1])
            if length > size { break }
            next += 1
            end = edges[next]
        }
        return start..<end
    }

    /// A part of a long sentence, the match in its middle.
    private func window(
        _ text: HighlightedText, around match: Range<Int>, in sentence: Range<Int>,
        _ request: HighlightField
    ) -> Range<Int> {
        let beside = max(0, request.fragmentSize - text.length(match)) / 2
        let earliest = text.retreat(match.lowerBound, by: beside)
        var start = sentence.lowerBound
        if earliest > start {
            start = wordStart(text, earliest, below: match.lowerBound, request)
        }
        let latest = max(match.upperBound, text.advance(start, by: request.fragmentSize))
        if latest >= sentence.upperBound { return start..<sentence.upperBound }
        return start..<wordEnd(text, latest, above: match.upperBound, request)
    }

    /// The first place at or behind the wanted one, though not far, where words may be cut.
    private func wordStart(
        _ text: HighlightedText, _ wanted: Int, below limit: Int, _ request: HighlightField
    ) -> Int {
        let end = min(limit, text.advance(wanted, by: request.boundaryScan))
        let found = wordEdges(text, wanted..<end).first { $0 >= wanted && $0 <= end }
        return found ?? min(limit, text.characterEnd(wanted))
    }

    /// The last such place at or before the wanted one.
    private func wordEnd(
        _ text: HighlightedText, _ wanted: Int, above limit: Int, _ request: HighlightField
    ) -> Int {
        let start = max(limit, text.retreat(wanted, by: request.boundaryScan))
        let found = wordEdges(text, start..<wanted).last { $0 >= start && $0 <= wanted }
        return found ?? max(limit, text.characterStart(wanted))
    }

    /// Where words begin and end in a range and near it.
    private func wordEdges(_ text: HighlightedText, _ range: Range<Int>) -> [Int] {
        let start = text.retreat(range.lowerBound, by: Self.surroundings)
        let end = text.advance(range.upperBound, by: Self.surroundings)
        guard let words else { return [] }
        // The ends of what is looked at need not be ends of words.
        return words.find(text.bytes[start..<end]).map { start + $0 }.filter { edge in
            (edge > start || start == 0) && (edge < end || end == text.count)
        }
    }

    private static func first(in edges: [Int], where holds: (Int) -> Bool) -> Int {
        var (low, high) = (0, edges.count)
        while low < high {
            let middle = (low + high) / 2
            if holds(edges[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
