// Which shards this leaf owns and which it has copies of, as the routing table says.

import Cluster
import Queries
import Shards
import Storage

extension LeafServer {
    struct Roles: Sendable {
        var plan = RolePlan()
        /// Shards whose role is being changed.
        var busy: Set<ShardKey> = []
        /// Shards that were taken over while the table known here still gave them to this leaf:
        /// they are not taken back before a newer look at the table says so.
        var deposed: Set<ShardKey> = []
        /// Of the table seen last.
        var version: Int64 = 0
        /// Whether a table was missed, in which others may have owned what is owned here.
        var isInDoubt = false
    }

    /// Makes this leaf's shards what the newest table says. What fails is logged and tried again
    /// the next time.
    func takeRoles() async {
        let now = world.clock.now
        await confirmOwnerships()
        let wanted = wantedRoles()
        let open = Dictionary(
            uniqueKeysWithValues: table.openShards.map { ($0.key, $0.shard.role) })
        let actions = roles.withLock { roles in
            let actions = roles.plan.actions(wanted: wanted, open: open, now: now)
                .filter { !roles.busy.contains($0.key) }
            roles.busy.formUnion(actions.map(\.key))
            return actions
        }
        await withTaskGroup(of: Void.self) { group in
            for action in actions {
                group.addTask {
                    await self.perform(action)
                    self.roles.withLock { _ = $0.busy.remove(action.key) }
                    self.followOwners()
                }
            }
        }
        if actions.isEmpty { followOwners() }
    }

    /// After tables that this leaf has not seen: whose log went on under another owner is no longer
    /// this leaf's, and nobody may write for long who would tell it so.
    private func confirmOwnerships() async {
        let version = routing.current.version
        let isInDoubt = roles.withLock { roles in
            let isNext = version == roles.version || version == roles.version + 1
            if roles.version > 0, !isNext { roles.isInDoubt = true }
            roles.version = version
            defer { roles.isInDoubt = false }
            return roles.isInDoubt
        }
        guard isInDoubt else { return }
        let isSure = await withTaskGroup(of: Bool.self) { group in
            for (_, shard) in table.openShards where shard.role == .owner {
                group.addTask { (try? await shard.stepDownIfOvertaken()) != nil }
            }
            return await group.reduce(true) { $0 && $1 }
        }
        if !isSure { roles.withLock { $0.isInDoubt = true } }
    }

    private func perform(_ action: RolePlan.Action) async {
        switch action {
        case .open(let key, _):
            guard let index = catalog.current.index(uuid: key.indexUUID) else { return }
            _ = try? await shard(key, of: index)
        case .promote(let key):
            guard let shard = table.openShard(key) else { return }
            do {
                try await promote(shard, key)
            } catch {
                logger.warning(
                    "A shard cannot be taken over; it will be tried again.",
                    metadata: ["shard": "\(shard.location)", "error": "\(error)"])
            }
        case .stepDown(let key): await table.openShard(key)?.stepDown()
        case .close(let key):
            guard let shard = await table.remove(key) else { return }
            await shard.close()
            feed.changed()
        }
    }

    /// Whether it has no shard and is to have none.
    public var holdsNothing: Bool { table.keys.isEmpty && wantedRoles().isEmpty }

    private func wantedRoles() -> [ShardKey: ShardRole] {
        let table = routing.current
        var wanted: [ShardKey: ShardRole] = [:]
        for index in catalog.current.indices {
            let roles = table.roles(
                of: name, indexUUID: index.uuid, shardCount: index.shardCount)
            for (shard, role) in roles {
                wanted[ShardKey(indexUUID: index.uuid, shard: shard)] = role
            }
        }
        return wanted
    }

    /// The copies here follow their owners elsewhere.
    private func followOwners() {
        let table = routing.current
        var wanted: [LeafNode: Set<ShardKey>] = [:]
        for (key, shard) in self.table.openShards where shard.role == .copy {
            guard let index = catalog.current.index(uuid: key.indexUUID),
                let owner = table.leaf(
                    indexUUID: key.indexUUID, shard: key.shard, shardCount: index.shardCount),
                owner.name != name
            else { continue }
            wanted[owner, default: []].insert(key)
        }
        follower.follow(wanted)
    }

    // MARK: Asked for

