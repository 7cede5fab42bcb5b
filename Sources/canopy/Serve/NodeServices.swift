// The roles of a node as services of a group, stopped in the reverse order of their start.
import Cluster
import Front
import Logging
import Root
import ServiceLifecycle
import Storage

/// Runs until its task is cancelled or the group shuts down.
struct BackgroundService: Service {
    let name: String
    let work: @Sendable () async -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown { await work() }
    }
}

/// Ends the process where the object store fails the check.
struct ContentionService: Service {
    let check: Task<Void, any Error>
    let onPassed: @Sendable () -> Void

    func run() async throws {
        try await check.value
        onPassed()
        try await gracefulShutdown()
    }
}

/// The front; it answers what is under way before it stops.
struct FrontService: Service {
    let server: FrontServer
    /// Of the object store; nobody is answered before.
    let contention: Task<Void, any Error>
    let routing: RoutingStore
    /// Why searches would not be answered in full.
    let readiness: @Sendable () async -> [String]
    let clock: any NodeClock

    /// Leaves that start at the same time are waited for so long, and as long for their shards.
    private static let patience = Duration.seconds(30)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await wait { !routing.current.leaves.isEmpty }
            await wait { await readiness().isEmpty }
        }
        try await contention.value
        try await server.run()
    }

    private func wait(_ condition: () async -> Bool) async {
        let limit = clock.now + Self.patience
        while clock.now < limit, !Task.isCancelled, await !condition() {
            do { try await clock.sleep(for: .milliseconds(20)) } catch { return }
        }
    }
}

/// The leaves of this process; they hand over what others can take before they stop.
struct FleetService: Service {
    let fleet: LeafFleet

    func run() async throws {
        await cancelWhenGracefulShutdown { await fleet.followWishes() }
        await fleet.stop()
    }
}

extension RootServices {
    init(
        world: World, membership: any MetadataStore, catalog: Catalog, routing: RoutingStore,
        fleet: LeafFleet, configuration: NodeConfiguration, logger: Logger
    ) {
        self.init(
            world: world, membership: membership, catalog: catalog, routing: routing,
            local: fleet.local,
            configuration: RootConfiguration(
                searchTimeout: configuration.searchTimeout,
                defaultReplicas: configuration.copies - 1),
            name: configuration.nodeName, lease: configuration.leaseDuration, logger: logger)
    }

    var services: [any Service] {
        background.map { BackgroundService(name: $0.name, work: $0.run) }
    }
}
