// The generic cell rate algorithm (ITU-T I.371) as a plain value: the time is handed in.

import Storage

/// How much a client may ask for: `unitsPerSecond` in the long run, `burst` units at once.
public struct RateLimitPolicy: Sendable, Hashable {
    /// Cost units that come back per second.
    public let unitsPerSecond: Double
    /// Cost units that may be spent at once after a quiet time.
    public let burst: Double

    /// Rates are kept within [0.001, 10⁹] units per second and bursts within [1, 10⁹] units.
    public init(unitsPerSecond: Double, burst: Double) {
        self.unitsPerSecond = Self.bounded(unitsPerSecond, 0.001)
        self.burst = Self.bounded(burst, 1)
    }

    private static func bounded(_ value: Double, _ lowest: Double) -> Double {
        value.isNaN ? lowest : min(max(value, lowest), 1e9)
    }

    /// The seconds in which a spent burst has come back.
    var windowSeconds: Double { burst / unitsPerSecond }
    fileprivate var nanosecondsPerUnit: Double { 1e9 / unitsPerSecond }
    fileprivate var toleranceNanoseconds: Double { burst * nanosecondsPerUnit }
}

/// The state of one limit: a single instant, the theoretical arrival time.
struct RateLimit: Sendable, Hashable {
    /// What became of a request.
    struct Decision: Sendable, Hashable {
        let isAllowed: Bool
        /// Units left to spend now.
        let remaining: Double
        /// Seconds until a request of this cost is allowed; 0 if it was.
        let retryAfterSeconds: Double
        /// Seconds until the whole burst is there again.
        let resetAfterSeconds: Double
    }

    /// When the bucket is full again. In the past: it is full.
    private(set) var fullAt: Double

    init(at now: Instant) {
        fullAt = Double(now.nanoseconds)
    }

    /// Takes `cost` units if the policy has them. A cost above the burst counts as the burst, as
    /// it could never be met otherwise.
    mutating func take(
        _ cost: Double, _ policy: RateLimitPolicy, at now: Instant
    ) -> Decision {
        let time = Double(now.nanoseconds)
        let debt = min(max(cost, 0), policy.burst) * policy.nanosecondsPerUnit
        let wanted = max(fullAt, time) + debt
        let excess = wanted - time - policy.toleranceNanoseconds
        // A rounding of the sum must not refuse the last unit of a burst.
        guard excess <= 1 else { return decision(policy, time, isAllowed: false, excess: excess) }
        fullAt = wanted
        return decision(policy, time, isAllowed: true, excess: 0)
    }

    /// Charges units already spent: what a request turned out to cost beyond what it had paid.
    mutating func charge(_ cost: Double, _ policy: RateLimitPolicy, at now: Instant) {
        let time = Double(now.nanoseconds)
        let debt = min(max(cost, 0), policy.burst) * policy.nanosecondsPerUnit
        fullAt = max(fullAt, time) + debt
    }

    private func decision(
        _ policy: RateLimitPolicy, _ time: Double, isAllowed: Bool, excess: Double
    ) -> Decision {
        let owed = max(0, fullAt - time)
        let left = (policy.toleranceNanoseconds - owed) / policy.nanosecondsPerUnit
        return Decision(
            isAllowed: isAllowed, remaining: max(0, left), retryAfterSeconds: excess / 1e9,
            resetAfterSeconds: owed / 1e9)
    }
}
