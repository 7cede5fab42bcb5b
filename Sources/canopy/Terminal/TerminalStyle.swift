// Bold, dim and coloured text for people at a terminal, and plain text for everything else.

import Foundation

/// Decorates text when the stream it goes to is a terminal (and NO_COLOR is unset).
struct TerminalStyle: Sendable {
    let isEnabled: Bool

    static let plain = TerminalStyle(isEnabled: false)

    /// The style fit for a file descriptor: 1 is standard output, 2 standard error.
    static func detect(descriptor: Int32) -> TerminalStyle {
        let environment = ProcessInfo.processInfo.environment
        let refused = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        let dumb = environment["TERM"] == "dumb"
        return TerminalStyle(isEnabled: isatty(descriptor) == 1 && !refused && !dumb)
    }

    func bold(_ text: String) -> String { wrap(text, "1") }
    func dim(_ text: String) -> String { wrap(text, "2") }
    func red(_ text: String) -> String { wrap(text, "31") }
    func green(_ text: String) -> String { wrap(text, "32") }
    func yellow(_ text: String) -> String { wrap(text, "33") }
    func cyan(_ text: String) -> String { wrap(text, "36") }

    private func wrap(_ text: String, _ code: String) -> String {
        isEnabled ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
