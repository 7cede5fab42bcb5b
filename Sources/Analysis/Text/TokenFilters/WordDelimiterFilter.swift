// Token filters `word_delimiter` and `word_delimiter_graph`: words cut where letters, digits and
// signs meet and where case changes.

/// "PowerShot500-42" becomes Power, Shot, 500, 42. Joined parts stand at the position of the
/// last part they hold.
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

    private let options: Options
    private var output = TokenBatch()
    /// How many positions have been added before the token at hand.
    private var shift: UInt32 = 0

    init(_ options: Options) { self.options = options }

    func apply(to batch: inout TokenBatch) {
        output.removeAll()
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
        var tokens: [(bytes: [UInt8], range: Range<Int>, position: Int)] = []
        if options.preservesOriginal { tokens.append((Array(term), 0..<term.count, 0)) }
        for (place, part) in parts.enumerated()
        where part.isNumber ? options.generatesNumbers : options.generatesWords {
            tokens.append((Array(term[part.range]), part.range, place))
        }
        var start = 0
        while start < parts.count {
            var end = start + 1
            while end < parts.count, parts[end].isNumber == parts[start].isNumber { end += 1 }
            let joins = parts[start].isNumber ? options.joinsNumbers : options.joinsWords
            if joins { append(parts[start..<end], term, to: &tokens) }
            start = end
        }
        if options.joinsAll { append(parts[...], term, to: &tokens) }
        emit(tokens, token, base, batch, isLiteral: spans(token, batch) == term.count)
    }

    private func spans(_ token: Int, _ batch: TokenBatch) -> Int {
        Int(batch.endOffsets[token] - batch.startOffsets[token])
    }

    /// Adds the parts joined into one, unless that is there already.
    private func append(
        _ parts: ArraySlice<Part>, _ term: UnsafeBufferPointer<UInt8>,
        to tokens: inout [(bytes: [UInt8], range: Range<Int>, position: Int)]
    ) {
        guard let first = parts.first, let last = parts.last else { return }
        let bytes = parts.flatMap { term[$0.range] }
        let range = first.range.lowerBound..<last.range.upperBound
        let position = parts.endIndex - 1
        // One part alone stands for itself, and all parts may be one run or the original.
        let isThere =
            parts.count == 1
            ? parts[parts.startIndex].isNumber
                ? options.generatesNumbers : options.generatesWords
            : [tokens.first, tokens.last].contains { $0?.range == range && $0?.bytes == bytes }
        if !isThere { tokens.append((bytes, range, position)) }
    }

    private func emit(
        _ tokens: [(bytes: [UInt8], range: Range<Int>, position: Int)], _ token: Int,
        _ base: UInt32, _ batch: TokenBatch, isLiteral: Bool
    ) {
        guard !tokens.isEmpty else { return }
        let start = batch.startOffsets[token]
        // Positions of parts that were not asked for are not taken.
        let taken = Set(tokens.map(\.position)).sorted()
        let places = Dictionary(uniqueKeysWithValues: zip(taken, 0...))
        let ordered = tokens.enumerated().sorted {
            ($0.element.position, $0.offset) < ($1.element.position, $1.offset)
        }
        for (_, part) in ordered {
            let place = UInt32(places[part.position] ?? 0)
            part.bytes.withUnsafeBufferPointer {
                output.append(
                    $0, start: isLiteral ? start + UInt32(part.range.lowerBound) : start,
                    end: isLiteral
                        ? start + UInt32(part.range.upperBound) : batch.endOffsets[token],
                    position: base + place)
            }
        }
        shift += UInt32(taken.count - 1)
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