    /// The open shard; opens it when the table gives it to this leaf in any role.
    /// - Throws: `ShardUnavailable`.
    func shard(_ key: ShardKey, of index: IndexMetadata) async throws -> Shard {
        if let shard = table.openShard(key) { return shard }
        if role(key, index) == nil { await lookAgain() }
        guard let role = role(key, index) else { throw notHere(key, index) }
        let isOwner = role == .owner && !roles.withLock { $0.deposed.contains(key) }
        return try await table.shard(key) { [self] in
            do {
                let shard = try await Shard.open(
                    location: ShardLocation(indexUUID: key.indexUUID, shard: key.shard),
                    settings: settings(index), schema: index.schema, objects: world.objects,
                    clock: world.clock, random: world.random, compute: world.compute,
                    owner: name, logger: logger, as: isOwner ? .owner : .copy,
                    origin: index.origin.map {
                        ShardOrigin(indexUUID: $0.indexUUID, keptID: $0.snapshotID)
                    },
                    onVisible: { _ in self.feed.changed() },
                    onCommitted: { self.commits.changed() },
                    onDeposed: {
                        // One that loses the log while it is restored is no copy: it is opened
                        // again, as whatever the table says then.
                        let isRestoring = index.origin != nil && self.table.openShard(key) == nil
                        if !isRestoring { self.noteDeposed(key) }
                    })
                if case .every = index.settings.refreshInterval { shard.noteSearch() }
                if isOwner { await restoreSchema(shard) }
                return shard
            } catch {
                logger.error(
                    "A shard cannot be opened; its documents are missing from answers.",
                    metadata: [
                        "index": "\(index.name)", "shard": "\(key.shard)", "error": "\(error)",
                    ])
                throw error
            }
        }
    }

    /// The open shard, owned by this leaf: taken over first when only the table says so yet.
    /// - Throws: `ShardUnavailable`, `ShardError`.
    func ownedShard(_ key: ShardKey, of index: IndexMetadata) async throws -> Shard {
        if owner(key, index)?.name != name { await lookAgain() }
        guard owner(key, index)?.name == name else { throw notHere(key, index) }
        let shard = try await shard(key, of: index)
        if shard.role == .copy { try await promote(shard, key) }
        return shard
    }

    private func promote(_ shard: Shard, _ key: ShardKey) async throws {
        if roles.withLock({ $0.deposed.contains(key) }) {
            try await routing.reload()
            guard let index = catalog.current.index(uuid: key.indexUUID),
                owner(key, index)?.name == name
            else {
                throw ShardUnavailable(
                    type: RemoteError.noShardType,
                    reason: "shard \(key.shard) has another owner now")
            }
        }
        try await shard.promote()
        roles.withLock { _ = $0.deposed.remove(key) }
        commits.changed()
        await restoreSchema(shard)
    }

    /// The log may know fields that the metadata store does not, if that was restored from a
    /// backup.
    func restoreSchema(_ shard: Shard) async {
        let logged = await shard.schema
        let uuid = shard.location.indexUUID
        guard let known = catalog.current.index(uuid: uuid)?.schema, known != logged,
            let grown = try? known.adding(growth: logged), grown != known
        else { return }
        do {
            try await catalog.update(uuid: uuid) { index in
                var index = index
                guard var merged = try? index.schema.adding(growth: logged),
                    merged != index.schema
                else { return index }
                merged.version = max(merged.version, logged.version + 1)
                index.schema = merged
                return index
            }
        } catch {
            logger.warning(
                "Fields of the log could not be added to the mapping.",
                metadata: ["shard": "\(shard.location)", "error": "\(error)"])
        }
    }

    private func noteDeposed(_ key: ShardKey) {
        roles.withLock { _ = $0.deposed.insert(key) }
        // Whoever waits for its records has to look elsewhere.
        commits.changed()
    }

    /// Whoever asks may know a newer table.
    private func lookAgain() async {
        do {
            try await routing.reload()
        } catch {
            logger.debug("the table cannot be looked at", metadata: ["error": "\(error)"])
        }
    }

    private func role(_ key: ShardKey, _ index: IndexMetadata) -> ShardRole? {
        routing.current.roles(
            of: name, indexUUID: key.indexUUID, shardCount: index.shardCount)[key.shard]
    }

    private func owner(_ key: ShardKey, _ index: IndexMetadata) -> LeafNode? {
        routing.current.leaf(
            indexUUID: key.indexUUID, shard: key.shard, shardCount: index.shardCount)
    }

    private func notHere(_ key: ShardKey, _ index: IndexMetadata) -> ShardUnavailable {
        let owner = owner(key, index)?.name ?? "nobody"
        return ShardUnavailable(
            type: RemoteError.noShardType,
            reason: "shard \(key.shard) belongs to \(owner), not to \(name)")
    }
}
