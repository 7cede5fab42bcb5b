// A leaf's account of itself, and the opening and dropping of shards, as messages.

import Queries
import Storage

extension WireStatusResponse {
    init(_ response: LeafStatusResponse) throws(RemoteError) {
        self.init()
        let report = response.node
        node.name = report.name
        node.version = report.version
        node.processID = report.processID
        node.uptimeNanoseconds = report.uptime.wholeNanoseconds
        node.residentBytes = report.residentBytes
        node.searchesRunning = UInt32(clamping: report.searchesRunning)
        node.searchesWaiting = UInt32(clamping: report.searchesWaiting)
        node.pins = UInt32(clamping: report.pins)
        for shard in response.shards { shards.append(try WireShardStatus(shard)) }
    }

    func response() throws(RemoteError) -> LeafStatusResponse {
        var all: [ShardStatus] = []
        for shard in shards { all.append(try shard.status()) }
        return LeafStatusResponse(
            node: NodeReport(
                name: node.name, version: node.version, processID: node.processID,
                uptime: .clamped(nanoseconds: node.uptimeNanoseconds),
                residentBytes: node.residentBytes, searchesRunning: Int(node.searchesRunning),
                searchesWaiting: Int(node.searchesWaiting), pins: Int(node.pins)), shards: all)
    }
}

extension WireShardStatus {
    fileprivate init(_ status: ShardStatus) throws(RemoteError) {
        self.init()
        indexUuid = status.indexUUID
        shard = try MessageCoding.unsigned(status.shard, "a shard")
        state = UInt32(status.state.rawValue)
        if let reason = status.reason { self.reason = reason }
        documentCount = status.documentCount
        deletedCount = status.deletedCount
        byteCount = status.byteCount
        memoryBytes = status.memoryBytes
        segments = status.segments.map { segment in
            WireSegmentStatus.with {
                $0.name = segment.name
                $0.documentCount = segment.documentCount
                $0.deletedCount = segment.deletedCount
                $0.byteCount = segment.byteCount
            }
        }
        visibleSlot = status.visibleSlot
        committedSlot = status.committedSlot
        primaryTerm = status.primaryTerm
        maximumSequenceNumber = status.maximumSequenceNumber
        role = UInt32(status.role.rawValue)
        appliedSlot = status.appliedSlot
        isCaughtUp = status.isCaughtUp
        if let damage = status.damage { self.damage = damage }
    }

    fileprivate func status() throws(RemoteError) -> ShardStatus {
        guard let byte = UInt8(exactly: state), let known = ShardState(rawValue: byte) else {
            throw .malformed("shard state \(state) is unknown here")
        }
        guard let knownRole = UInt8(exactly: role).flatMap(ShardRole.init(rawValue:)) else {
            throw .malformed("shard role \(role) is unknown here")
        }
        return ShardStatus(
            indexUUID: indexUuid, shard: try MessageCoding.shard(shard), state: known,
            reason: hasReason ? reason : nil, documentCount: documentCount,
            deletedCount: deletedCount, byteCount: byteCount, memoryBytes: memoryBytes,
            segments: segments.map {
                SegmentStatus(
                    name: $0.name, documentCount: $0.documentCount,
                    deletedCount: $0.deletedCount, byteCount: $0.byteCount)
            }, visibleSlot: visibleSlot, committedSlot: committedSlot, primaryTerm: primaryTerm,
            maximumSequenceNumber: maximumSequenceNumber, role: knownRole,
            appliedSlot: appliedSlot, isCaughtUp: isCaughtUp,
            damage: hasDamage ? damage : nil)
    }
}

extension WireGenerationsResponse {
    init(_ response: LeafGenerationsResponse) throws(RemoteError) {
        self.init()
        sequence = response.sequence
        for slot in response.slots {
            var wire = WireShardGeneration()
            wire.indexUuid = slot.indexUUID
            wire.shard = try MessageCoding.unsigned(slot.shard, "a shard")
            wire.visibleSlot = slot.visibleSlot
            wire.schemaVersion = slot.schemaVersion
            slots.append(wire)
        }
    }

    func response() throws(RemoteError) -> LeafGenerationsResponse {
        var all: [ShardGeneration] = []
        for slot in slots {
            all.append(
                ShardGeneration(
                    indexUUID: slot.indexUuid, shard: try MessageCoding.shard(slot.shard),
                    visibleSlot: slot.visibleSlot, schemaVersion: slot.schemaVersion))
        }
        return LeafGenerationsResponse(sequence: sequence, slots: all)
    }
}

extension WireOpenRequest {
    init(_ request: LeafOpenRequest) throws(RemoteError) {
        self.init()
        indexUuid = request.indexUUID
        for shard in request.shards {
            shards.append(try MessageCoding.unsigned(shard, "a shard"))
        }
    }

    func request() throws(RemoteError) -> LeafOpenRequest {
        LeafOpenRequest(
            indexUUID: try MessageCoding.indexUUID(indexUuid),
            shards: try MessageCoding.shards(shards))
    }
}
