// Writing: requests gather while the log's one create is in flight, and are then planned,
// committed and applied together.

import Analysis
import Storage

extension Shard {
    /// Writes documents of this shard; returns once they are durable. Outcomes come in the order
    /// of the operations. When dynamic mapping finds new fields, `schemaFor` is given the grown
    /// schema: the caller stores it and returns the schema now in force. The same idempotency
    /// key with the same operations gets the first answer again.
    public func write(
        _ operations: [DocumentOperation], idempotencyKey: String? = nil,
        schemaFor: @escaping @Sendable (Schema) async throws -> Schema
    ) async throws(ShardError) -> [DocumentOutcome] {
        try checkUsable()
        try checkWritable()
        let byteCount = operations.reduce(0) {
            $0 + $1.source.count + ($1.upsert?.count ?? 0) + $1.id.utf8.count + 64
        }
        guard queuedBytes == 0 || queuedBytes + byteCount <= ShardSettings.queueBytes else {
            throw ShardError(
                .overloaded, place: location.description,
                reason: "\(queuedBytes) bytes of writes wait already",
                remedy: "send less at once, and try again a little later")
        }
        let plan = PlanRequest(
            operations: operations,
            key: idempotencyKey.map { SHA256Digest(of: Array($0.utf8)) })
        queuedBytes += byteCount
        let outcomes = await withCheckedContinuation { continuation in
            queue.append(
                WriteRequest(plan, byteCount: byteCount, schemaFor: schemaFor, continuation))
            startDraining()
        }
        return try outcomes.get()
    }

    private func checkWritable() throws(ShardError) {
        if stand.log == nil || isSteppingDown { throw deposedError }
        if let since = stalledSince, environment.clock.now - since > ShardSettings.stallLimit {
            throw stalledError
        }
    }

    private func startDraining() {
        guard !isDraining else { return }
        isDraining = true
        Task { await self.drain() }
    }

    private func drain() async {
        while !queue.isEmpty {
            await waitForMemory()
            await logTurn.enter()
            committing = takeGroup()
            lastWrite = environment.clock.now
            await commit(committing)
            committing = []
            logTurn.leave()
            flushIfDue()
        }
        isDraining = false
    }

    private func takeGroup() -> [WriteRequest] {
        var bytes = 0
        var count = 0
        for request in queue {
            guard count == 0 || bytes + request.byteCount <= ShardSettings.groupBytes else { break }
            bytes += request.byteCount
            count += 1
        }
        let group = Array(queue[..<count])
        queue.removeFirst(count)
        queuedBytes -= bytes
        return group
    }

    // MARK: One group, with the log's turn

    private func commit(_ group: [WriteRequest]) async {
        var group = group
        do throws(ShardError) {
            try checkUsable()
            try checkWritable()
            guard let plan = try await plan(&group), !group.isEmpty else { return }
            if !plan.changes.isEmpty { try await append(plan) }
            for (request, answer) in zip(group, plan.answers) {
                switch answer {
                case .outcomes(let outcomes): request.answer(.success(outcomes))
                case .refused(let error): request.answer(.failure(error))
                }
            }
        } catch {
            for request in group { request.answer(.failure(error)) }
        }
    }

    /// How often a group is planned again because the mapping changed under it.
    private static let planAttempts = 16

