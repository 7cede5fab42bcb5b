// The rate limit against a bucket that is filled drop by drop, and its bounds on memory.
import Storage
import Testing

@testable import Front

/// The values behind references, as `#expect` cannot call what mutates.
private final class Limit {
    private var limit: RateLimit

    init(at now: Instant) { limit = RateLimit(at: now) }

    func take(_ cost: Double, _ policy: RateLimitPolicy, at now: Instant) -> RateLimit.Decision {
        limit.take(cost, policy, at: now)
    }

    func charge(_ cost: Double, _ policy: RateLimitPolicy, at now: Instant) {
        limit.charge(cost, policy, at: now)
    }
}

private final class Clients {
    private var limits: ClientLimits

    init(_ limits: RateLimits) { self.limits = ClientLimits(limits, at: .zero) }

    var clientCount: Int { limits.clientCount }

    func take(_ client: String, at now: Instant = .zero) -> ClientLimits.Verdict? {
        limits.take(1, client: client, at: now)
    }
}

@Suite struct RateLimitTests {
    /// The same rule, told with a level that fills up.
    private struct Bucket {
        var level: Double
        var time: Double

        mutating func take(_ cost: Double, _ policy: RateLimitPolicy, at now: Double) -> Bool {
            level = min(policy.burst, level + (now - time) * policy.unitsPerSecond)
            time = now
            guard level >= min(cost, policy.burst) - 1e-6 else { return false }
            level -= min(cost, policy.burst)
            return true
        }
    }

    private func instant(_ seconds: Double) -> Instant {
        Instant(nanoseconds: Int64(seconds * 1e9))
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func itAgreesWithABucket(seed: UInt64) {
        let random = SeededRandom(seed: seed)
        let policy = RateLimitPolicy(unitsPerSecond: 8, burst: 16)
        let limit = Limit(at: instant(0))
        var bucket = Bucket(level: 16, time: 0)
        var time = 0.0
        for step in 0..<3_000 {
            time += Double(random.next(below: 64)) / 128
            let cost = Double(random.next(below: 8))
            let decision = limit.take(cost, policy, at: instant(time))
            let expected = bucket.take(cost, policy, at: time)
            #expect(decision.isAllowed == expected, "seed \(seed), step \(step)")
            #expect(abs(decision.remaining - bucket.level) < 1e-3, "seed \(seed), step \(step)")
        }
    }

    @Test func waitingAsLongAsToldIsEnough() {
        let policy = RateLimitPolicy(unitsPerSecond: 3, burst: 5)
        let limit = Limit(at: instant(0))
        #expect(limit.take(5, policy, at: instant(1)).isAllowed)
        let refused = limit.take(2, policy, at: instant(1))
        #expect(!refused.isAllowed)
        #expect(abs(refused.retryAfterSeconds - 2.0 / 3) < 1e-6)
        let early = limit.take(2, policy, at: instant(1 + refused.retryAfterSeconds - 0.01))
        #expect(!early.isAllowed)
        let intime = limit.take(2, policy, at: instant(1 + refused.retryAfterSeconds + 1e-6))
        #expect(intime.isAllowed)
    }

    @Test func aChargeMakesTheNextOneWait() {
        let policy = RateLimitPolicy(unitsPerSecond: 1, burst: 2)
        let limit = Limit(at: instant(0))
        limit.charge(10, policy, at: instant(0))
        let decision = limit.take(1, policy, at: instant(0))
        #expect(!decision.isAllowed && abs(decision.retryAfterSeconds - 1) < 1e-6)
    }

    @Test func hostileNumbersAreHarmless() {
        let policy = RateLimitPolicy(unitsPerSecond: .nan, burst: -.infinity)
        let limit = Limit(at: Instant(nanoseconds: .max))
        #expect(limit.take(.infinity, policy, at: Instant(nanoseconds: .min)).isAllowed == false)
        #expect(limit.take(-1, policy, at: .distantFuture).isAllowed)
    }

    @Test func clientsAreLimitedApartAndTogether() {
        let rate = RateLimitPolicy(unitsPerSecond: 1, burst: 3)
        let global = RateLimitPolicy(unitsPerSecond: 1, burst: 4)
        let limits = Clients(RateLimits(perClient: rate, global: global))
        for _ in 0..<3 { #expect(limits.take("a")?.decision.isAllowed == true) }
        let own = limits.take("a")
        #expect(own?.name == "client" && own?.decision.isAllowed == false)
        #expect(limits.take("b")?.decision.isAllowed == true)
        let all = limits.take("b")
        #expect(all?.name == "global" && all?.decision.isAllowed == false)
        // What the global limit refused has cost the client nothing.
        let later = instant(1)
        #expect(limits.take("b", at: later)?.decision.remaining == 2)
    }

    @Test func noLimitsMeansNoVerdict() {
        let limits = Clients(.none)
        #expect(limits.take("a") == nil)
    }

    @Test func memoryIsBoundedByTheNumberOfClients() {
        let policy = RateLimitPolicy(unitsPerSecond: 1, burst: 2)
        let limits = Clients(RateLimits(perClient: policy))
        for client in 0..<ClientLimits.maximumClients {
            _ = limits.take("\(client)")
        }
        // One shared limit for those that find no room …
        #expect(limits.take("x")?.decision.isAllowed == true)
        #expect(limits.take("y")?.decision.isAllowed == true)
        #expect(limits.take("z")?.decision.isAllowed == false)
        #expect(limits.clientCount == ClientLimits.maximumClients)
        // … until the others' buckets are full again and can be forgotten.
        #expect(limits.take("z", at: instant(5))?.decision.isAllowed == true)
        #expect(limits.clientCount == 1)
    }
}
