// What a running load test shows on standard error while it runs.

import Synchronization

/// The driver writes this, the display reads it.
final class LoadProgress: Sendable {
    struct State: Sendable, Equatable {
        /// From 1; 0 before the first.
        var step = 0
        var stepCount = 0
        var rate = 0.0
        var isWarmUp = false
        var secondsLeft = 0.0
        var offered: Int64 = 0
        var answered: Int64 = 0
        var refused: Int64 = 0
        var troubles: Int64 = 0
        var waiting = 0

        var text: String {
            if step == 0 { return "connecting …" }
            var parts = [
                isWarmUp ? "warming up" : "step \(step)/\(stepCount)",
                "\(Quantities.plain(rate))/s offered",
                "\(Quantities.count(answered)) of \(Quantities.count(offered)) answered",
            ]
            if refused > 0 { parts.append("\(Quantities.count(refused)) refused") }
            if troubles > 0 { parts.append("\(Quantities.count(troubles)) failed") }
            if waiting > 0 { parts.append("\(Quantities.count(waiting)) waiting") }
            parts.append("\(Quantities.duration(seconds: max(0, secondsLeft))) left")
            return parts.joined(separator: " · ")
        }
    }

    private let state = Mutex(State())

    var current: State { state.withLock { $0 } }
    func set(_ new: State) { state.withLock { $0 = new } }
}
