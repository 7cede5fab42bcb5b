// Keeps the routing table as the allocator wants it. One runs in every root; a lease sees to it
// that normally one acts, and where two do, the second to publish learns of the first.

import Logging
import Storage

/// While the metadata store is away nothing is decided and the last table stays.
public actor PlacementKeeper {
    static let leaseName = "placement"
    /// Between two looks, while something is to come. Changes of the catalog cause one at once.
    static let pendingInterval = Duration.milliseconds(250)
    static let longestLease = Duration.seconds(10)
    /// What leaves have to say how far they are. It holds up decisions, also those for others.
    static let statusTimeout = Duration.milliseconds(250)
    /// Reports that nobody renewed for so long are removed: their roots ended without doing so.
    static let reportRetention = Duration.seconds(60)

    private let holder: String
    private let metadata: any MetadataStore
    private let clock: any NodeClock
    private let routing: RoutingStore
    private let catalog: Catalog
    private let logger: Logger
    private let leaf: @Sendable (LeafNode) -> any LeafService

    private var members: MemberTable
    private var reports: RenewalWatch<ReachReport>
    let reach: ReachWatch
    private var allocator: ShardAllocator
    private var lease: Lease?
    private var leaseRenewed = Instant.zero
    private var isLooking = false
    private var isFailing = false
    private var roster = LeafRoster()
    private var isGathering = false

    /// - Parameters:
    ///   - holder: Names this root in the lease; another for each process.
    ///   - leaf: How a leaf is asked for its status.
    ///   - onLost: Told which leaves this root cannot reach, whenever that changes.
    public init(
        holder: String, metadata: any MetadataStore, clock: any NodeClock, routing: RoutingStore,
        catalog: Catalog, members: MemberTable = MemberTable(),
        allocator: ShardAllocator = ShardAllocator(), logger: Logger,
        leaf: @escaping @Sendable (LeafNode) -> any LeafService,
        onLost: @escaping @Sendable (Set<String>) -> Void = { _ in }
    ) {
        self.holder = holder
        self.metadata = metadata
        self.clock = clock
        self.routing = routing
        self.catalog = catalog
        self.members = members
        reports = RenewalWatch(lease: members.lease)
        reach = ReachWatch(
            holder: holder, metadata: metadata, clock: clock, lease: members.lease,
            logger: logger, leaf: leaf, onChange: onLost)
        self.allocator = allocator
        self.logger = logger
        self.leaf = leaf
    }

    /// So long another root waits for the one that acts.
    private var leaseDuration: Duration { min(members.lease, Self.longestLease) }

    /// Whether this root decides for the cluster now, as far as it knows.
    public var isActing: Bool { lease != nil }

    /// Until the task is cancelled; the lease is then given back.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.lookAgainAndAgain() }
            group.addTask { await self.reach.run() }
            group.addTask {
                for await _ in self.catalog.changes() { await self.look() }
            }
        }
        if let lease {
            let metadata = metadata
            // The task is cancelled, and whoever is next should not have to wait.
            _ = await Task { try? await metadata.release(lease) }.value
        }
        lease = nil
    }

    private func lookAgainAndAgain() async {
        while !Task.isCancelled {
            await look()
            let isPending =
                allocator.isPending || isGathering || routing.current.leaves.isEmpty
            // Where leaves may be quiet for longer, a look may come later, too.
            let interval = isPending ? Self.pendingInterval : leaseDuration / 3
            do { try await clock.sleep(for: interval) } catch { return }
        }
    }

    /// Looks once, and publishes a table if one is due. Whoever asks meanwhile need not wait: the
    /// next look comes soon.
    func look() async {
        guard !isLooking else { return }
        isLooking = true
        defer { isLooking = false }
        do {
            try await decide()
            isFailing = false
        } catch is CancellationError {
            return
        } catch {
            lease = nil
            if !isFailing {
                logger.warning(
                    "Shards cannot be placed; the last routing table stays in use.",
                    metadata: ["error": "\(error)"])
            }
            isFailing = true
        }
    }

    private func decide() async throws {
        let asked = clock.now
        let verdict = try await verdict(asked)
        await reach.watch(verdict.live.map(\.node))
        guard try await holdLease(unless: verdict.isCutOff(holder)) else { return }
        try await forgetReports()
        let table = try await routing.reload()
        let indices = try await loadedCatalog().indices.map { PlacedIndex($0) }
        let live = verdict.members
        let isNews = roster.update(live, after: table, now: asked)
        let wasGathering = isGathering
        isGathering = !indices.isEmpty && roster.isGathering(for: table, now: asked)
        if isGathering { return }
        let isDue = isNews || wasGathering || allocator.isPending
        let progress = isDue ? await progress(live) : [:]
        guard
            let next = allocator.next(
                after: table, members: live, indices: indices, progress: progress, now: asked)
        else { return }
        let isPublished = try await routing.publish(next, after: table)
        let movements = PlacementMovements(from: table, to: next, indices: indices)
        logger.info(
            isPublished ? "Shards are placed anew." : "Another root placed the shards meanwhile.",
            metadata: [
                "version": "\(next.version)", "leaves": "\(next.leaves.count)",
                "movements": "\(movements)",
            ])
    }

    /// Looks who is there, and who can be reached.
    private func verdict(_ asked: Instant) async throws -> LeafVerdict {
        do {
            members.update(try await metadata.list(prefix: Member.prefix), now: asked)
            reports.update(try await metadata.list(prefix: ReachReport.prefix), now: asked) {
                ReachReport(encoded: $0.value.value, key: $0.key)
            }
        } catch {
            members.interrupt()
            reports.interrupt()
            throw error
        }
        return LeafVerdict(live: members.live, reports: reports.live(firstLease: .zero))
    }

    private func forgetReports() async throws {
        for report in reports.abandoned(for: Self.reportRetention) {
            _ = try await metadata.compareAndSet(
                report.key, expected: report.version, value: nil)
        }
    }

    private func holdLease(unless isCutOff: Bool) async throws -> Bool {
        let now = clock.now
        if isCutOff {
            if let held = lease {
                lease = nil
                try await metadata.release(held)
            }
            return false
        }
        if let held = lease {
            if now - leaseRenewed < held.duration / 4 { return true }
            lease = try await metadata.renew(held)
        }
        if lease == nil {
            lease = try await metadata.acquireLease(
                Self.leaseName, holder: holder, duration: leaseDuration)
        }
        leaseRenewed = now
        return lease != nil
    }

    private func loadedCatalog() async throws -> CatalogSnapshot {
        let snapshot = catalog.current
        return snapshot.revision < 0 ? try await catalog.reload() : snapshot
    }

    /// What the leaves say of their shards; who does not answer in time says nothing.
    private func progress(_ live: [Member]) async -> [ShardCopy: CopyProgress] {
        // Not from when the look began: a slow metadata store may have used that up.
        let deadline = clock.now + Self.statusTimeout
        let leaf = leaf
        return await withTaskGroup(of: (String, [ShardStatus]).self) { group in
            for member in live {
                group.addTask {
                    let answer = try? await leaf(member.node)
                        .status(LeafStatusRequest(), deadline: deadline)
                    return (member.node.name, answer?.shards ?? [])
                }
            }
            var result: [ShardCopy: CopyProgress] = [:]
            for await (name, shards) in group {
                for status in shards {
                    let copy = ShardCopy(
                        indexUUID: status.indexUUID, shard: status.shard, leaf: name)
                    result[copy] = CopyProgress(
                        appliedSlot: status.appliedSlot,
                        isReady: status.state == .started && status.isCaughtUp)
                }
            }
            return result
        }
    }
}
