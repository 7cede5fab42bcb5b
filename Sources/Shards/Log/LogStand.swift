// What a shard is to its log: its owner, or one who follows it.

enum LogStand: Sendable {
    /// The end of the log, to append to.
    case owning(ShardLog)
    /// The newest record that was applied.
    case following(LogPosition)

    var position: LogPosition {
        switch self {
        case .owning(let log): log.position
        case .following(let position): position
        }
    }

    /// Nil for a copy.
    var log: ShardLog? {
        if case .owning(let log) = self { log } else { nil }
    }
}
