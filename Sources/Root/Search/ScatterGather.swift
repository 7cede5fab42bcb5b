// Does what the scatter's state machine decides: sends messages, waits for answers, keeps the time.

import Cluster
import Queries
import Storage

/// What one scatter brought in.
struct GatheredIndex: Sendable {
    var plan: ScatterPlan
    var query: ShardQuery
    var ending: ScatterGatherStateMachine.Ending
    var responses: [LeafSearchResponse?]
    var failures: [ShardFailure]
    var errors: [RemoteError]
    /// What was sent in the last trip, when it was exact.
    var statistics: CollectionStatistics?
    var trips: Int
    var reports: [LeafReport]
}

struct ScatterGather: Sendable {
    let plan: ScatterPlan
    let query: ShardQuery
    let directory: LeafDirectory
    let clock: any NodeClock
    let deadline: Instant

    /// - Throws: only `CancellationError`; every other trouble is part of what was gathered.
    func run(
        belief: CollectionStatistics?, mayRestart: Bool
    ) async throws -> GatheredIndex {
        var machine = ScatterGatherStateMachine(
            plan: plan, query: query, belief: belief, mayRestart: mayRestart)
        let (events, continuation) = AsyncStream.makeStream(
            of: ScatterGatherStateMachine.Event.self)
        var tasks: [Task<Void, Never>] = []
        defer { for task in tasks { task.cancel() } }
        var watch = TripWatch(targets: plan.targets)

        /// Whether the scatter has ended.
        func perform(_ actions: [ScatterGatherStateMachine.Action]) -> Bool {
            for action in actions {
                guard case .send(let target, let statistics, let pin) = action else { return true }
                watch.sent(target, at: clock.now)
                tasks.append(
                    send(target, statistics, pin) { event in continuation.yield(event) })
            }
            return false
        }

        var isDone = perform(machine.start())
        if !isDone { tasks.append(alarm { continuation.yield(.deadlinePassed) }) }
        if !isDone {
            for await event in events {
                if case .answered(let target, let response) = event {
                    watch.answered(target, response, at: clock.now)
                }
                isDone = perform(machine.handle(event))
                if isDone { break }
            }
        }
        try Task.checkCancellation()
        let ending = machine.ending ?? .gathered(isExact: false)
        return GatheredIndex(
            plan: plan, query: query, ending: ending, responses: machine.responses,
            failures: machine.failures, errors: machine.errors,
            statistics: ending == .gathered(isExact: true) ? machine.sent : nil,
            trips: machine.trips, reports: watch.reports)
    }

    private func send(
        _ target: Int, _ statistics: CollectionStatistics?, _ pin: UInt64?,
        _ report: @escaping @Sendable (ScatterGatherStateMachine.Event) -> Void
    ) -> Task<Void, Never> {
        let service = directory.service(plan.targets[target].leaf)
        let request = LeafSearchRequest(
            indexUUID: plan.indexUUID, indexName: plan.indexName,
            shards: plan.targets[target].shards, schemaVersion: plan.schemaVersion, query: query,
            statistics: statistics, pin: pin)
        return Task { [deadline] in
            do {
                let response = try await service.search(request, deadline: deadline)
                report(.answered(target: target, response))
            } catch {
                report(.failed(target: target, RemoteError(describing: error)))
            }
        }
    }

    private func alarm(_ ring: @escaping @Sendable () -> Void) -> Task<Void, Never> {
        Task { [clock, deadline] in
            do {
                try await clock.sleep(until: deadline)
                ring()
            } catch {}
        }
    }
}

/// Where the time of each leaf went.
private struct TripWatch {
    private(set) var reports: [LeafReport]
    private var sentAt: [Instant?]

    init(targets: [ScatterTarget]) {
        reports = targets.map { LeafReport(leaf: $0.leaf.name, shards: $0.shards) }
        sentAt = Array(repeating: nil, count: targets.count)
    }

    mutating func sent(_ target: Int, at now: Instant) {
        sentAt[target] = now
    }

    mutating func answered(_ target: Int, _ response: LeafSearchResponse, at now: Instant) {
        reports[target].queued += response.queued
        reports[target].planned += response.planned
        reports[target].scored += response.scored
        reports[target].hits = response.top?.hits.count ?? 0
        if let sent = sentAt[target] {
            let work = response.queued + response.planned + response.scored
            reports[target].network += max(.zero, now - sent - work)
        }
    }
}
