// Lets long loops end early.

/// Asks whether to stop, but not too often.
final class StopSignal {
    /// Blocks or windows between two questions.
    static let interval = 8

    private let shouldStop: () -> Bool
    private var count = 0

    init(_ shouldStop: @escaping () -> Bool) { self.shouldStop = shouldStop }

    func check() throws {
        count &+= 1
        if count % Self.interval == 1, shouldStop() { throw ExecutionError.stopped }
    }

    var isSet: Bool { shouldStop() }
}
