// Writes and gets: every document to the leaf that owns its shard.

import Analysis
import Cluster
import Logging
import Queries
import Storage

public struct RootDocumentService: DocumentService {
    private let world: World
    private let catalog: Catalog
    private let directory: LeafDirectory
    private let configuration: RootConfiguration
    private let generationWatch: GenerationWatch
    private let indices: RootIndexService
    private let metrics = RootMetrics()

    public init(
        world: World, catalog: Catalog, directory: LeafDirectory,
        configuration: RootConfiguration, generationWatch: GenerationWatch,
        indices: RootIndexService
    ) {
        self.world = world
        self.catalog = catalog
        self.directory = directory
        self.configuration = configuration
        self.generationWatch = generationWatch
        self.indices = indices
    }

    // MARK: Writing

    public func write(_ request: WriteRequest) async throws -> WriteResponse {
        let start = world.clock.now
        let timeout = min(request.timeout ?? configuration.writeTimeout, configuration.writeTimeout)
        let deadline = start + timeout
        var outcomes: [DocumentOutcome?] = Array(repeating: nil, count: request.items.count)
        let operations = named(request)
        var byIndex: [String: [(place: Int, operation: DocumentOperation)]] = [:]
        for (place, item) in request.items.enumerated() {
            let operation = operations[place]
            if let fault = WritePlan.fault(in: operation) {
                outcomes[place] = DocumentOutcome(id: operation.id, error: fault)
            } else {
                byIndex[item.index, default: []].append((place, operation))
            }
        }
        var plans: [WritePlan] = []
        for (name, items) in byIndex.sorted(by: { $0.key < $1.key }) {
            // An item that insists on an existing index fails alone; others make it.
            let makers = items.filter { !request.items[$0.place].requireIndex }
            let strict = items.filter { request.items[$0.place].requireIndex }
            do {
                let existing = try await existingIndex(name)
                for item in strict where existing == nil {
                    outcomes[item.place] = Self.failed(
                        item.operation, RequestError.indexNotFound(name))
                }
                let wanted = existing == nil ? makers : items
                guard !wanted.isEmpty else { continue }
                let index: IndexMetadata
                if let existing {
                    index = existing
                } else {
                    index = try await indices.createOnFirstWrite(name)
                }
                plans.append(WritePlan(index: index, items: wanted))
            } catch let error where !(error is CancellationError) {
                for item in items where outcomes[item.place] == nil {
                    outcomes[item.place] = Self.failed(item.operation, error)
                }
            }
        }
        try await send(plans, request, deadline: deadline, into: &outcomes)
        return response(request, operations, outcomes, took: world.clock.now - start)
    }

    private func response(
        _ request: WriteRequest, _ operations: [DocumentOperation],
        _ outcomes: [DocumentOutcome?], took: Duration
    ) -> WriteResponse {
        var response = WriteResponse(took: took, forcedRefresh: request.refresh == .immediate)
        for (place, item) in request.items.enumerated() {
            let outcome =
                outcomes[place]
                ?? Self.failed(
                    operations[place],
                    RemoteError(
                        type: RemoteError.malformedType,
                        reason: "the leaf's answer left the operation out", status: 503))
            response.items.append(
                WriteOutcome(index: item.index, action: item.operation.action, outcome: outcome))
        }
        metrics.writes.increment(by: response.items.count)
        metrics.failedWrites.increment(
            by: response.items.count { $0.outcome.error != nil })
        return response
    }

    /// The operations, those that may come without an id with one.
    private func named(_ request: WriteRequest) -> [DocumentOperation] {
        request.items.enumerated().map { place, item in
            var operation = item.operation
            guard operation.id.isEmpty else { return operation }
            switch operation.action {
            case .index, .create:
                operation.id =
                    request.idempotencyKey.map { DocumentNames.repeatable(key: $0, item: place) }
                    ?? DocumentNames.random(world.random)
            case .update, .delete: break
            }
            return operation
        }
    }

    private func existingIndex(_ name: String) async throws -> IndexMetadata? {
        if let index = catalog.current.index(named: name) { return index }
        return try await catalog.reload().index(named: name)
    }

    /// The shards that one leaf writes for one index.
    private struct Part: Sendable {
        var index: IndexMetadata
        var groups: [WritePlan.Group]
    }

    private func send(
        _ plans: [WritePlan], _ request: WriteRequest, deadline: Instant,
        into outcomes: inout [DocumentOutcome?]
    ) async throws {
        let routing = directory.routing
        var parts: [Part] = []
        for plan in plans {
            let groups = Dictionary(grouping: plan.groups) { group in
                routing.leaf(
                    indexUUID: plan.index.uuid, shard: group.shard,
                    shardCount: plan.index.shardCount)?.name ?? ""
            }
            for leaf in groups.keys.sorted() {
                parts.append(Part(index: plan.index, groups: groups[leaf] ?? []))
            }
        }
        let calls = parts.map { part -> @Sendable () async throws -> LeafWriteResponse in
            let message = message(part, request)
            return { try await deliver(message, part, deadline: deadline) }
        }
        let answers = try await DeadlineGroup.run(calls, deadline: deadline, clock: world.clock)
        for (part, answer) in zip(parts, answers) {
            do {
                let response = try answer.get()
                generationWatch.note(part.index.uuid, response.slots)
                for (group, result) in zip(part.groups, response.groups)
                where group.shard == result.shard && result.outcomes.count == group.places.count {
                    for (place, outcome) in zip(group.places, result.outcomes) {
                        outcomes[place] = outcome
                    }
                }
            } catch {
                for group in part.groups {
                    for (place, operation) in zip(group.places, group.operations) {
                        outcomes[place] = Self.failed(operation, error)
                    }
                }
            }
        }
    }

