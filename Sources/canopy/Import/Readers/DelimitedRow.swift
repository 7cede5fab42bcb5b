// Parses the rows of CSV (RFC 4180) and TSV from lines, with fields that span lines.

/// How rows are cut into cells.
struct DelimitedDialect: Sendable, Equatable {
    let separator: UInt8
    /// Whether `"` opens a cell that may hold separators, line feeds and doubled quotes.
    let isQuoted: Bool

    static let csv = DelimitedDialect(separator: UInt8(ascii: ","), isQuoted: true)
    static let tsv = DelimitedDialect(separator: 0x09, isQuoted: false)
}

/// One row under construction: lines go in until the row is whole.
struct DelimitedRow {
    private enum State { case start, plain, quoted, quoteInQuoted }

    private(set) var cells: [[UInt8]] = []
    private var cell: [UInt8] = []
    private var state = State.start
    private let dialect: DelimitedDialect

    init(_ dialect: DelimitedDialect) { self.dialect = dialect }

    /// Takes one line without its line feed.
    /// - Returns: whether the row is whole; if not, the next line belongs to it.
    mutating func take(_ line: [UInt8]) -> Bool {
        for (index, byte) in line.enumerated() {
            // The line's end may be CR LF; inside quotes the CR belongs to the text.
            if byte == 0x0D && index == line.count - 1 && state != .quoted { break }
            take(byte)
        }
        if state == .quoted {
            cell.append(0x0A)
            return false
        }
        endCell()
        return true
    }

    /// Bytes gathered so far, to bound what an unclosed quote can swallow.
    var byteCount: Int { cell.count }

    private mutating func take(_ byte: UInt8) {
        let quote = UInt8(ascii: "\"")
        switch state {
        case .start where byte == quote && dialect.isQuoted:
            state = .quoted
        case .start, .plain:
            if byte == dialect.separator {
                endCell()
            } else {
                cell.append(byte)
                state = .plain
            }
        case .quoted:
            if byte == quote { state = .quoteInQuoted } else { cell.append(byte) }
        case .quoteInQuoted:
            if byte == quote {
                cell.append(byte)
                state = .quoted
            } else if byte == dialect.separator {
                endCell()
            } else {
                // Text after a closing quote: taken as it stands, as spreadsheets do.
                cell.append(byte)
                state = .plain
            }
        }
    }

    private mutating func endCell() {
        cells.append(cell)
        cell.removeAll(keepingCapacity: true)
        state = .start
    }
}
