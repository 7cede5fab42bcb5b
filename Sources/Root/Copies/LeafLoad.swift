// How one leaf does, as this root sees it: a plain value that is told what happens.

import Storage

/// Decides nothing about shards: it says what asking this leaf costs, and whether to ask it at all.
struct LeafLoad: Sendable {
    /// Failures in a row that eject a leaf.
    static let failuresToEject = 3
    /// How long a leaf is first ejected; doubled each time it comes back and fails.
    static let firstEjection = Duration.seconds(1)
    static let longestEjection = Duration.seconds(30)
    /// A leaf that did well for this long is ejected as if for the first time.
    static let forgiveness = Duration.seconds(60)
    /// How long a leaf that is new, or back, is spared, and how much at first.
    static let slowStart = Duration.seconds(10)
    static let slowStartFactor = 8.0
    /// In this time a latency falls to about a third, whether or not another is measured: a leaf
    /// that was slow is asked again before long.
    static let memory = Duration.seconds(2)
    /// Of a new latency in the moving one, at least.
    static let leastShare = 0.1
    /// Seconds; of a leaf that nothing is known of, and the least that counts.
    static let leastLatency = 0.000_1

    enum Standing: Int, Sendable, Comparable {
        /// Ask it.
        case good
        /// It was ejected, and one request is finding out whether it is well.
        case onTrial
        case ejected

        static func < (left: Standing, right: Standing) -> Bool { left.rawValue < right.rawValue }
    }

    enum Outcome: Sendable {
        case answered
        case failed
        /// Called off; says nothing of the leaf.
        case abandoned
    }

    /// Shards it is asked for by messages under way.
    private(set) var outstanding = 0
    /// Messages under way.
    private var messages = 0
    /// Seconds a message takes, the last ones weighing most.
    private var latency = 0.0
    private var measuredAt: Instant
    /// Since when it has had messages and answered none; meaningless without messages.
    private var silentSince: Instant
    private var failures = 0
    private var ejections = 0
    private var ejectedUntil: Instant?
    /// Of the last return, or of the first sight.
    private var startedAt: Instant

    init(at now: Instant, isNew: Bool) {
        measuredAt = now
        silentSince = now
        startedAt = isNew ? now : now - Self.slowStart
    }

    mutating func began(shards: Int, at now: Instant) {
        if messages == 0 { silentSince = now }
        messages += 1
        outstanding += shards
    }

    mutating func ended(_ outcome: Outcome, shards: Int, took: Duration, at now: Instant) {
        messages = max(0, messages - 1)
        outstanding = messages == 0 ? 0 : max(0, outstanding - shards)
        switch outcome {
        case .abandoned: return
        case .answered: answered(took, at: now)
        case .failed: failed(at: now)
        }
        silentSince = now
    }

    private mutating func answered(_ took: Duration, at now: Instant) {
        failures = 0
        if ejectedUntil != nil {
            ejectedUntil = nil
            startedAt = now
        } else if ejections > 0, now - startedAt > Self.forgiveness {
            ejections = 0
        }
        let kept = min(fading(at: now), 1 - Self.leastShare)
        latency = latency * kept + took / .seconds(1) * (1 - kept)
        measuredAt = now
    }

    private mutating func failed(at now: Instant) {
        failures += 1
        let isOnTrial = ejectedUntil.map { now >= $0 } ?? false
        guard isOnTrial || (ejectedUntil == nil && failures >= Self.failuresToEject) else {
            return
        }
        let length = min(
            Self.firstEjection * (1 << min(ejections, 10)), Self.longestEjection)
        ejections += 1
        ejectedUntil = now + length
    }

    func standing(at now: Instant) -> Standing {
        guard let ejectedUntil else { return .good }
        if now < ejectedUntil { return .ejected }
        return messages == 0 ? .good : .onTrial
    }

    /// What asking it for one shard more costs, in seconds of waiting; comparable between leaves.
    /// - Parameter given: shards that the same request has given it already.
    func cost(given: Int, at now: Instant) -> Double {
        var seconds = max(latency * fading(at: now), Self.leastLatency)
        // What it has not answered yet tells of a leaf that stands still.
        if messages > 0 { seconds = max(seconds, (now - silentSince) / .seconds(1)) }
        let age = (now - startedAt) / Self.slowStart
        if age < 1 { seconds *= Self.slowStartFactor - (Self.slowStartFactor - 1) * max(0, age) }
        return Double(outstanding + given + 1) * seconds
    }

    private func fading(at now: Instant) -> Double {
        let age = (now - measuredAt) / Self.memory
        return age <= 0 ? 1 : 1 / (1 + age + age * age / 2)
    }
}
