// Writes, gets and refreshes as messages.

import Analysis
import Queries

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension WireWriteRequest {
    init(_ request: LeafWriteRequest) throws(RemoteError) {
        self.init()
        indexUuid = request.indexUUID
        schemaVersion = request.schemaVersion
        refresh = UInt32(request.refresh.rawValue)
        for group in request.groups {
            var wire = WireShardWrite()
            wire.shard = try MessageCoding.unsigned(group.shard, "a shard")
            wire.operations = group.operations.map { WireOperation($0) }
            if let key = group.idempotencyKey { wire.idempotencyKey = key }
            groups.append(wire)
        }
    }

    func request() throws(RemoteError) -> LeafWriteRequest {
        guard let byte = UInt8(exactly: refresh), let policy = RefreshPolicy(rawValue: byte) else {
            throw .malformed("refresh policy \(refresh) is unknown here")
        }
        var all: [ShardWrite] = []
        for group in groups {
            var operations: [DocumentOperation] = []
            operations.reserveCapacity(group.operations.count)
            for operation in group.operations { operations.append(try operation.operation()) }
            all.append(
                ShardWrite(
                    shard: try MessageCoding.shard(group.shard), operations: operations,
                    idempotencyKey: group.hasIdempotencyKey ? group.idempotencyKey : nil))
        }
        return LeafWriteRequest(
            indexUUID: try MessageCoding.indexUUID(indexUuid), schemaVersion: schemaVersion,
            groups: all, refresh: policy)
    }
}

extension WireOperation {
    fileprivate init(_ operation: DocumentOperation) {
        self.init()
        action = UInt32(operation.action.rawValue)
        id = operation.id
        source = Data(operation.source)
        docAsUpsert = operation.docAsUpsert
        if let upsert = operation.upsert { self.upsert = Data(upsert) }
        detectNoop = operation.detectNoop
        if let number = operation.ifSequenceNumber { ifSequenceNumber = number }
        if let term = operation.ifPrimaryTerm { ifPrimaryTerm = term }
        if let version = operation.externalVersion { externalVersion = version }
        externalGte = operation.externalGTE
        if let routing = operation.routing { self.routing = routing }
    }

    fileprivate func operation() throws(RemoteError) -> DocumentOperation {
        guard let byte = UInt8(exactly: action), let action = DocumentAction(rawValue: byte) else {
            throw .malformed("document action \(self.action) is unknown here")
        }
        guard (1...DocumentOperation.maximumIDBytes).contains(id.utf8.count) else {
            throw .malformed(
                "a document id has \(id.utf8.count) bytes, which is not from 1 to "
                    + "\(DocumentOperation.maximumIDBytes)")
        }
        return DocumentOperation(
            action: action, id: id, source: Array(source), docAsUpsert: docAsUpsert,
            upsert: hasUpsert ? Array(upsert) : nil, detectNoop: detectNoop,
            ifSequenceNumber: hasIfSequenceNumber ? ifSequenceNumber : nil,
            ifPrimaryTerm: hasIfPrimaryTerm ? ifPrimaryTerm : nil,
            externalVersion: hasExternalVersion ? externalVersion : nil, externalGTE: externalGte,
            routing: hasRouting ? routing : nil)
    }
}

extension WireWriteResponse {
    init(_ response: LeafWriteResponse) throws(RemoteError) {
        self.init()
        slots = try WireSlot.list(response.slots)
        for group in response.groups {
            var wire = WireShardWriteResult()
            wire.shard = try MessageCoding.unsigned(group.shard, "a shard")
            wire.outcomes = group.outcomes.map { WireOutcome($0) }
            groups.append(wire)
        }
    }

    func response() throws(RemoteError) -> LeafWriteResponse {
        var all: [ShardWriteResult] = []
        for group in groups {
            var outcomes: [DocumentOutcome] = []
            outcomes.reserveCapacity(group.outcomes.count)
            for outcome in group.outcomes { outcomes.append(try outcome.outcome()) }
            all.append(
                ShardWriteResult(shard: try MessageCoding.shard(group.shard), outcomes: outcomes))
        }
        return LeafWriteResponse(groups: all, slots: try WireSlot.slots(slots))
    }
}

extension WireOutcome {
    fileprivate init(_ outcome: DocumentOutcome) {
        self.init()
        id = outcome.id
        if let result = outcome.result { self.result = UInt32(result.rawValue) }
        version = outcome.version
        sequenceNumber = outcome.sequenceNumber
        primaryTerm = outcome.primaryTerm
        slot = outcome.slot
        if let failure = outcome.error {
            error.type = failure.type
            error.reason = failure.reason
            error.status = UInt32(clamping: failure.status)
        }
    }

    fileprivate func outcome() throws(RemoteError) -> DocumentOutcome {
        var known: DocumentResult?
        if hasResult {
            known = UInt8(exactly: result).flatMap { DocumentResult(rawValue: $0) }
            if known == nil { throw .malformed("document result \(result) is unknown here") }
        }
        let failure = hasError ? RemoteError(error) : nil
        return DocumentOutcome(
            id: id, result: known, version: version, sequenceNumber: sequenceNumber,
            primaryTerm: primaryTerm, slot: slot,
            error: failure.map {
                DocumentFailure(type: $0.type, reason: $0.reason, status: $0.status)
            })
    }
}

extension WireGetRequest {
    init(_ request: LeafGetRequest) throws(RemoteError) {
        self.init()
        indexUuid = request.indexUUID
        shard = try MessageCoding.unsigned(request.shard, "a shard")
        id = request.id
        if let slot = request.requiredSlot { requiredSlot = slot }
    }

    func request() throws(RemoteError) -> LeafGetRequest {
        LeafGetRequest(
            indexUUID: try MessageCoding.indexUUID(indexUuid),
            shard: try MessageCoding.shard(shard), id: id,
            requiredSlot: hasRequiredSlot ? requiredSlot : nil)
    }
}

extension WireGetResponse {
    init(_ response: LeafGetResponse) {
        self.init()
        guard let found = response.document else { return }
        document.source = Data(found.source)
        document.version = found.version
        document.sequenceNumber = found.sequenceNumber
        document.primaryTerm = found.primaryTerm
    }

    var response: LeafGetResponse {
        guard hasDocument else { return LeafGetResponse() }
        return LeafGetResponse(
            document: StoredDocument(
                source: Array(document.source), version: document.version,
                sequenceNumber: document.sequenceNumber, primaryTerm: document.primaryTerm))
    }
}

extension WireRefreshRequest {
    init(_ request: LeafRefreshRequest) throws(RemoteError) {
        self.init()
        indexUuid = request.indexUUID
        for shard in request.shards {
            shards.append(try MessageCoding.unsigned(shard, "a shard"))
        }
        flush = request.flush
    }

    func request() throws(RemoteError) -> LeafRefreshRequest {
        LeafRefreshRequest(
            indexUUID: try MessageCoding.indexUUID(indexUuid),
            shards: try MessageCoding.shards(shards), flush: flush)
    }
}

extension WireRefreshResponse {
    init(_ response: LeafRefreshResponse) throws(RemoteError) {
        self.init()
        slots = try WireSlot.list(response.slots)
        failures = try WireShardFailure.list(response.failures)
    }

    func response() throws(RemoteError) -> LeafRefreshResponse {
        LeafRefreshResponse(
            slots: try WireSlot.slots(slots), failures: try WireShardFailure.failures(failures))
    }
}
