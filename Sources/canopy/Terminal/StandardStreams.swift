// Writing whole strings to standard output and standard error.

import Foundation

enum StandardStreams {
    static func writeOutput(_ text: String) { write(text, to: 1) }
    static func writeError(_ text: String) { write(text, to: 2) }

    /// Bytes as they are, for `--json`.
    static func writeOutput(_ bytes: [UInt8]) { write(bytes, to: 1) }

    static var errorIsTerminal: Bool { isatty(2) == 1 }

    /// Columns of the terminal behind standard error, or 80.
    static var errorColumns: Int {
        var size = winsize()
        let known = ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return known ? Int(size.ws_col) : 80
    }

    private static func write(_ text: String, to descriptor: Int32) {
        write(Array(text.utf8), to: descriptor)
    }

    /// A closed pipe or a full disk ends the output, not the work: a tool's progress is no reason
    /// to stop.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        bytes.withUnsafeBytes { all in
            var rest = all[...]
            while !rest.isEmpty {
                let part = UnsafeRawBufferPointer(rebasing: rest)
                guard let base = part.baseAddress else { return }
                let written = Foundation.write(descriptor, base, part.count)
                if written < 0 && errno == EINTR { continue }
                guard written > 0 else { return }
                rest = rest.dropFirst(written)
            }
        }
    }
}
