// The rate limits of all clients and the global one, in bounded memory.

import Storage

/// The limits a front applies; nil means none.
public struct RateLimits: Sendable, Hashable {
    /// Per client (peer address, or the address a trusted proxy names).
    public var perClient: RateLimitPolicy?
    /// For all clients together.
    public var global: RateLimitPolicy?

    public init(perClient: RateLimitPolicy? = nil, global: RateLimitPolicy? = nil) {
        self.perClient = perClient
        self.global = global
    }

    /// No limits.
    public static let none = RateLimits()
    /// What a front that listens beyond loopback starts with.
    public static let standard = RateLimits(
        perClient: RateLimitPolicy(unitsPerSecond: 2_000, burst: 10_000))
}

/// Decides for every request, by client and globally. A request pays both or neither.
struct ClientLimits: Sendable {
    /// Clients with a limit of their own at a time; full buckets are forgotten first, and clients
    /// beyond that share one limit.
    static let maximumClients = 65_536

    /// The decision and the policy that made it.
    struct Verdict: Sendable, Hashable {
        let name: String
        let policy: RateLimitPolicy
        let decision: RateLimit.Decision
    }

    private let limits: RateLimits
    private var global: RateLimit
    private var clients: [String: RateLimit] = [:]
    private var others: RateLimit

    init(_ limits: RateLimits, at now: Instant) {
        self.limits = limits
        global = RateLimit(at: now)
        others = RateLimit(at: now)
    }

    var clientCount: Int { clients.count }

    /// nil: no limit applies.
    mutating func take(_ cost: Double, client: String, at now: Instant) -> Verdict? {
        var verdict: Verdict?
        var spent: (isShared: Bool, limit: RateLimit)?
        if let policy = limits.perClient {
            let isShared = !hasRoom(for: client, at: now)
            var limit = isShared ? others : clients[client] ?? RateLimit(at: now)
            let decision = limit.take(cost, policy, at: now)
            verdict = Verdict(name: "client", policy: policy, decision: decision)
            guard decision.isAllowed else { return verdict }
            spent = (isShared, limit)
        }
        if let policy = limits.global {
            let decision = global.take(cost, policy, at: now)
            let own = Verdict(name: "global", policy: policy, decision: decision)
            guard decision.isAllowed else { return own }
            if verdict == nil { verdict = own }
        }
        if let spent {
            if spent.isShared { others = spent.limit } else { clients[client] = spent.limit }
        }
        return verdict
    }

    /// Charges what a request turned out to cost beyond what it had paid.
    mutating func charge(_ cost: Double, client: String, at now: Instant) {
        if let policy = limits.perClient {
            if clients[client] != nil {
                clients[client]?.charge(cost, policy, at: now)
            } else {
                others.charge(cost, policy, at: now)
            }
        }
        if let policy = limits.global { global.charge(cost, policy, at: now) }
    }

    private mutating func hasRoom(for client: String, at now: Instant) -> Bool {
        if clients[client] != nil || clients.count < Self.maximumClients { return true }
        let time = Double(now.nanoseconds)
        clients = clients.filter { $0.value.fullAt > time }
        return clients.count < Self.maximumClients
    }
}
