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
        let targets = await targets(request)
        for (place, item) in request.items.enumerated() {
            let operation = operations[place]
            if let fault = WritePlan.fault(in: operation) {
                outcomes[place] = DocumentOutcome(id: operation.id, error: fault)
                continue
            }
            switch targets[item.index] {
            case .failure(let error)?: outcomes[place] = Self.failed(operation, error)
            case .success(let name)?: byIndex[name, default: []].append((place, operation))
            case nil: byIndex[item.index, default: []].append((place, operation))
            }
        }
        var plans: [WritePlan] = []
        for (name, items) in byIndex.sorted(by: { $0.key < $1.key }) {
            // An item that insists on an existing index fails alone; others make it.
            let makers = items.filter { !request.items[$0.place].requireIndex }
            let strict = items.filter { request.items[$0.place].requireIndex }
            do {
                let existing = try await existing { $0.index(named: name) }
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
        let session = try await send(plans, request, deadline: deadline, into: &outcomes)
        var response = response(
            request, operations, outcomes, targets, took: world.clock.now - start)
        response.session = session
        return response
    }

    /// For every name that is no index', what it stands for or why nothing can be written to it.
    private func targets(_ request: WriteRequest) async -> [String: Result<String, any Error>] {
        var targets: [String: Result<String, any Error>] = [:]
        for name in Set(request.items.map(\.index))
        where catalog.current.index(named: name) == nil {
            do {
                guard let index = try await existing({ try $0.writeIndex(name) }) else { continue }
                targets[name] = .success(index.name)
            } catch {
                targets[name] = .failure(error)
            }
        }
        return targets
    }

    private func response(
        _ request: WriteRequest, _ operations: [DocumentOperation],
        _ outcomes: [DocumentOutcome?], _ targets: [String: Result<String, any Error>],
        took: Duration
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
                WriteOutcome(
                    index: (try? targets[item.index]?.get()) ?? item.index,
                    action: item.operation.action, outcome: outcome))
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

    /// What there is of this name; an index that was made a moment ago may not be known yet.
    private func existing(
        _ find: (CatalogSnapshot) throws -> IndexMetadata?
    ) async throws -> IndexMetadata? {
        if let index = try find(catalog.current) { return index }
        return try find(try await catalog.reload())
    }

    /// The shards that one leaf owned when the write began, of one index.
    private struct Part: Sendable {
        var index: IndexMetadata
        var groups: [WritePlan.Group]
        var delivery: WriteDelivery
    }

    private func parts(_ plan: WritePlan, _ request: WriteRequest) -> [Part] {
        let routing = directory.routing
        let groups = Dictionary(grouping: plan.groups) { group in
            routing.leaf(
                indexUUID: plan.index.uuid, shard: group.shard, shardCount: plan.index.shardCount
            )?.name ?? ""
        }
        return groups.sorted { $0.key < $1.key }.map { _, groups in
            let key = request.idempotencyKey ?? world.random.nextName()
            let writes = groups.map {
                ShardWrite(
                    shard: $0.shard, operations: $0.operations,
                    idempotencyKey: "\(key)/\($0.shard)")
            }
            return Part(
                index: plan.index, groups: groups,
                delivery: WriteDelivery(
                    writes, to: plan.index, refresh: request.refresh, directory: directory,
                    clock: world.clock))
        }
    }

    private func send(
        _ plans: [WritePlan], _ request: WriteRequest, deadline: Instant,
        into outcomes: inout [DocumentOutcome?]
    ) async throws -> SessionToken {
        let parts = plans.flatMap { self.parts($0, request) }
        let calls = parts.map { part -> @Sendable () async throws -> Void in
            { try await part.delivery.run(deadline: deadline) }
        }
        _ = try await DeadlineGroup.run(calls, deadline: deadline, clock: world.clock)
        var session = SessionToken()
        for part in parts {
            generationWatch.note(part.index.uuid, part.delivery.slots)
            for (group, result) in zip(part.groups, part.delivery.results) {
                switch result ?? .failure(TransportError.deadlineExceeded) {
                case .success(let result):
                    for (place, outcome) in zip(group.places, result.outcomes) {
                        outcomes[place] = outcome
                        guard outcome.error == nil else { continue }
                        session.note(part.index.uuid, group.shard, outcome.slot)
                    }
                case .failure(let error):
                    for (place, operation) in zip(group.places, group.operations) {
                        outcomes[place] = Self.failed(operation, error)
                    }
                }
            }
        }
        for (uuid, shards) in session.slots {
            for (shard, slot) in shards { generationWatch.noteWritten(uuid, shard, slot) }
        }
        return session
    }

    /// What an error means for one operation: 429 stays 429, what is the caller's fault keeps its
    /// status, and everything else may be tried again.
    static func failed(_ operation: DocumentOperation, _ error: any Error) -> DocumentOutcome {
        let remote = RemoteError(describing: error)
        let status = [400, 404, 409, 422, 429].contains(remote.status) ? remote.status : 503
        return DocumentOutcome(
            id: operation.id,
            error: DocumentFailure(type: remote.type, reason: remote.reason, status: status))
    }

    // MARK: Reading

    public func get(_ request: GetRequest) async throws -> GetResponse? {
        guard let index = try await existing({ try $0.onlyIndex(request.index) }) else {
            throw RequestError.indexNotFound(request.index)
        }
        let deadline = world.clock.now + configuration.searchTimeout
        let shard = DocumentRouting.shard(
            request.routing ?? request.id, shardCount: index.shardCount)
        let message = LeafGetRequest(
            indexUUID: index.uuid, shard: shard, id: request.id,
            requiredSlot: generationWatch.requiredSlot(of: index.uuid, shard, request.session))
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
            // The name, or an alias, may stand for another index by now.
            if remote.type == RequestError.indexNotFound("").type,
                let newest = try? await catalog.reload(), newest.index(uuid: index.uuid) == nil
            {
                return try await get(request)
            }
            throw RequestError(
                type: remote.type, reason: remote.reason,
                status: (400..<500).contains(remote.status) ? remote.status : 503,
                index: index.name)
        }
    }

    /// Asks the owner, then the other copies, until one answers or there is no time.
    private func fetch(
        _ message: LeafGetRequest, _ index: IndexMetadata, deadline: Instant
    ) async throws -> LeafGetResponse {
        var tries = 0
        while true {
            do {
                return try await fetchOnce(message, index, deadline: deadline)
            } catch {
                guard RetryPolicy.isWorthRetrying(error) else { throw error }
                let next = world.clock.now + RetryPolicy.delay(afterTries: tries)
                guard next < deadline else { throw error }
                tries += 1
                await directory.reload(clock: world.clock, until: next)
                try await world.clock.sleep(until: next)
            }
        }
    }

    /// - Throws: what the owner said, when no copy answers either.
    private func fetchOnce(
        _ message: LeafGetRequest, _ index: IndexMetadata, deadline: Instant
    ) async throws -> LeafGetResponse {
        let routing = directory.routing
        guard
            let owner = routing.leaf(
                indexUUID: index.uuid, shard: message.shard, shardCount: index.shardCount)
        else { throw RemoteError.unassigned }
        let copies = routing.copies(
            indexUUID: index.uuid, shard: message.shard, shardCount: index.shardCount
        ).filter { $0 != owner }
        // Whoever does not answer this root would use up the time of the others.
        let hopeful = copies.filter { !directory.loads.isLost($0) }
        let first = directory.loads.isLost(owner) ? hopeful.first ?? owner : owner
        do {
            return try await ask(first, message, deadline: deadline)
        } catch {
            guard RetryPolicy.isWorthAskingElsewhere(error) else { throw error }
            var refusals = RetryPolicy.isRefusal(error) ? 1 : 0
            for copy in copies where copy != first {
                do {
                    return try await ask(copy, message, deadline: deadline)
                } catch let other where RetryPolicy.isWorthAskingElsewhere(other) {
                    // Overload is not answered by asking everybody.
                    if RetryPolicy.isRefusal(other) { refusals += 1 }
                    if refusals > 1 { break }
                }
            }
            throw error
        }
    }

    private func ask(
        _ leaf: LeafNode, _ message: LeafGetRequest, deadline: Instant
    ) async throws -> LeafGetResponse {
        try await directory.ask(leaf, deadline: deadline, clock: world.clock) {
            try await $0.get(message, deadline: deadline)
        }
    }
}
