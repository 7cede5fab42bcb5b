// The public server of a node: the API, the page, and what stands before the root.

import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import Metrics
import NIOCore
import NIOPosix
import Storage

/// The address could not be listened on.
public struct ListenError: Error, Sendable, Hashable, CustomStringConvertible {
    public let host: String
    public let port: Int
    public let reason: String

    public var description: String { "cannot listen on \(host):\(port): \(reason)" }
}

/// Serves HTTP until its task is cancelled or its service group shuts down gracefully.
public final class FrontServer: Sendable {
    private let configuration: FrontConfiguration
    private let responder: FrontResponder
    private let onListening: @Sendable (Int) -> Void
    private let logger: Logger

    /// - Parameters:
    ///   - metrics: what `/metrics` prints; the front records its own metrics there too.
    ///   - readiness: why the node is not ready to serve; empty when it is.
    ///   - onListening: called once with the port that was bound.
    public init(
        configuration: FrontConfiguration, services: FrontServices, clock: any NodeClock,
        random: any RandomSource, nodeName: String, version: String,
        metrics: MetricsRegistry = MetricsRegistry(),
        readiness: @escaping @Sendable () async -> [String] = { [] }, logger: Logger,
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.logger = logger
        self.onListening = onListening
        let admitted = AdmittedSearchService(
            services.search, maximum: configuration.maximumConcurrentSearches, metrics: metrics)
        let cache = CachingSearchService(
            admitted, generations: services.generations, budget: configuration.cacheBytes,
            metrics: metrics)
        let endpoints = Endpoints(
            node: NodeEndpoint(
                nodeName: nodeName, clusterName: configuration.clusterName, version: version),
            page: SearchPage(),
            probe: ProbeEndpoint(metrics: metrics, readiness: readiness),
            search: SearchEndpoint(search: cache, clock: clock),
            explain: ExplainEndpoint(search: cache),
            bulk: BulkEndpoint(documents: services.documents),
            document: DocumentEndpoint(documents: services.documents),
            multiGet: MultiGetEndpoint(documents: services.documents),
            index: IndexEndpoint(indices: services.indices),
            alias: AliasEndpoint(indices: services.indices),
            analyze: AnalyzeEndpoint(indices: services.indices),
            health: ClusterHealthEndpoint(indices: services.indices, clock: clock),
            cat: CatEndpoint(indices: services.indices, snapshots: services.snapshots),
            leaves: LeavesEndpoint(leaves: services.leaves),
            scrub: ScrubEndpoint(indices: services.indices),
            snapshots: SnapshotEndpoint(snapshots: services.snapshots))
        responder = FrontResponder(
            endpoints: endpoints, connections: PublicConnections(),
            bodies: BodyReader(
                maximumBytes: configuration.maximumBodyBytes,
                memory: BodyMemory(limit: configuration.maximumBufferedBytes)),
            gate: RequestGate(
                configuration, random: random.fork("front"), now: clock.now, metrics: metrics),
            measures: RequestMeasures(metrics), clock: clock, logger: logger)
    }

    /// Listens and serves.
    ///
    /// - Throws: `ListenError` when the address cannot be bound.
    public func run() async throws {
        do {
            try await application().run()
        } catch let error as IOError {
            throw listenError(error)
        }
    }

    private func application() -> Application<FrontResponder> {
        let connections = responder.connections
        let bodyTimeout = TimeAmount(configuration.bodyTimeout)
        let maximumBodyBytes = configuration.maximumBodyBytes
        let channel = HTTP1Channel.Configuration(
            additionalChannelHandlers: [
                ConnectionHandler(
                    connections, bodyTimeout: bodyTimeout, maximumBodyBytes: maximumBodyBytes)
            ],
            idleTimeout: TimeAmount(configuration.idleTimeout),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: configuration.maximumHeaderBytes,
                maxHeaderListSize: configuration.maximumHeaderBytes))
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        return Application(
            responder: responder, server: .http1(configuration: channel),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                availableConnectionsDelegate: MaximumAvailableConnections(
                    configuration.maximumConnections)),
            onServerRunning: { [onListening] channel in
                onListening(channel.localAddress?.port ?? 0)
            },
            logger: quiet)
    }

    private func listenError(_ error: IOError) -> any Error {
        let reason: String
        switch error.errnoCode {
        case EADDRINUSE:
            reason =
                "port \(configuration.port) is in use by another process: stop that process, or "
                + "choose another port (0 takes any that is free)"
        case EACCES:
            reason =
                "port \(configuration.port) needs privileges: choose a port above 1023"
        case EADDRNOTAVAIL:
            reason = "\(configuration.host) is not an address of this machine"
        default: return error
        }
        return ListenError(
            host: configuration.host, port: configuration.port, reason: reason)
    }
}