    private func message(_ part: Part, _ request: WriteRequest) -> LeafWriteRequest {
        let key = request.idempotencyKey ?? world.random.nextName()
        return LeafWriteRequest(
            indexUUID: part.index.uuid, schemaVersion: part.index.schema.version,
            groups: part.groups.map {
                ShardWrite(
                    shard: $0.shard, operations: $0.operations,
                    idempotencyKey: "\(key)/\($0.shard)")
            }, refresh: request.refresh)
    }

    /// Sends the message until it is answered or the deadline passes, each time to whoever holds
    /// the shards then.
    private func deliver(
        _ message: LeafWriteRequest, _ part: Part, deadline: Instant
    ) async throws -> LeafWriteResponse {
        var tries = 0
        while true {
            do {
                return try await deliverOnce(message, part, deadline: deadline)
            } catch {
                guard RetryPolicy.isWorthRetrying(error) else { throw error }
                let next = world.clock.now + RetryPolicy.delay(afterTries: tries)
                guard next < deadline else { throw error }
                tries += 1
                try await world.clock.sleep(until: next)
            }
        }
    }

    private func deliverOnce(
        _ message: LeafWriteRequest, _ part: Part, deadline: Instant
    ) async throws -> LeafWriteResponse {
        let routing = directory.routing
        func leaf(of shard: Int) -> LeafNode? {
            routing.leaf(
                indexUUID: part.index.uuid, shard: shard, shardCount: part.index.shardCount)
        }
        guard let first = message.groups.first, let target = leaf(of: first.shard) else {
            throw RemoteError(
                type: RemoteError.noShardType, reason: "no leaf holds the shard; start a leaf",
                status: 503)
        }
        if message.groups.allSatisfy({ leaf(of: $0.shard) == target }) {
            return try await directory.service(target).write(message, deadline: deadline)
        }
        // The shards were spread over other leaves meanwhile.
        var response = LeafWriteResponse()
        for group in message.groups {
            var single = message
            single.groups = [group]
            guard let target = leaf(of: group.shard) else {
                throw RemoteError(
                    type: RemoteError.noShardType,
                    reason: "no leaf holds shard \(group.shard); start a leaf", status: 503)
            }
            let answer = try await directory.service(target).write(single, deadline: deadline)
            response.groups += answer.groups
            response.slots.merge(answer.slots) { $1 }
        }
        return response
    }

    /// What an error means for one operation: 429 stays 429, what is the caller's fault keeps its
    /// status, and everything else may be tried again.
    static func failed(_ operation: DocumentOperation, _ error: any Error) -> DocumentOutcome {
        let remote = RemoteError(describing: error)
        let status = [400, 404, 409, 429].contains(remote.status) ? remote.status : 503
        return DocumentOutcome(
            id: operation.id,
            error: DocumentFailure(type: remote.type, reason: remote.reason, status: status))
    }

    // MARK: Reading

    public func get(_ request: GetRequest) async throws -> GetResponse? {
        guard let index = try await existingIndex(request.index) else {
            throw RequestError.indexNotFound(request.index)
        }
        let deadline = world.clock.now + configuration.searchTimeout
        let shard = DocumentRouting.shard(
            request.routing ?? request.id, shardCount: index.shardCount)
        let message = LeafGetRequest(indexUUID: index.uuid, shard: shard, id: request.id)
        do {
            let response = try await DeadlineGroup.run(deadline: deadline, clock: world.clock) {
                try await fetch(message, index, deadline: deadline)
            }
            guard let document = response.document else { return nil }
            return GetResponse(
                index: index.name, id: request.id, source: document.source,
                version: document.version, sequenceNumber: document.sequenceNumber,
                primaryTerm: document.primaryTerm)
        } catch let error where !(error is CancellationError) {
            let remote = RemoteError(describing: error)
            throw RequestError(
                type: remote.type, reason: remote.reason,
                status: (400..<500).contains(remote.status) ? remote.status : 503,
                index: index.name)
        }
    }

    private func fetch(
        _ message: LeafGetRequest, _ index: IndexMetadata, deadline: Instant
    ) async throws -> LeafGetResponse {
        var tries = 0
        while true {
            do {
                guard
                    let leaf = directory.routing.leaf(
                        indexUUID: index.uuid, shard: message.shard, shardCount: index.shardCount)
                else {
                    throw RemoteError(
                        type: RemoteError.noShardType,
                        reason: "no leaf holds the shard; start a leaf", status: 503)
                }
                return try await directory.service(leaf).get(message, deadline: deadline)
            } catch {
                guard RetryPolicy.isWorthRetrying(error) else { throw error }
                let next = world.clock.now + RetryPolicy.delay(afterTries: tries)
                guard next < deadline else { throw error }
                tries += 1
                try await world.clock.sleep(until: next)
            }
        }
    }
}