    /// Plans until the schema the plan rests on is in force. Takes requests that cannot be
    /// planned out of the group; nil when none is left.
    private func plan(_ group: inout [WriteRequest]) async throws(ShardError) -> WritePlan? {
        for _ in 0..<Self.planAttempts {
            guard !group.isEmpty else { return nil }
            let log = try owned()
            let context = WritePlanner.Context(
                contents: contents, answers: progress.answers, terms: progress.terms,
                term: Int64(log.fence), slot: log.slot + 1,
                nextSequenceNumber: progress.nextSequenceNumber, schema: progress.schema,
                place: location.description)
            let requests = group.map(\.plan)
            let plan = try await memoryTurn.pass { () async throws(ShardError) in
                try await compute { WritePlanner.plan(requests, context) }
            }
            guard let first = plan.growing.min() else {
                // The schema may have been updated from outside meanwhile.
                if plan.schema == progress.schema { return plan }
                continue
            }
            do {
                let inForce = try await group[first].schemaFor(plan.schema)
                progress.adopt(inForce)
                if inForce == plan.schema { return plan }
            } catch {
                refuse(&group, plan.growing, because: error)
            }
        }
        throw ShardError(
            .unavailable, place: location.description,
            reason: "the mapping changed \(Self.planAttempts) times while documents were parsed",
            remedy: "try again")
    }

    /// Without their new fields in the mapping these requests cannot go on; others can.
    private func refuse(
        _ group: inout [WriteRequest], _ growing: Set<Int>, because error: any Error
    ) {
        let refusal = ShardError(
            .unavailable, place: location.description,
            reason: "new fields could not be added to the mapping: \(error)",
            remedy: "try again, or send documents without new fields")
        for index in growing.sorted() { group[index].answer(.failure(refusal)) }
        group = group.indices.filter { !growing.contains($0) }.map { group[$0] }
    }

    private func append(_ plan: WritePlan) async throws(ShardError) {
        let schema = progress.isSchemaLogged ? nil : plan.schema
        let generation = progress.schemaGeneration
        let create = try await commitRecord(.batch) {
            BatchBody(
                schema: schema?.encoded() ?? [], answers: plan.remembered,
                operations: plan.changes.map(\.logged)
            ).encoded()
        }
        if let schema { progress.noteLogged(schema, generation: generation) }
        do throws(ShardError) {
            try await memoryTurn.pass { () async throws(ShardError) in
                try await apply(plan, generation, create)
            }
        } catch {
            fail(error)
            throw error
        }
    }

    /// Puts committed changes into memory; with both turns.
    private func apply(
        _ plan: WritePlan, _ generation: Int, _ create: ShardLog.Create
    ) async throws(ShardError) {
        let (memory, contents) = (memory, contents)
        try await compute {
            try contents.prepare(memory, for: plan.schema, generation: generation)
            let changes = contents.located(plan.changes, since: plan.seals)
            contents.apply(changes, to: memory)
        }
        progress.note(
            batch: create.slot, byteCount: create.bytes.count,
            numbers: progress.nextSequenceNumber..<plan.nextSequenceNumber,
            answers: plan.remembered)
        collection.note(.batch, slot: create.slot)
        noteApplied()
    }

    // MARK: Refusing

    var deposedError: ShardError {
        ShardError(
            .deposed, place: location.description,
            reason: "another node owns the shard",
            remedy: "try again: the routing table names the new owner soon")
    }

    var stalledError: ShardError {
        ShardError(
            .unavailable, place: location.description,
            reason: "the log cannot be written (\(stallReason)); whether waiting writes took "
                + "place is not known yet",
            remedy: "try again with the same idempotency key")
    }

    func refuseWaiting(_ error: ShardError) {
        for request in committing { request.answer(.failure(error)) }
        refuseQueue(error)
    }

    func refuseQueue(_ error: ShardError) {
        for request in queue { request.answer(.failure(error)) }
        queue = []
        queuedBytes = 0
    }

    /// Memory and log no longer agree: nothing may go on.
    func fail(_ error: ShardError) {
        failure = error
        report("the shard failed", error)
        refuseWaiting(error)
        wakeVisibilityWaiters()
    }

    func compute<R: Sendable>(
        _ priority: ComputePriority = .write, _ body: @Sendable @escaping () throws -> R
    ) async throws(ShardError) -> R {
        do {
            return try await environment.compute.run(priority, body)
        } catch let error as ShardError {
            throw error
        } catch {
            throw ShardError(
                .corrupt, place: location.description, reason: "\(error)",
                remedy: "see the reason; opening the shard again replays its log")
        }
    }
}
