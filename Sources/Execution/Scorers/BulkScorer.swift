// What walks a whole segment and hands its matches to a collector.

/// One way to find the matches of a query in one segment. Used once.
protocol BulkScorer: AnyObject {
    /// No document of the segment scores more.
    var maximum: Double { get }

    /// Collects every match, or, while the collector prunes, at least every match that reaches its
    /// threshold. Documents ascend.
    func score(into collector: HitCollector, _ stop: StopSignal) throws
}
