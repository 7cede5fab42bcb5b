// Keeps up with what becomes visible on the leaves, by a long poll per leaf.

import Cluster
import Logging
import Queries
import Storage
import Synchronization

/// Caches ask it which generation an index is at. It answers only what it hears of: while a
/// leaf's watch is broken, or nobody searched the index lately, it does not know.
public final class GenerationWatch: GenerationSource {
    private let clock: any NodeClock
    private let catalog: Catalog
    private let directory: LeafDirectory
    private let configuration: RootConfiguration
    private let logger: Logger
    private let table = Mutex(GenerationTable())

    /// Between attempts to reach a leaf whose watch is broken, and between looks for new leaves.
    private static let retryInterval = Duration.milliseconds(250)

    public init(
        world: World, catalog: Catalog, directory: LeafDirectory,
        configuration: RootConfiguration, logger: Logger
    ) {
        clock = world.clock
        self.catalog = catalog
        self.directory = directory
        self.configuration = configuration
        self.logger = logger
    }

    /// Watches every leaf of the routing table until the task is cancelled.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            var watched: Set<LeafNode> = []
            while !Task.isCancelled {
                for leaf in directory.routing.leaves where watched.insert(leaf).inserted {
                    group.addTask { await self.watch(leaf) }
                }
                watched.formIntersection(directory.routing.leaves)
                let known = Set(catalog.current.indices.map(\.uuid))
                table.withLock { $0.keep(only: known) }
                do { try await clock.sleep(for: Self.retryInterval) } catch { break }
            }
            group.cancelAll()
        }
    }

    public func generations(of indices: [String]) -> [IndexGeneration]? {
        guard let resolved = try? catalog.current.resolve(indices) else { return nil }
        let routing = directory.routing
        let now = clock.now
        let limit = now - configuration.interestDuration
        return table.withLock { table in
            var result: [IndexGeneration] = []
            for index in resolved {
                guard
                    let generation = table.generation(of: index, routing, searchedSince: limit)
                else { return nil }
                result.append(generation)
            }
            // Being answered from a cache keeps an index as interesting as being searched.
            for index in resolved { table.noteSearch(of: index.uuid, at: now) }
            return result
        }
    }

    func noteSearch(of uuid: String) {
        let now = clock.now
        table.withLock { $0.noteSearch(of: uuid, at: now) }
    }

    /// What an answer says is visible, which is known before the watch hears of it.
    func note(_ uuid: String, _ slots: [Int: Int64]) {
        table.withLock { $0.note(uuid, slots) }
    }

    /// What was acknowledged, visible or not.
    func noteWritten(_ uuid: String, _ shard: Int, _ slot: Int64) {
        table.withLock { $0.noteWritten(uuid, shard, slot) }
    }

    /// By shard, the least visible slot that a search may be answered from, so that nobody who asks
    /// this root sees less than before; -1 where any will do.
    func requiredSlots(of index: IndexMetadata, _ session: SessionToken?) -> [Int64] {
        var slots = table.withLock { $0.visibleSlots(of: index.uuid) }
        for (shard, slot) in session?.slots[index.uuid] ?? [:] where shard < index.shardCount {
            while slots.count <= shard { slots.append(-1) }
            slots[shard] = max(slots[shard], slot)
        }
        return slots
    }

    /// The least slot that a copy must have to read single documents from; nil where any will do.
    func requiredSlot(of uuid: String, _ shard: Int, _ session: SessionToken?) -> Int64? {
        let known = table.withLock { $0.newestSlot(of: uuid, shard) }
        return [known, session?.slots[uuid]?[shard]].compactMap(\.self).max()
    }

    /// Polls one leaf for as long as it is in the routing table.
    private func watch(_ leaf: LeafNode) async {
        let service = directory.service(leaf)
        var isBroken = false
        while !Task.isCancelled, directory.routing.leaves.contains(leaf) {
            let now = clock.now
            let request = table.withLock { table in
                LeafGenerationsRequest(
                    since: table.sequence(of: leaf.name),
                    interested: table.interesting(since: now - configuration.interestDuration))
            }
            let deadline = now + configuration.watchTimeout
            do {
                let response = try await DeadlineGroup.run(
                    deadline: deadline + Self.retryInterval, clock: clock
                ) { try await service.generations(request, deadline: deadline) }
                table.withLock { $0.note(response, from: leaf.name) }
                isBroken = false
                // A leaf without news answers late; one that answers at once must not be hammered.
                if response.sequence == request.since, clock.now - now < Self.retryInterval {
                    try await clock.sleep(for: Self.retryInterval)
                }
            } catch {
                table.withLock { $0.watchBroke(of: leaf.name) }
                if Task.isCancelled { return }
                if !isBroken {
                    logger.warning(
                        "A leaf cannot be watched; answers from it are not cached.",
                        metadata: ["leaf": "\(leaf.name)", "error": "\(error)"])
                }
                isBroken = true
                do { try await clock.sleep(for: Self.retryInterval) } catch { return }
            }
        }
        table.withLock { $0.watchBroke(of: leaf.name) }
    }
}
