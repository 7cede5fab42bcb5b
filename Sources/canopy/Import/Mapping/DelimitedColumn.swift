// What a column of a CSV or TSV file holds, judged by a sample, and how its cells become JSON.

import Analysis

/// The type of a column's cells, as the index will map it.
enum ColumnType: String, Sendable {
    case integer = "long"
    case real = "double"
    case boolean
    case date
    /// Text with a keyword beside it.
    case text
    /// Text too long to be a keyword.
    case prose

    /// Characters above which a keyword is of no use to anyone.
    static let keywordLimit = 256

    /// The narrowest type that fits every cell that is not empty.
    static func infer(_ cells: some Sequence<String>) -> ColumnType {
        var seen = 0
        var length = 0
        var fits: Set<ColumnType> = [.integer, .real, .boolean, .date]
        for cell in cells where !cell.isEmpty {
            seen += 1
            length += cell.utf8.count
            if !fits.isEmpty { fits = fits.filter { $0.accepts(cell) } }
        }
        if seen == 0 { return .text }
        for type in [ColumnType.boolean, .integer, .real, .date] where fits.contains(type) {
            return type
        }
        return length / seen > keywordLimit ? .prose : .text
    }

    /// Whether a cell can be written as this type. Numbers with leading zeros or plus signs are
    /// codes, not quantities.
    func accepts(_ cell: String) -> Bool {
        let bytes = Array(cell.utf8)
        return switch self {
        case .boolean: cell == "true" || cell == "false"
        case .integer: Self.isInteger(bytes[...]) && Int64(cell) != nil
        case .real: Self.isDecimal(bytes)
        case .date: Self.isDate(bytes)
        case .text, .prose: true
        }
    }

    private static func isInteger(_ bytes: ArraySlice<UInt8>) -> Bool {
        let digits = bytes.first == UInt8(ascii: "-") ? bytes.dropFirst() : bytes
        guard let first = digits.first, digits.allSatisfy(isDigit) else { return false }
        return digits.count == 1 || first != UInt8(ascii: "0")
    }

    private static func isDecimal(_ bytes: [UInt8]) -> Bool {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 2, isInteger(parts[0]), bytes.count <= 40 else { return false }
        return parts.count == 1 || (!parts[1].isEmpty && parts[1].allSatisfy(isDigit))
    }

    /// 2026-01-02, or that with a time after `T`.
    private static func isDate(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 10, bytes.count <= 35 else { return false }
        for (index, byte) in bytes.prefix(10).enumerated() {
            let isDash = index == 4 || index == 7
            if isDash ? byte != UInt8(ascii: "-") : !isDigit(byte) { return false }
        }
        if bytes.count == 10 { return true }
        let time = bytes.dropFirst(11)
        let allowed = Set("0123456789:.+-Z".utf8)
        return bytes[10] == UInt8(ascii: "T") && time.count >= 2
            && time.allSatisfy(allowed.contains)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

/// One column: its name is the field's.
struct DelimitedColumn: Sendable, Equatable {
    let name: String
    let type: ColumnType

    /// Writes a cell; one that does not fit its column's type goes as a string, for the server to
    /// judge.
    func write(_ cell: String, to writer: inout JSONWriter) {
        writer.key(name)
        switch type {
        case .integer, .real:
            if type.accepts(cell) { writer.raw(Array(cell.utf8)) } else { writer.string(cell) }
        case .boolean:
            if type.accepts(cell) { writer.bool(cell == "true") } else { writer.string(cell) }
        case .date, .text, .prose:
            writer.string(cell)
        }
    }

    /// The field's mapping.
    var mapping: JSONValue {
        switch type {
        case .integer, .real, .boolean, .date: ["type": .string(type.rawValue)]
        case .prose: ["type": "text"]
        case .text:
            [
                "type": "text",
                "fields": ["keyword": ["type": "keyword", "ignore_above": 256]],
            ]
        }
    }
}
