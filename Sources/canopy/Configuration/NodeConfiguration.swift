// What one process is told about itself, checked as a whole before anything is opened.
import Cluster
import Logging

struct NodeConfiguration: Sendable {
    static let leafLimit = LeafWishes.maximumCount
    static let copyLimit = IndexSettings.maximumReplicaCount + 1
    static let portRange = 0...65_535

    var roles: Set<NodeRole>
    var leaves: Int
    var dataFolder: String
    var objects: ObjectsConfiguration
    /// Empty: in the data folder.
    var objectCacheFolder: String
    var objectCacheBytes: Int
    var metadata: MetadataConfiguration
    var nodeName: String
    var httpHost: String
    var httpPort: Int
    var maximumBodyBytes: Int
    /// Leaves run in processes of their own and are reached over sockets.
    var remoteLeaves: Bool
    var leafNumber: Int?
    var leafHost: String
    var leafBasePort: Int
    /// Empty: the leaf's host and port.
    var clusterAddress: String
    var zone: String
    var leaseDuration: Duration
    /// Of the shards of new indices.
    var copies: Int
    var searchTimeout: Duration
    var leafConcurrency: Int
    var cacheBytes: Int
    var requestsPerSecond: Double
    var burst: Int
    var concurrentSearches: Int
    var flushBytes: Int
    /// Nil: stored bytes are only read again when somebody asks for it.
    var scrubInterval: Duration?
    var scrubBytesPerSecond: Int
    var threads: Int
    var logLevel: Logger.Level
    var logsAreJSON: Bool

    init(_ source: ConfigurationSource) throws {
        roles = try Self.roles(source)
        leaves = try source.integer("leaves", in: 1...Self.leafLimit)
        dataFolder = try source.string("data")
        objects = try ObjectsConfiguration(source)
        objectCacheFolder = try source.string("objects.cache")
        objectCacheBytes = try source.integer("objects.cache_mib", in: 1...1 << 30) << 20
        metadata = try MetadataConfiguration(source, objects)
        nodeName = try source.string("node.name")
        httpHost = try source.string("http.host")
        httpPort = try source.integer("http.port", in: Self.portRange)
        maximumBodyBytes = try source.integer("http.max_body_mib", in: 1...1_024) << 20
        remoteLeaves = try source.flag("leaf.remote")
        leafHost = try source.string("leaf.host")
        leafBasePort = try source.integer("leaf.base_port", in: 1...Self.portRange.upperBound)
        clusterAddress = try source.string("cluster.address")
        zone = try source.string("cluster.zone")
        if try source.string("cluster.lease_ms") == "auto" {
            // Where each renewal is an object, they come less often.
            leaseDuration = metadata.isInObjects ? .seconds(10) : MemberTable.lease
        } else {
            leaseDuration = .milliseconds(try source.integer("cluster.lease_ms", in: 100...600_000))
        }
        copies = try Self.copies(source, objects)
        searchTimeout = .milliseconds(try source.integer("search.timeout_ms", in: 1...600_000))
        leafConcurrency = try source.integer("search.max_concurrent", in: 1...100_000)
        cacheBytes = try source.integer("cache.mib", in: 0...1_048_576) << 20
        let rate = try source.string("limits.requests_per_second")
        guard let perSecond = Double(rate), perSecond >= 0, perSecond.isFinite else {
            throw source.bad("limits.requests_per_second", rate, "a number, 0 or more")
        }
        requestsPerSecond = perSecond
        burst = try source.integer("limits.burst", in: 0...1_000_000)
        concurrentSearches = try source.integer("limits.concurrent_searches", in: 1...1_000_000)
        flushBytes = try source.integer("index.flush_mib", in: 1...4_096) << 20
        let hours = try source.integer("scrub.interval_hours", in: 0...87_600)
        scrubInterval = hours == 0 ? nil : .seconds(hours * 3_600)
        scrubBytesPerSecond = try source.integer("scrub.mib_per_second", in: 1...100_000) << 20
        threads = try source.integer("threads", in: 0...1_024)
        let level = try source.string("log.level")
        guard let logLevel = Logger.Level(rawValue: level) else {
            throw source.bad(
                "log.level", level, "one of trace, debug, info, notice, warning, error")
        }
        self.logLevel = logLevel
        let format = try source.string("log.format")
        guard ["text", "json"].contains(format) else {
            throw source.bad("log.format", format, "text or json")
        }
        logsAreJSON = format == "json"
        let number = try source.string("leaf.number")
        leafNumber =
            number.isEmpty ? nil : try source.integer("leaf.number", in: 0...Self.leafLimit - 1)
        try check(insecure: source.flag("http.insecure"))
    }

