// Cuts the body of a bulk request into its lines.

/// Lines end with "\n"; a "\r" before it does not belong to the line. Numbers start at 1.
struct BulkLines {
    struct Line {
        let number: Int
        let bytes: ArraySlice<UInt8>

        /// Nothing but white space.
        var isBlank: Bool { bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 } }
    }

    private let body: [UInt8]
    private var position = 0
    private var number = 0

    init(_ body: [UInt8]) {
        self.body = body
    }

    mutating func next() -> Line? {
        guard position < body.count else { return nil }
        let start = position
        let newline = body[start...].firstIndex(of: UInt8(ascii: "\n"))
        var end = newline ?? body.count
        position = newline.map { $0 + 1 } ?? body.count
        if end > start, body[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        number += 1
        return Line(number: number, bytes: body[start..<end])
    }

    /// The next line that is not blank.
    mutating func nextContent() -> Line? {
        while let line = next() {
            if !line.isBlank { return line }
        }
        return nil
    }
}
