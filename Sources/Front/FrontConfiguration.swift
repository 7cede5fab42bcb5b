// Everything about a front that an operator may set.

/// Sizes are in bytes unless named otherwise.
public struct FrontConfiguration: Sendable {
    /// The address to listen on.
    public var host = "127.0.0.1"
    /// 0 takes any free port.
    public var port = 9200
    public var clusterName = "canopy"

    /// Longest request body.
    public var maximumBodyBytes = 100 << 20
    /// All bodies being read at a time.
    public var maximumBufferedBytes = 256 << 20
    /// All headers of a request.
    public var maximumHeaderBytes = 32 << 10
    /// Connections open at a time; more wait in the backlog.
    public var maximumConnections = 4_096
    /// How long a connection may be quiet between or within requests.
    public var idleTimeout: Duration = .seconds(75)
    /// How long a client may take to send a body.
    public var bodyTimeout: Duration = .seconds(120)

    /// Bytes the answer cache may hold; 0 turns it off.
    public var cacheBytes = CachingSearchService.defaultBudget
    /// Searches under way behind the cache; the next one is refused with 429.
    public var maximumConcurrentSearches = 256
    /// nil: none on loopback, `RateLimits.standard` elsewhere.
    public var rateLimits: RateLimits?
    /// Peers whose `X-Forwarded-For` is believed, as IP addresses.
    public var trustedProxies: Set<String> = []
    /// Host names, beside localhost, under which a front on loopback may be addressed. Others are
    /// refused: a page on the web can point a name of its own at 127.0.0.1.
    public var allowedHosts: Set<String> = []

    public init() {}

    /// Whether only this machine can reach it.
    var isLoopback: Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }

    var effectiveRateLimits: RateLimits {
        rateLimits ?? (isLoopback ? .none : .standard)
    }
}
