// Token filter `cjk_bigram`: neighbouring characters of Han, Hiragana, Katakana and Hangul.

/// Joins the characters of tokens that touch one another in the text.
final class CJKBigramFilter: TokenFilter {
    struct Scripts: OptionSet, Sendable {
        let rawValue: Int
        static let han = Scripts(rawValue: 1)
        static let hiragana = Scripts(rawValue: 2)
        static let katakana = Scripts(rawValue: 4)
        static let hangul = Scripts(rawValue: 8)
        static let all: Scripts = [.han, .hiragana, .katakana, .hangul]

        static let byName: [String: Scripts] = [
            "han": .han, "hiragana": .hiragana, "katakana": .katakana, "hangul": .hangul,
        ]

        static func script(of scalar: Unicode.Scalar) -> Scripts {
            switch scalar.value {
            case 0x2E80...0x2FD5, 0x3005...0x3007, 0x3400...0x4DBF, 0x4E00...0x9FFF,
                0xF900...0xFAD9, 0x20000...0x323AF:
                .han
            case 0x3041...0x309F: .hiragana
            case 0x30A1...0x30FF, 0x31F0...0x31FF, 0xFF66...0xFF9F: .katakana
            case 0x1100...0x11FF, 0x3131...0x318E, 0xA960...0xA97C, 0xAC00...0xD7FB,
                0xFFA0...0xFFDC:
                .hangul
            default: []
            }
        }
    }

    /// One character of a run.
    private struct Cell {
        var range: Range<Int>
        var start: UInt32
        var end: UInt32
    }

    private let ignored: Scripts
    private let outputsUnigrams: Bool
    private var output = TokenBatch()
    private var run: [Cell] = []
    private var position: UInt32 = 0

    init(ignoring ignored: Scripts, outputsUnigrams: Bool) {
        self.ignored = ignored
        self.outputsUnigrams = outputsUnigrams
    }

    func apply(to batch: inout TokenBatch) {
        output.restart(for: batch)
        run.removeAll(keepingCapacity: true)
        position = 0
        var gaps: UInt32 = 0
        for token in 0..<batch.count {
            let skipped =
                token == 0
                ? batch.positions[0]
                : batch.positions[token] - min(batch.positions[token], batch.positions[token - 1])
            if token == 0 { gaps = skipped } else { gaps = skipped == 0 ? 0 : skipped - 1 }
            let cells = batch.withTerm(token) { self.cells($0, of: token, batch) }
            if gaps > 0 || cells.isEmpty || run.last.map({ $0.end != cells[0].start }) ?? false {
                finish(batch)
            }
            position += gaps
            if cells.isEmpty {
                let isSamePosition = token > 0 && skipped == 0 && position > 0
                output.append(token, of: batch, position: isSamePosition ? position - 1 : position)
                if !isSamePosition { position += 1 }
            } else {
                run += cells
            }
        }
        finish(batch)
        let trailing = batch.positionCount - (batch.positions.last.map { $0 + 1 } ?? 0)
        output.reservePositions(position + trailing)
        swap(&batch, &output)
    }

    /// The characters of a token that is all of the wanted scripts; none otherwise.
    private func cells(
        _ term: UnsafeBufferPointer<UInt8>, of token: Int, _ batch: TokenBatch
    ) -> [Cell] {
        let base = Int(batch.termEnds[token]) - term.count
        let start = batch.startOffsets[token]
        let end = batch.endOffsets[token]
        // Offsets of characters are known only when the term stands so in the text.
        let isLiteral = Int(end - start) == term.count
        var cells: [Cell] = []
        var index = 0
        while index < term.count {
            let place = index
            guard let scalar = UTF8Scan.scalar(term, &index) else { return [] }
            let isMark = scalar.properties.generalCategory == .nonspacingMark
            if isMark, let last = cells.indices.last {
                cells[last].range = cells[last].range.lowerBound..<(base + index)
                if isLiteral { cells[last].end = start + UInt32(index) }
                continue
            }
            let script = Scripts.script(of: scalar)
            guard !script.isEmpty, ignored.isDisjoint(with: script) else { return [] }
            cells.append(
                Cell(
                    range: (base + place)..<(base + index),
                    start: isLiteral ? start + UInt32(place) : start,
                    end: isLiteral ? start + UInt32(index) : end))
        }
        return cells
    }

    private func finish(_ batch: TokenBatch) {
        guard !run.isEmpty else { return }
        for index in run.indices {
            let first = run[index]
            if outputsUnigrams || run.count == 1 { append([first], batch) }
            if index + 1 < run.count { append([first, run[index + 1]], batch) }
            if outputsUnigrams || run.count == 1 || index + 1 < run.count { position += 1 }
        }
        run.removeAll(keepingCapacity: true)
    }

    private func append(_ cells: [Cell], _ batch: TokenBatch) {
        let term = cells.flatMap { batch.termBytes[$0.range] }
        term.withUnsafeBufferPointer {
            output.append(
                $0, start: cells[0].start, end: max(cells[0].end, cells[cells.count - 1].end),
                position: position, spanning: outputsUnigrams ? UInt32(cells.count) : 1)
        }
    }
}
