// Token filters `word_delimiter` and `word_delimiter_graph`: words cut where letters, digits and
// signs meet and where case changes.

/// "PowerShot500-42" becomes Power, Shot, 500, 42. Joined parts stand at the position of the last
/// part they hold, or, in a graph, are a way of their own beside their parts.
final class WordDelimiterFilter: TokenFilter {
    struct Options: Sendable {
        var generatesWords = true
        var generatesNumbers = true
        var joinsWords = false
        var joinsNumbers = false
        var joinsAll = false
        var splitsOnCase = true
        var splitsOnNumerics = true
        var preservesOriginal = false
        var dropsPossessive = true
        var protected = WordSet([])
    }

    private enum Kind {
        case lower, upper, digit, sign
    }

    private struct Part {
        var range: Range<Int>
        var isNumber: Bool
    }

    /// A token to be: one part or several.
    private struct Piece {
        var bytes: [UInt8]
        var range: Range<Int>
        /// Which parts, by their places.
        var parts: Range<Int>
    }

    private let options: Options
    private let makesGraph: Bool
    private var output = TokenBatch()
    /// How many positions have been added before the token at hand.
    private var shift: UInt32 = 0

    init(_ options: Options, makesGraph: Bool) {
        self.options = options
        self.makesGraph = makesGraph
    }

    func apply(to batch: inout TokenBatch) {
        output.restart(for: batch)
        if makesGraph { output.becomeGraph() }
        shift = 0
        for token in 0..<batch.count {
            batch.withTerm(token) { split($0, token, batch) }
        }
        output.reservePositions(batch.positionCount + shift)
        swap(&batch, &output)
    }

    private func split(_ term: UnsafeBufferPointer<UInt8>, _ token: Int, _ batch: TokenBatch) {
        let base = batch.positions[token] + shift
        let parts = options.protected.contains(term) ? [] : parts(term)
        let isWhole = parts.count == 1 && parts[0].range == 0..<term.count
        if isWhole || options.protected.contains(term) {
            return output.append(token, of: batch, position: base)
        }
        var pieces: [Piece] = []
        if options.preservesOriginal {
            // A word of signs alone has no parts and takes one place.
            pieces.append(
                Piece(bytes: Array(term), range: 0..<term.count, parts: 0..<max(1, parts.count)))
        }
        for (place, part) in parts.enumerated()
        where part.isNumber ? options.generatesNumbers : options.generatesWords {
            pieces.append(
                Piece(
                    bytes: Array(term[part.range]), range: part.range, parts: place..<(place + 1)))
        }
        var start = 0
        while start < parts.count {
            var end = start + 1
            while end < parts.count, parts[end].isNumber == parts[start].isNumber { end += 1 }
            let joins = parts[start].isNumber ? options.joinsNumbers : options.joinsWords
            if joins { append(parts[start..<end], term, to: &pieces) }
            start = end
        }
        if options.joinsAll { append(parts[...], term, to: &pieces) }
        guard !pieces.isEmpty else { return }
        let isLiteral = Int(batch.endOffsets[token] - batch.startOffsets[token]) == term.count
        emit(makesGraph ? ways(pieces) : overlaid(pieces), token, base, batch, isLiteral: isLiteral)
    }

    /// Adds the parts joined into one, unless that is there already.
    private func append(
        _ parts: ArraySlice<Part>, _ term: UnsafeBufferPointer<UInt8>, to pieces: inout [Piece]
    ) {
        guard let first = parts.first, let last = parts.last else { return }
        let bytes = parts.flatMap { term[$0.range] }
        let range = first.range.lowerBound..<last.range.upperBound
        // One part alone stands for itself, and all parts may be one run or the original.
        let isThere =
            parts.count == 1
            ? first.isNumber ? options.generatesNumbers : options.generatesWords
            : [pieces.first, pieces.last].contains { $0?.range == range && $0?.bytes == bytes }
        if !isThere { pieces.append(Piece(bytes: bytes, range: range, parts: parts.indices)) }
    }

    // MARK: Places

