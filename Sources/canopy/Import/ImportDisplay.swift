// Shows an import's progress on standard error: one living line on a terminal, else now and then a
// plain one.

import Synchronization

final class ImportDisplay: Sendable {
    /// Time between drawings on a terminal.
    private static let drawInterval: Duration = .milliseconds(200)
    /// Drawings between plain lines elsewhere: five seconds.
    private static let plainEvery = 25

    private let isTerminal = StandardStreams.errorIsTerminal
    private let isQuiet: Bool
    /// Whether the living line stands on the terminal; writers take turns.
    private let lineIsDrawn = Mutex(false)

    init(isQuiet: Bool) { self.isQuiet = isQuiet }

    /// A line of its own, above the living one.
    func message(_ text: String) {
        lineIsDrawn.withLock { drawn in
            StandardStreams.writeError((drawn ? "\r\u{1B}[K" : "") + text + "\n")
            drawn = false
        }
    }

    /// Draws until its task is cancelled.
    func follow(_ progress: ImportProgress, _ clock: SteadyClock) async {
        var line = ImportProgressLine()
        await follow(clock) { line.text(progress.current, elapsed: clock.now.seconds) }
    }

    /// The same with another line.
    func follow(_ clock: SteadyClock, _ line: () -> String) async {
        guard !isQuiet else { return }
        var tick = 0
        while (try? await clock.sleep(Self.drawInterval)) != nil {
            tick += 1
            let text = line()
            if isTerminal {
                draw(text.shortened(to: StandardStreams.errorColumns - 1))
            } else if tick.isMultiple(of: Self.plainEvery) {
                message(text)
            }
        }
        if isTerminal { draw("") }
    }

    private func draw(_ text: String) {
        lineIsDrawn.withLock { drawn in
            StandardStreams.writeError("\r\u{1B}[K" + text)
            drawn = !text.isEmpty
        }
    }
}
