// Who may come in now: host names, client addresses and rate limits.

import HTTPTypes
import Hummingbird
import Metrics
import NIOCore
import Storage
import Synchronization

final class RequestGate: Sendable {
    private static let policyField = HTTPField.Name("RateLimit-Policy") ?? .retryAfter
    private static let limitField = HTTPField.Name("RateLimit") ?? .retryAfter
    private static let forwardedField = HTTPField.Name("X-Forwarded-For") ?? .from
    /// Most spread added to the time a refused client is told to wait, in seconds.
    private static let maximumSpreadSeconds = 2

    private let isLimited: Bool
    private let limits: Mutex<ClientLimits>
    private let trustedProxies: Set<String>
    /// nil: any host name will do.
    private let allowedHosts: Set<String>?
    private let refusals: Counter
    private let random: any RandomSource

    init(
        _ configuration: FrontConfiguration, random: any RandomSource, now: Instant,
        metrics: any MetricsFactory
    ) {
        let limits = configuration.effectiveRateLimits
        isLimited = limits != .none
        self.limits = Mutex(ClientLimits(limits, at: now))
        trustedProxies = configuration.trustedProxies
        allowedHosts =
            configuration.isLoopback
            ? configuration.allowedHosts.union(["localhost", configuration.host]) : nil
        refusals = Counter(
            label: "canopy_refusals", dimensions: [("reason", "rate")], factory: metrics)
        self.random = random
    }

    func client(of request: Request, _ channel: any Channel) -> String {
        RequestHeaders.client(
            peer: channel.remoteAddress?.ipAddress,
            forwardedFor: trustedProxies.isEmpty ? nil : request.headers[Self.forwardedField],
            trustedProxies: trustedProxies)
    }

    /// A front on loopback answers only to names of this machine: a page on the web can point a
    /// name of its own here (DNS rebinding), but cannot choose the Host header.
    func checkHost(_ request: Request) throws {
        guard let allowedHosts, let authority = request.head.authority else { return }
        let host = RequestHeaders.hostName(authority)
        guard !host.isEmpty, !RequestHeaders.isAddress(host) else { return }
        let name = host.lowercased()
        guard !allowedHosts.contains(name), !name.hasSuffix(".localhost") else { return }
        throw FrontError.foreignHost(String(host))
    }

    /// nil: no limit applies.
    func take(client: String, at now: Instant) -> ClientLimits.Verdict? {
        guard isLimited else { return nil }
        let verdict = limits.withLock { $0.take(RequestCost.base, client: client, at: now) }
        if verdict?.decision.isAllowed == false { refusals.increment() }
        return verdict
    }

    func charge(_ cost: Double, client: String, at now: Instant) {
        guard isLimited else { return }
        limits.withLock { $0.charge(cost, client: client, at: now) }
    }

    static func reason(_ verdict: ClientLimits.Verdict) -> String {
        let who = verdict.name == "global" ? "all clients together" : "this client"
        return "\(who) asked for more than \(text(verdict.policy.unitsPerSecond)) cost units per "
            + "second (at once: \(text(verdict.policy.burst))): try again after the time in "
            + "Retry-After"
    }

    private static func text(_ number: Double) -> String {
        Int64(exactly: number).map(String.init) ?? "\(number)"
    }

    /// The IETF draft's `RateLimit` fields, and `Retry-After` (whole seconds, at least 1).
    func describe(_ verdict: ClientLimits.Verdict, _ fields: inout HTTPFields) {
        let policy = verdict.policy
        let window = max(1, Int(policy.windowSeconds.rounded(.up)))
        fields[Self.policyField] = "\"\(verdict.name)\";q=\(Int(policy.burst));w=\(window)"
        let decision = verdict.decision
        let reset = Int(decision.resetAfterSeconds.rounded(.up))
        fields[Self.limitField] =
            "\"\(verdict.name)\";r=\(Int(decision.remaining));t=\(reset)"
        guard !decision.isAllowed else { return }
        // Spread, lest everyone who was refused comes back at once.
        let spread = random.next(in: 0..<Self.maximumSpreadSeconds)
        let seconds = max(1, Int(decision.retryAfterSeconds.rounded(.up))) + spread
        fields[.retryAfter] = String(seconds)
    }
}