    /// Of the shards of new indices.
    static func copies(
        _ source: ConfigurationSource, _ objects: ObjectsConfiguration
    ) throws -> Int {
        if try source.string("copies") == "auto" {
            return try source.flag("leaf.remote") && objects.isBucket ? 2 : 1
        }
        return try source.integer("copies", in: 1...copyLimit)
    }

    /// The name of leaf `number`; shards are placed by these names.
    static func leafName(_ number: Int) -> String { "leaf-\(number)" }

    /// The numbers of the leaves that live in this process.
    var ownLeaves: [Int] {
        guard roles.contains(.leaf) else { return [] }
        return leafNumber.map { [$0] } ?? Array(0..<leaves)
    }

    private static func roles(_ source: ConfigurationSource) throws -> Set<NodeRole> {
        let text = try source.string("roles")
        var roles: Set<NodeRole> = []
        for word in text.split(separator: ",") {
            let name = word.split(separator: " ").joined()
            guard let role = NodeRole(rawValue: name) else {
                throw source.bad("roles", text, "a list of front, root and leaf")
            }
            roles.insert(role)
        }
        guard !roles.isEmpty else {
            throw source.bad("roles", text, "a list of front, root and leaf")
        }
        return roles
    }

    private func check(insecure: Bool) throws {
        if roles.contains(.front) != roles.contains(.root) {
            throw ConfigurationError(
                place: "setting roles", reason: "a front needs a root in the same process",
                remedy: "Give front,root or front,root,leaf or leaf")
        }
        if remoteLeaves, roles.contains(.leaf), leafNumber == nil {
            throw ConfigurationError(
                place: "setting leaf.number",
                reason: "a leaf in a process of its own must be told which one it is",
                remedy: "Give leaf.number: 0 for the first, 1 for the second and so on")
        }
        if !remoteLeaves, !roles.contains(.leaf) {
            throw ConfigurationError(
                place: "setting roles", reason: "nothing would hold the shards",
                remedy: "Add leaf to roles, or set leaf.remote: true and start the leaves")
        }
        if !remoteLeaves, roles == [.leaf] {
            throw ConfigurationError(
                place: "setting leaf.remote", reason: "nobody could reach this leaf",
                remedy: "Set leaf.remote: true, or add front,root to roles")
        }
        if !remoteLeaves, leafNumber != nil {
            throw ConfigurationError(
                place: "setting leaf.number",
                reason: "it only means something for a leaf in a process of its own",
                remedy: "Set leaf.remote: true, or leave leaf.number out")
        }
        let last = max(leaves - 1, leafNumber ?? 0)
        guard leafBasePort + last <= Self.portRange.upperBound else {
            throw ConfigurationError(
                place: "setting leaf.base_port",
                reason: "leaf \(last) would listen on port \(leafBasePort + last)",
                remedy: "Give a port of at most \(Self.portRange.upperBound - last)")
        }
        guard clusterAddress.isEmpty || NodeAddress(clusterAddress).hostAndPort != nil else {
            throw ConfigurationError(
                place: "setting cluster.address",
                reason: "\(clusterAddress) is no host and port",
                remedy: "Give an address such as leaf-0.canopy-leaves:9400, or leave it out")
        }
        let loopback = ["127.0.0.1", "::1", "localhost"]
        if roles.contains(.front), !insecure, !loopback.contains(httpHost) {
            throw ConfigurationError(
                place: "setting http.host",
                reason: "\(httpHost) is not loopback and the front has neither TLS nor keys yet",
                remedy: "Put a TLS proxy before 127.0.0.1, or set http.insecure: true knowingly")
        }
    }
}