    private typealias Placed = (piece: Piece, position: UInt32, span: UInt32)

    /// Each piece at its last part; the original at the first. Places without a piece are not
    /// taken.
    private func overlaid(_ pieces: [Piece]) -> [Placed] {
        let places = pieces.enumerated().map { index, piece in
            index == 0 && options.preservesOriginal ? 0 : piece.parts.upperBound - 1
        }
        let ranks = Self.ranks(places)
        return zip(pieces, places).map { ($0, ranks[$1] ?? 0, 1) }
    }

    /// Each piece from its first part to its last. Places where no piece begins or ends are not
    /// taken.
    private func ways(_ pieces: [Piece]) -> [Placed] {
        let ranks = Self.ranks(pieces.flatMap { [$0.parts.lowerBound, $0.parts.upperBound] })
        return pieces.map { piece in
            let from = ranks[piece.parts.lowerBound] ?? 0
            return (piece, from, (ranks[piece.parts.upperBound] ?? 0) - from)
        }
    }

    private static func ranks(_ places: [Int]) -> [Int: UInt32] {
        Dictionary(uniqueKeysWithValues: zip(Set(places).sorted(), 0...))
    }

    private func emit(
        _ placed: [Placed], _ token: Int, _ base: UInt32, _ batch: TokenBatch, isLiteral: Bool
    ) {
        let start = batch.startOffsets[token]
        let ordered = placed.enumerated().sorted {
            ($0.element.position, $0.offset) < ($1.element.position, $1.offset)
        }
        for (_, (piece, position, span)) in ordered {
            piece.bytes.withUnsafeBufferPointer {
                output.append(
                    $0, start: isLiteral ? start + UInt32(piece.range.lowerBound) : start,
                    end: isLiteral
                        ? start + UInt32(piece.range.upperBound) : batch.endOffsets[token],
                    position: base + position, spanning: span)
            }
        }
        let end = placed.reduce(1) { max($0, $1.position + $1.span) }
        shift += end - 1
    }

    private func parts(_ term: UnsafeBufferPointer<UInt8>) -> [Part] {
        var parts: [Part] = []
        var start = 0
        var previous = Kind.sign
        var index = 0
        while index < term.count {
            let place = index
            let kind = UTF8Scan.scalar(term, &index).map(Self.kind) ?? .sign
            let isEnd = kind == .sign || (previous != .sign && breaks(previous, kind))
            if isEnd, previous != .sign {
                parts.append(Part(range: start..<place, isNumber: previous == .digit))
            }
            if kind != .sign, previous == .sign || isEnd { start = place }
            previous = kind
        }
        if previous != .sign {
            parts.append(Part(range: start..<term.count, isNumber: previous == .digit))
        }
        guard options.dropsPossessive else { return parts }
        return parts.indices.filter { !isPossessive(parts[$0].range, term) }.map { parts[$0] }
    }

    /// The s of "owner's".
    private func isPossessive(_ range: Range<Int>, _ term: UnsafeBufferPointer<UInt8>) -> Bool {
        range.count == 1 && term[range.lowerBound] | 0x20 == UInt8(ascii: "s")
            && range.lowerBound > 1 && term[range.lowerBound - 1] == UInt8(ascii: "'")
            && (range.upperBound == term.count || Self.isSign(term, range.upperBound))
    }

    private static func isSign(_ term: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
        var index = place
        return UTF8Scan.scalar(term, &index).map(kind) ?? .sign == .sign
    }

    private func breaks(_ left: Kind, _ right: Kind) -> Bool {
        if (left == .digit) != (right == .digit) { return options.splitsOnNumerics }
        return left == .lower && right == .upper && options.splitsOnCase
    }

    private static func kind(_ scalar: Unicode.Scalar) -> Kind {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .titlecaseLetter: .upper
        case .lowercaseLetter, .modifierLetter, .otherLetter, .nonspacingMark, .spacingMark: .lower
        case .decimalNumber, .letterNumber, .otherNumber: .digit
        default: .sign
        }
    }
}
