// Cuts a text into parts of whole lines and counts the lines before each. Decides only: it is fed
// with the text's bytes.

import Foundation

struct LinePart: Sendable, Hashable {
    var bytes: Range<Int64>
    var linesBefore: Int64
}

/// A part ends with the first line that reaches its size.
struct LineSplitter: Sendable {
    let partBytes: Int64

    private(set) var parts: [LinePart] = []
    private var offset: Int64 = 0
    private var lines: Int64 = 0
    private var start: Int64 = 0
    private var linesBefore: Int64 = 0

    init(partBytes: Int64) { self.partBytes = partBytes }

    /// Takes the next bytes.
    mutating func take(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        var place = 0
        while place < bytes.count,
            let found = memchr(base + place, 0x0A, bytes.count - place)
        {
            place = UnsafeRawPointer(found) - base + 1
            lines += 1
            let end = offset + Int64(place)
            if end - start >= partBytes { cut(at: end) }
        }
        offset += Int64(bytes.count)
    }

    /// Takes the text's end.
    mutating func finish() {
        if offset > start { cut(at: offset) }
    }

    private mutating func cut(at end: Int64) {
        parts.append(LinePart(bytes: start..<end, linesBefore: linesBefore))
        start = end
        linesBefore = lines
    }
}
