// Which shard is read next in order to find damage, and how fast. Decides only.

import Storage

struct ScrubPlan: Sendable {
    enum Step: Sendable, Hashable {
        case scrub(ShardKey)
        /// Nothing is due before.
        case wait(until: Instant)
    }

    enum Outcome: Sendable, Hashable {
        /// Everything was read, and is sound now.
        case sound
        /// Something could not be mended.
        case damaged
        /// Not everything could be read.
        case failed
    }

    struct Settings: Sendable, Hashable {
        /// Everything is read once in so long; nil: only when somebody asks for it.
        var interval: Duration?
        var bytesPerSecond = 8 << 20
    }

    /// What could not be read is tried again after this.
    static let failureDelay = Duration.seconds(60)
    /// Damage may have been mended by somebody.
    static let damageDelay = Duration.seconds(3_600)
    /// A busy leaf is looked at again after this.
    static let busyDelay = Duration.seconds(1)

    let settings: Settings
    private let random: any RandomSource
    /// Still to be read in this round, in this order.
    private var pending: [ShardKey] = []
    private var current: ShardKey?
    private var retries: [ShardKey: Instant] = [:]
    private var nextRound: Instant
    /// The bytes allowed so far have been paid for then.
    private var nextRead: Instant
    /// When everything of a shard was last found sound, or the shard was first seen.
    private var verified: [ShardKey: Instant] = [:]

    /// The first round begins at a random moment of the interval: processes that are often
    /// restarted come to it all the same, and not all at once.
    init(_ settings: Settings, random: any RandomSource, now: Instant) {
        self.settings = settings
        self.random = random
        nextRead = now
        nextRound = settings.interval.map { now + $0 * random.nextUnit() } ?? .distantFuture
    }

    // MARK: What to read

    /// - Parameter held: The shards that are open here, ascending.
    mutating func next(held: [ShardKey], now: Instant) -> Step {
        hold(held, now)
        if now >= nextRound, let interval = settings.interval {
            nextRound = now + interval
            if !held.isEmpty {
                // Restarts must not always read the same shards first.
                let first = random.next(in: 0..<held.count)
                add(Array(held[first...] + held[..<first]))
            }
        }
        add(held.filter { retries[$0].map { $0 <= now } ?? false })
        guard !pending.isEmpty else {
            return .wait(until: min(nextRound, retries.values.min() ?? .distantFuture))
        }
        let key = pending.removeFirst()
        current = key
        retries[key] = nil
        return .scrub(key)
    }

    private mutating func add(_ keys: [ShardKey]) {
        pending += keys.filter { !pending.contains($0) }
    }

    private mutating func hold(_ held: [ShardKey], _ now: Instant) {
        let all = Set(held)
        pending.removeAll { !all.contains($0) }
        retries = retries.filter { all.contains($0.key) }
        verified = verified.filter { all.contains($0.key) }
        for key in held where verified[key] == nil { verified[key] = now }
    }

    /// Somebody wants these read now, from their beginning.
    mutating func request(_ keys: [ShardKey]) {
        let wanted = Set(keys)
        pending = keys + pending.filter { !wanted.contains($0) }
    }

    /// - Parameter began: When the shard's turn came.
    mutating func finished(_ key: ShardKey, _ outcome: Outcome, began: Instant, now: Instant) {
        current = nil
        switch outcome {
        case .sound: verified[key] = began
        case .damaged: retries[key] = now + Self.damageDelay
        case .failed: retries[key] = now + Self.failureDelay
        }
    }

    func isPending(_ key: ShardKey) -> Bool { current == key || pending.contains(key) }

    /// How long it is since the shard was known to be sound.
    func age(_ key: ShardKey, now: Instant) -> Duration {
        verified[key].map { now - $0 } ?? .zero
    }

    // MARK: How fast

    /// Nil: so many bytes may be read now, and count. Otherwise ask again then.
    mutating func wait(toRead byteCount: Int, isBusy: Bool, now: Instant) -> Instant? {
        if isBusy { return now + Self.busyDelay }
        if now < nextRead { return nextRead }
        nextRead = now + .seconds(Double(byteCount) / Double(settings.bytesPerSecond))
        return nil
    }
}
