// CSV and TSV: the header names the fields, a sample of rows tells their types.

import Analysis

/// Reads delimited rows. The first rows are read ahead to see which columns are numbers, dates or
/// truth values; empty cells are left out of documents.
struct DelimitedReader: RecordReader {
    private struct Row {
        var cells: [String]
        var place: RecordPlace
        var offset: Int64
        var problem: String?
    }

    /// Rows looked at to tell the columns' types.
    private static let sampleRows = 1_000
    /// Bytes of sample at most: rows can be large.
    private static let sampleBytes: Int64 = 8 << 20

    private var input: LineInput
    private let dialect: DelimitedDialect
    private let idColumn: Int?
    private var sample: [Row]
    private var nextInSample = 0
    private var offset: Int64 = 0
    let columns: [DelimitedColumn]

    /// - Parameter names: the columns' names when the source has no header row.
    init(
        _ input: LineInput, dialect: DelimitedDialect, names: [String]?, idField: String?
    ) throws {
        var input = input
        var sample: [Row] = []
        self.dialect = dialect
        var names = names ?? []
        if names.isEmpty {
            guard let header = try Self.row(&input, dialect) else {
                throw ImportError("\(input.name) is empty: it has no header row")
            }
            names = header.cells.map(\.printable)
            if names.first?.hasPrefix("\u{FEFF}") == true { names[0].removeFirst() }
        }
        try Self.check(names, source: input.name)
        offset = input.offset
        let sampleStart = input.offset
        while sample.count < Self.sampleRows, input.offset - sampleStart < Self.sampleBytes,
            let row = try Self.row(&input, dialect)
        {
            sample.append(row)
        }
        columns = names.enumerated().map { index, name in
            DelimitedColumn(
                name: name,
                type: ColumnType.infer(
                    sample.lazy.compactMap { index < $0.cells.count ? $0.cells[index] : nil }))
        }
        if let idField {
            guard let index = names.firstIndex(of: idField) else {
                throw ImportError(
                    "--id-field \(idField): no such column; there are "
                        + names.joined(separator: ", "))
            }
            idColumn = index
        } else {
            idColumn = names.firstIndex(of: "_id") ?? names.firstIndex(of: "id")
        }
        self.input = input
        self.sample = sample
    }

    var position: ReadPosition { ReadPosition(byteOffset: offset) }
    var fraction: Double? { input.fraction }

    mutating func next(into record: inout ImportRecord) throws -> RecordStep {
        record.clear()
        let row: Row
        if nextInSample < sample.count {
            row = sample[nextInSample]
            nextInSample += 1
            if nextInSample == sample.count {
                sample = []
                nextInSample = 0
            }
        } else {
            guard let read = try Self.row(&input, dialect) else { return .end }
            row = read
        }
        offset = row.offset
        record.place = row.place
        if let problem = row.problem { return .malformed(reason: problem) }
        guard row.cells.count == columns.count else {
            return .malformed(
                reason: "the row has \(row.cells.count) cells, the header \(columns.count)")
        }
        if let idColumn { record.id.append(contentsOf: row.cells[idColumn].utf8) }
        record.write { writer in
            for (column, cell) in zip(columns, row.cells) where !cell.isEmpty {
                if column.name != "_id" { column.write(cell, to: &writer) }
            }
        }
        return .record
    }

    mutating func skip(to position: ReadPosition) throws {
        while nextInSample < sample.count, sample[nextInSample].offset <= position.byteOffset {
            nextInSample += 1
        }
        offset = max(offset, position.byteOffset)
        if nextInSample == sample.count {
            sample = []
            nextInSample = 0
            try input.skip(toOffset: position.byteOffset)
        }
    }

    mutating func finish() throws { try input.finish() }

    /// One row over as many lines as its quotes span; blank lines are passed over.
    private static func row(
        _ input: inout LineInput, _ dialect: DelimitedDialect
    ) throws -> Row? {
        var line: [UInt8] = []
        var row = DelimitedRow(dialect)
        var place: RecordPlace?
        func made(_ cells: [String], _ problem: String? = nil) -> Row {
            Row(
                cells: cells, place: place ?? RecordPlace(source: input.name, line: input.line),
                offset: input.offset, problem: problem)
        }
        while true {
            line.removeAll(keepingCapacity: true)
            switch try input.next(appendingTo: &line) {
            case .end:
                return place == nil ? nil : made([], "a quoted cell is never closed")
            case .tooLong(let byteCount):
                return made([], "the line has \(byteCount) bytes, too many")
            case .line:
                if place == nil && (line.isEmpty || line == [0x0D]) { continue }
                if place == nil { place = RecordPlace(source: input.name, line: input.line) }
                if row.take(line) {
                    return made(row.cells.map { String(decoding: $0, as: UTF8.self) })
                }
                if row.byteCount > LineInput.maximumLineBytes {
                    return made([], "a quoted cell is not closed within \(row.byteCount) bytes")
                }
            }
        }
    }

    private static func check(_ names: [String], source: String) throws {
        if let index = names.firstIndex(of: "") {
            throw ImportError("\(source): column \(index + 1) has no name in the header row")
        }
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw ImportError("\(source): the column name '\(twice)' appears twice in the header")
        }
    }
}
