// What walks a whole segment and hands its matches to a collector.

/// One way to find the matches of a query in one segment. Used once.
protocol BulkScorer: AnyObject {
    /// No document of the segment scores more.
    var maximum: Double { get }

    /// Collects every match, or, while the collector prunes, at least every match that reaches its
    /// threshold. Documents ascend.
    func score(into collector: HitCollector, _ stop: StopSignal) throws
}

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
