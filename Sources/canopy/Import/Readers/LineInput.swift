// Cuts a stream of bytes, or several one after the other, into lines without holding more than one.

import Foundation

/// The lines of some streams in order. A line ends with a line feed or with its stream.
struct LineInput {
    enum Step: Equatable {
        case line
        /// Longer than the limit; its bytes were passed over.
        case tooLong(byteCount: Int64)
        case end
    }

    /// The longest line taken, in bytes: what a bulk request may hold.
    static let maximumLineBytes = 64 << 20
    /// Bytes asked of the stream at a time.
    private static let chunkBytes = 256 << 10

    private var unopened: [() throws -> ByteStream]
    private let streamCount: Int
    private var stream: ByteStream?
    private let lineLimit: Int
    /// Unread bytes are `chunk[next..<filled]`.
    private var chunk: [UInt8]
    private var next = 0
    private var filled = 0

    /// The name of the stream the last line came from.
    private(set) var name = ""
    /// The number of the last line in its stream, from 1.
    private(set) var line: Int64 = 0
    /// Bytes before the next line, over all streams.
    private(set) var offset: Int64 = 0

    /// The streams are opened one at a time, when their turn comes.
    init(_ streams: [() throws -> ByteStream], lineLimit: Int = Self.maximumLineBytes) {
        unopened = streams.reversed()
        streamCount = streams.count
        self.lineLimit = lineLimit
        chunk = [UInt8](repeating: 0, count: Self.chunkBytes)
    }

    /// Share of the streams read so far, each counted alike.
    var fraction: Double? {
        guard let part = stream?.fraction else { return nil }
        return (Double(streamCount - unopened.count - 1) + part) / Double(streamCount)
    }

    /// Appends the next line, without its line feed, to `buffer`.
    mutating func next(appendingTo buffer: inout [UInt8]) throws -> Step {
        guard try prepare() else { return .end }
        let start = buffer.count
        var byteCount = 0
        line += 1
        while true {
            let end = lineFeed()
            let count = (end ?? filled) - next
            byteCount += count
            if byteCount <= lineLimit { buffer.append(contentsOf: chunk[next..<next + count]) }
            consume(count + (end == nil ? 0 : 1))
            if end != nil { break }
            if try !refill() { break }
        }
        guard byteCount <= lineLimit else {
            buffer.removeSubrange(start...)
            return .tooLong(byteCount: Int64(byteCount))
        }
        return .line
    }

    /// Reads and drops bytes up to `target`, a place between two lines.
    mutating func skip(toOffset target: Int64) throws {
        while offset < target {
            guard try prepare() else {
                throw ImportError(
                    "the source ends at byte \(offset), before byte \(target) that the checkpoint "
                        + "names: it was cut since. Import it anew with --restart")
            }
            let count = Int(min(Int64(filled - next), target - offset))
            for byte in chunk[next..<next + count] where byte == 0x0A { line += 1 }
            consume(count)
        }
    }

    mutating func finish() throws {
        unopened = []
        next = filled
        try stream?.finish()
        stream = nil
    }

    /// Makes sure that an unread byte is at hand; false at the end of the last stream.
    private mutating func prepare() throws -> Bool {
        while next == filled {
            if stream != nil, try refill() { return true }
            try stream?.finish(reachedEnd: true)
            stream = nil
            guard let open = unopened.popLast() else { return false }
            let opened = try open()
            stream = opened
            name = opened.name
            line = opened.linesBefore
        }
        return true
    }

    /// Reads on in the current stream; false at its end.
    private mutating func refill() throws -> Bool {
        guard let stream else { return false }
        next = 0
        filled = 0
        filled = try chunk.withUnsafeMutableBytes { try stream.read(into: $0) }
        return filled > 0
    }

    private mutating func consume(_ count: Int) {
        next += count
        offset += Int64(count)
    }

    private func lineFeed() -> Int? {
        chunk.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress,
                let found = memchr(base + next, 0x0A, filled - next)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }
}
