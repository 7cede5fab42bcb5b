// Keeps this leaf's copies level with their owners: a long poll to each leaf that owns any of
// them, and the object store where an owner does not answer or has forgotten what is asked for.

import Cluster
import Logging
import Shards
import Storage
import Synchronization

final class CopyFollower: Sendable {
    private struct Group {
        let shards: Set<ShardKey>
        let task: Task<Void, Never>
    }

    private struct State {
        /// By the owners' nodes.
        var groups: [LeafNode: Group] = [:]
        /// Copies that have been level with their owner or with the log.
        var level: Set<ShardKey> = []
        var isStopped = false
    }

    private static let pollDuration = Duration.seconds(5)
    private static let lookDuration = LeafFollowRequest.answeringBefore + .milliseconds(100)
    /// Between looks into the object store while an owner cannot be followed.
    private static let storeInterval = Duration.seconds(1)

    private let clock: any NodeClock
    private let table: ShardTable
    private let peers: @Sendable (LeafNode) -> any LeafService
    private let logger: Logger
    private let state = Mutex(State())

    init(
        table: ShardTable, clock: any NodeClock,
        peers: @escaping @Sendable (LeafNode) -> any LeafService, logger: Logger
    ) {
        self.table = table
        self.clock = clock
        self.peers = peers
        self.logger = logger
    }

    /// Whether the copy has everything that was committed when it was last looked.
    func isLevel(_ key: ShardKey) -> Bool { state.withLock { $0.level.contains(key) } }

    /// Follows these owners for these copies from now on.
    func follow(_ wanted: [LeafNode: Set<ShardKey>]) {
        state.withLock { state in
            if state.isStopped, !wanted.isEmpty { return }
            let copies = Set(wanted.values.joined())
            state.level.formIntersection(copies)
            let ordered = wanted.sorted { $0.key.name < $1.key.name }
            let known = state.groups.sorted { $0.key.name < $1.key.name }
            for (leaf, group) in known where wanted[leaf] != group.shards {
                group.task.cancel()
                state.groups[leaf] = nil
            }
            for (leaf, shards) in ordered where state.groups[leaf] == nil && !shards.isEmpty {
                let task = Task { await self.poll(leaf, shards) }
                state.groups[leaf] = Group(shards: shards, task: task)
            }
        }
    }

    /// For good.
    func stop() {
        state.withLock { $0.isStopped = true }
        follow([:])
    }

    private func poll(_ leaf: LeafNode, _ keys: Set<ShardKey>) async {
        let service = peers(leaf)
        var isLost = false
        while !Task.isCancelled {
            let began = clock.now
            do {
                let positions = keys.sorted().compactMap { key in
                    table.openShard(key).map {
                        FollowPosition(
                            indexUUID: key.indexUUID, shard: key.shard,
                            slot: Int64($0.appliedSlot))
                    }
                }
                // Nobody may serve from a copy before it is known to be level: then ask for no
                // more than how things are.
                let patience = keys.allSatisfy(isLevel) ? Self.pollDuration : Self.lookDuration
                let response = try await service.follow(
                    LeafFollowRequest(positions: positions), deadline: began + patience)
                isLost = false
                let isFollowed = await take(response)
                if isFollowed { continue }
            } catch {
                if Task.isCancelled { return }
                if !isLost {
                    logger.notice(
                        "Copies cannot follow their owner; they read the log instead.",
                        metadata: ["owner": "\(leaf.name)", "error": "\(error)"])
                }
                isLost = true
                await catchUp(keys)
            }
            do { try await clock.sleep(until: began + Self.storeInterval) } catch { return }
        }
    }

    /// False when a shard was not followed, so that the owner must not be asked again at once.
    private func take(_ response: LeafFollowResponse) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            for followed in response.shards {
                let key = ShardKey(indexUUID: followed.indexUUID, shard: followed.shard)
                guard let shard = table.openShard(key) else { continue }
                group.addTask { await self.take(followed, key, shard) }
            }
            return await group.reduce(true) { $0 && $1 }
        }
    }

    private func take(_ followed: FollowedShard, _ key: ShardKey, _ shard: Shard) async -> Bool {
        do {
            if followed.isBehind || !followed.isOwner {
                try await shard.catchUp()
                note(key)
                return followed.isOwner
            }
            do {
                try await shard.follow(followed.records)
            } catch {
                try await shard.catchUp()
            }
            if Int64(shard.appliedSlot) >= followed.committedSlot { note(key) }
            return true
        } catch {
            report(key, error)
            return false
        }
    }

    private func catchUp(_ keys: Set<ShardKey>) async {
        await withTaskGroup(of: Void.self) { group in
            for key in keys.sorted() {
                guard let shard = table.openShard(key) else { continue }
                group.addTask {
                    do {
                        try await shard.catchUp()
                        self.note(key)
                    } catch {
                        self.report(key, error)
                    }
                }
            }
        }
    }

    private func note(_ key: ShardKey) {
        state.withLock { _ = $0.level.insert(key) }
    }

    private func report(_ key: ShardKey, _ error: any Error) {
        guard !Task.isCancelled else { return }
        logger.warning(
            "A copy cannot follow its shard's log.",
            metadata: [
                "index": "\(key.indexUUID)", "shard": "\(key.shard)", "error": "\(error)",
            ])
    }
}
