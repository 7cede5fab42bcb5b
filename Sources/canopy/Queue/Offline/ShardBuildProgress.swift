// How much of a shard its log has already: what a worker skips that goes on with another's.

/// A shard's documents come in one order, by one writer at a time, in writes that are in its log
/// wholly or not at all; each that is accepted takes one number there. So the log has the first of
/// them, and how many, its numbers say.
struct ShardBuildProgress: Sendable, Hashable {
    /// Documents of the log.
    let logged: Int64
    /// Documents that were accepted or found in the log so far.
    private(set) var accepted: Int64

    enum Next: Sendable, Hashable {
        /// In the log, except for those that the mapping refuses.
        case skip
        case write
        /// The log is another's.
        case stop(reason: String)
    }

    /// What to do with the next write's documents.
    var next: Next {
        if accepted < logged { return .skip }
        // Only this writer makes it longer.
        return accepted == logged || isWriting
            ? .write : .stop(reason: "its log has \(logged) documents, not \(accepted)")
    }

    private(set) var isWriting = false

    init(logged: Int64, accepted: Int64) { (self.logged, self.accepted) = (logged, accepted) }

    mutating func skipped(accepted count: Int) { accepted += Int64(count) }

    mutating func wrote(accepted count: Int) {
        isWriting = true
        accepted += Int64(count)
    }
}
