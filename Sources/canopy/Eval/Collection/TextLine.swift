// The files of a test collection, line by line: plain or compressed.

import Foundation

/// One line of a file, without its ending, and where it stands.
struct TextLine {
    let file: String
    /// From 1.
    let number: Int64
    let text: String

    var place: String { "\(file):\(number)" }
    var isBlank: Bool { text.utf8.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) } }

    /// The error that this line is.
    func problem(_ reason: String) -> EvalError { EvalError("\(place): \(reason)") }

    /// The parts between runs of white space.
    var words: [Substring] {
        text.utf8.split { $0 == 0x20 || (0x09...0x0D).contains($0) }.map { Substring($0) }
    }

    /// The parts between tabs, white space at their ends removed.
    var cells: [String] {
        text.utf8.split(separator: 0x09, omittingEmptySubsequences: false)
            .map { Substring($0).trimmed }
    }

    /// Hands over every line of a file in order. Files ending in .gz, .zst, .lz4, .xz or .bz2 are
    /// decompressed; `-` is standard input.
    /// - Throws: `ImportError` when the file cannot be read, `EvalError` for a line that is no
    ///   text, and what `take` throws.
    static func each(of path: String, _ take: (TextLine) throws -> Void) throws {
        var isFolder = ObjCBool(false)
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
        {
            throw EvalError("\(path) is a folder; name a file in it")
        }
        var input = LineInput([{ try ByteStream.open(path) }], lineLimit: maximumBytes)
        var bytes: [UInt8] = []
        while true {
            bytes.removeAll(keepingCapacity: true)
            switch try input.next(appendingTo: &bytes) {
            case .end: return
            case .tooLong(let byteCount):
                throw EvalError(
                    "\(path):\(input.line): the line has \(byteCount) bytes; at most "
                        + "\(maximumBytes) are taken")
            case .line:
                var line = bytes[...]
                if input.line == 1, line.starts(with: byteOrderMark) {
                    line = line.dropFirst(byteOrderMark.count)
                }
                if line.last == 0x0D { line = line.dropLast() }
                guard let text = String(validating: line, as: UTF8.self) else {
                    throw EvalError(
                        "\(path):\(input.line): the line is not UTF-8; `iconv -f LATIN1 -t UTF-8` "
                            + "converts older collections")
                }
                try take(TextLine(file: path, number: input.line, text: text))
            }
        }
    }

    /// The longest line taken, in bytes.
    private static let maximumBytes = 1 << 20
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}
