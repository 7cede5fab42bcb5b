// Shows an evaluation's progress on standard error.

/// Shows what takes longer than two seconds: a living line on a terminal, else a plain one now and
/// then.
struct EvalDisplay: Sendable {
    private static let interval: Duration = .milliseconds(200)
    /// Readings before anything is shown, and between plain lines.
    private static let firstReading = 10
    private static let plainEvery = 25

    /// Shows until its task is cancelled.
    static func follow(_ progress: EvalProgress, _ clock: SteadyClock) async {
        let isTerminal = StandardStreams.errorIsTerminal
        var reading = 0
        while (try? await clock.sleep(interval)) != nil {
            reading += 1
            guard reading >= firstReading else { continue }
            let text = progress.current.text(now: clock.now)
            if isTerminal {
                let line = text.shortened(to: StandardStreams.errorColumns - 1)
                StandardStreams.writeError("\r\u{1B}[K" + line)
            } else if (reading - firstReading).isMultiple(of: plainEvery) {
                StandardStreams.writeError(text + "\n")
            }
        }
        if isTerminal, reading >= firstReading { StandardStreams.writeError("\r\u{1B}[K") }
    }
}
