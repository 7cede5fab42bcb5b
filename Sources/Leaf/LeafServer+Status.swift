// What the leaf says of itself, and what it is told about indices.

import Cluster
import Queries
import Shards
import Storage

extension LeafServer {
    /// An answer to a long poll leaves this long before its deadline.
    private static let pollMargin = Duration.milliseconds(500)

    public func status(
        _ request: LeafStatusRequest, deadline: Instant
    ) async throws -> LeafStatusResponse {
        var statuses: [Cluster.ShardStatus] = []
        for (key, shard) in table.openShards where isWanted(key, request.indexUUID) {
            var status = Self.status(key, await shard.status())
            status.role = shard.role == .owner ? .owner : .copy
            status.appliedSlot = Int64(shard.appliedSlot)
            status.damage = scrubber.damage(key)
            status.isCaughtUp = shard.role == .owner || follower.isLevel(key)
            statuses.append(status)
        }
        for (key, failure) in table.closedShards where isWanted(key, request.indexUUID) {
            statuses.append(
                Cluster.ShardStatus(
                    indexUUID: key.indexUUID, shard: key.shard,
                    state: failure == nil ? .opening : .failed, reason: failure?.reason))
        }
        statuses.sort { ($0.indexUUID, $0.shard) < ($1.indexUUID, $1.shard) }
        let node = NodeReport(
            name: name, version: configuration.version, processID: ProcessFigures.processID,
            uptime: world.clock.now - started, residentBytes: ProcessFigures.residentBytes,
            searchesRunning: permits.running, searchesWaiting: permits.waiting, pins: pins.count)
        return LeafStatusResponse(node: node, shards: statuses)
    }

    public func scrub(
        _ request: LeafScrubRequest, deadline: Instant
    ) async throws -> LeafScrubResponse {
        let keys = table.openShards.map(\.key).sorted().filter { key in
            request.indexUUIDs?.contains(key.indexUUID) ?? true
        }
        if request.starts { scrubber.request(keys) }
        return LeafScrubResponse(shards: keys.map(scrubber.status))
    }

    public func generations(
        _ request: LeafGenerationsRequest, deadline: Instant
    ) async throws -> LeafGenerationsResponse {
        let interested = Set(request.interested)
        for (key, shard) in table.openShards where interested.contains(key.indexUUID) {
            shard.noteSearch()
        }
        let clock = world.clock
        let limit = max(clock.now, deadline - Self.pollMargin)
        if feed.sequence == request.since {
            await feed.wait(since: request.since, until: limit, clock: clock)
        }
        try Task.checkCancellation()
        let sequence = feed.sequence
        let indices = catalog.current
        let slots = table.openShards.compactMap { key, shard -> ShardGeneration? in
            guard let index = indices.index(uuid: key.indexUUID) else { return nil }
            return ShardGeneration(
                indexUUID: key.indexUUID, shard: key.shard,
                visibleSlot: shard.snapshot.visibleSlot, schemaVersion: index.schema.version)
        }
        return LeafGenerationsResponse(sequence: sequence, slots: slots)
    }

    public func open(
        _ request: LeafOpenRequest, deadline: Instant
    ) async throws -> LeafOpenResponse {
        let index = try await index(request.indexUUID)
        var response = LeafOpenResponse()
        await withTaskGroup(of: ShardFailure?.self) { group in
            for number in request.shards {
                group.addTask {
                    let key = ShardKey(indexUUID: index.uuid, shard: number)
                    do {
                        _ = try await self.shard(key, of: index)
                        return nil
                    } catch {
                        return self.failure(index.name, number, ShardUnavailable(error))
                    }
                }
            }
            for await failure in group {
                if let failure { response.failures.append(failure) }
            }
        }
        response.failures.sort { $0.shard < $1.shard }
        return response
    }

    public func drop(_ request: LeafDropRequest, deadline: Instant) async throws {
        try await catalog.reload()
        guard catalog.current.index(uuid: request.indexUUID) == nil else {
            throw RemoteError(
                type: "illegal_state_exception",
                reason: "index \(request.indexUUID) still exists; delete it first", status: 409)
        }
        // Whoever deletes the last snapshot that names the index deletes what is left of it.
        let snapshots = try await SnapshotStore(objects: world.objects)
            .names(ofIndex: request.indexUUID)
        for key in table.keys where key.indexUUID == request.indexUUID {
            await table.remove(key)?.close()
            guard snapshots.isEmpty else { continue }
            // Nobody may own a shard of this index again, so its fences may go with the rest.
            let location = ShardLocation(indexUUID: key.indexUUID, shard: key.shard)
            for object in try await world.objects.list(prefix: location.prefix, after: nil) {
                try await world.objects.delete(object)
            }
        }
        feed.changed()
    }

    private func isWanted(_ key: ShardKey, _ uuid: String?) -> Bool {
        uuid.map { $0 == key.indexUUID } ?? true
    }

    private static func status(
        _ key: ShardKey, _ status: Shards.ShardStatus
    ) -> Cluster.ShardStatus {
        let stored = status.segments.filter { !$0.isInMemory }
        return Cluster.ShardStatus(
            indexUUID: key.indexUUID, shard: key.shard, state: .started,
            documentCount: Int64(status.documents), deletedCount: Int64(status.deleted),
            byteCount: Int64(stored.reduce(0) { $0 + $1.bytes }),
            memoryBytes: Int64(status.memoryBytes),
            segments: status.segments.map {
                SegmentStatus(
                    name: $0.name, documentCount: Int64($0.documents),
                    deletedCount: Int64($0.deleted), byteCount: Int64($0.bytes))
            },
            visibleSlot: status.visibleSlot, committedSlot: status.slot,
            primaryTerm: status.fence)
    }
}
