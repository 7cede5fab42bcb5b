// Does what the scatter's state machine decides: sends messages, waits for answers, keeps the time.

import Cluster
import Queries
import Storage
import Synchronization

/// What one scatter brought in.
struct GatheredIndex: Sendable {
    var plan: ScatterPlan
    /// Who was asked: those of the plan, then those that stood in for them, each with the shards
    /// that it was the last to be asked for.
    var targets: [ScatterTarget]
    var query: ShardQuery
    var ending: ScatterGatherStateMachine.Ending
    var responses: [LeafSearchResponse?]
    var failures: [ShardFailure]
    var errors: [RemoteError]
    /// What was sent in the last trip.
    var scoredWith: CollectionStatistics?
    var trips: Int
    /// By target.
    var reports: [LeafReport]

    /// What is true of all that was searched; nil when that is not known.
    var statistics: CollectionStatistics? {
        ending == .gathered(isExact: true) ? scoredWith : nil
    }
}

/// One scatter, used once. Whoever brings an answer takes the next decision, so that the task that
/// waits for the scatter wakes up once.
final class ScatterGather: Sendable {
    private struct State {
        var machine: ScatterGatherStateMachine
        var watch: TripWatch
        /// All that were begun.
        var calls: [PendingCall] = []
        var waiter: UnsafeContinuation<Void, Never>?
        var isDone = false

        /// The one to be told that the scatter is over, the first time only.
        mutating func end() -> UnsafeContinuation<Void, Never>? {
            isDone = true
            defer { waiter = nil }
            return waiter
        }
    }

    private struct Message {
        let number: Int
        let target: ScatterTarget
        let statistics: CollectionStatistics?
        let pin: UInt64?
        let encoding: SharedEncoding
    }

    private let plan: ScatterPlan
    private let query: ShardQuery
    private let reading: EarlyReading?
    private let copies: CopyChoice
    private let directory: LeafDirectory
    private let clock: any NodeClock
    private let deadline: Instant
    private let state: Mutex<State>

    init(
        plan: ScatterPlan, query: ShardQuery, belief: CollectionStatistics?,
        reading: EarlyReading?, copies: CopyChoice, mayRestart: Bool,
        directory: LeafDirectory, clock: any NodeClock, deadline: Instant
    ) {
        self.copies = copies
        self.plan = plan
        self.query = query
        self.reading = reading
        self.directory = directory
        self.clock = clock
        self.deadline = deadline
        state = Mutex(
            State(
                machine: ScatterGatherStateMachine(
                    plan: plan, query: query, belief: belief, mayRestart: mayRestart),
                watch: TripWatch()))
    }

    /// - Throws: only `CancellationError`; every other trouble is part of what was gathered.
    func run() async throws -> GatheredIndex {
        perform { $0.start() }
        let listener = directory.departures.listen { [self] in report(.left($0)) }
        defer { directory.departures.stop(listener.number) }
        if listener.count != copies.departures {
            report(.left(directory.departed(of: Array(plan.copies.joined()))))
        }
        let alarm = alarm()
        defer { alarm.cancel() }
        await withTaskCancellationHandler {
            await withUnsafeContinuation { wait($0) }
        } onCancel: {
            end()
        }
        for call in state.withLock({ $0.calls }) { call.cancel() }
        try Task.checkCancellation()
        return state.withLock { state in
            let machine = state.machine
            for (leaf, pin) in machine.abandoned { directory.releases.add(pin, of: leaf) }
            let ending = machine.ending ?? .gathered(isExact: false)
            let targets = machine.holdings
            return GatheredIndex(
                plan: plan, targets: targets, query: query, ending: ending,
                responses: machine.responses, failures: machine.failures, errors: machine.errors,
                scoredWith: machine.sent, trips: machine.trips,
                reports: state.watch.reports(of: targets))
        }
    }

    private func report(_ event: ScatterGatherStateMachine.Event) {
        let now = clock.now
        perform(noting: { watch in
            guard case .answered(let target, let response) = event else { return }
            watch.answered(target, response, at: now)
        }) { $0.handle(event, choose: { copies.choose($0, at: now) }) }
    }

    private func perform(
        noting note: (inout TripWatch) -> Void = { _ in },
        _ decide: (inout ScatterGatherStateMachine) -> [ScatterGatherStateMachine.Action]
    ) {
        let now = clock.now
        var messages: [Message] = []
        let encoding = SharedEncoding()
        let waiter = state.withLock { state -> UnsafeContinuation<Void, Never>? in
            guard !state.isDone else { return nil }
            note(&state.watch)
            for action in decide(&state.machine) {
                guard case .send(let target, let statistics, let pin) = action else {
                    return state.end()
                }
                state.watch.sent(target, at: now)
                messages.append(
                    Message(
                        number: target, target: state.machine.targets[target],
                        statistics: statistics, pin: pin, encoding: encoding))
            }
            return nil
        }
        if plan.hasChoice { directory.loads.began(messages.map(\.target), at: now) }
        for message in messages { send(message, at: now) }
        waiter?.resume()
    }

    private func wait(_ continuation: UnsafeContinuation<Void, Never>) {
        let isDone = state.withLock { state in
            if !state.isDone { state.waiter = continuation }
            return state.isDone
        }
        if isDone { continuation.resume() }
    }

    private func end() {
        let waiter = state.withLock { $0.end() }
        waiter?.resume()
    }

    private func send(_ message: Message, at sentAt: Instant) {
        let target = message.target
        var request = LeafSearchRequest(
            indexUUID: plan.indexUUID, indexName: plan.indexName, shards: target.shards,
            schemaVersion: plan.schemaVersion, query: query, statistics: message.statistics,
            pin: message.pin, what: reading?.what,
            documentCount: reading?.documentCount(shards: target.shards.count) ?? 0,
            released: directory.releases.take(target.leaf), encoding: message.encoding)
        // A pinned snapshot was taken as required.
        if message.pin == nil {
            request.requiredSlots = copies.requiredSlots(of: target.shards)
        }
        let service = directory.service(target.leaf)
        let call = service.begin(request, deadline: deadline) { [self] result in
            if plan.hasChoice {
                let now = clock.now
                directory.loads.ended(
                    target, LeafLoad.Outcome(result, isLate: now >= deadline),
                    took: now - sentAt, at: now)
            }
            switch result {
            case .success(let response): report(.answered(target: message.number, response))
            case .failure(let error):
                report(.failed(target: message.number, RemoteError(describing: error)))
            }
        }
        let isDone = state.withLock { state in
            if !state.isDone { state.calls.append(call) }
            return state.isDone
        }
        if isDone { call.cancel() }
    }

    private func alarm() -> Task<Void, Never> {
        Task.immediate { [self] in
            do { try await clock.sleep(until: deadline) } catch { return }
            report(.deadlinePassed)
        }
    }
}

/// Where the time of each leaf went.
private struct TripWatch {
    private var reports: [LeafReport] = []
    private var sentAt: [Instant?] = []

    mutating func sent(_ target: Int, at now: Instant) {
        while reports.count <= target {
            reports.append(LeafReport(leaf: ""))
            sentAt.append(nil)
        }
        sentAt[target] = now
    }

    mutating func answered(_ target: Int, _ response: LeafSearchResponse, at now: Instant) {
        reports[target].queued += response.queued
        reports[target].planned += response.planned
        reports[target].scored += response.scored
        reports[target].fetched += response.fetched
        reports[target].hits = response.top?.hits.count ?? 0
        if let sent = sentAt[target] {
            let work =
                response.queued + response.planned + response.scored + response.fetched
            reports[target].network += max(.zero, now - sent - work)
        }
    }

    /// One for each target.
    func reports(of targets: [ScatterTarget]) -> [LeafReport] {
        targets.enumerated().map { number, target in
            var report = number < reports.count ? reports[number] : LeafReport(leaf: "")
            report.leaf = target.leaf.name
            report.shards = target.shards
            return report
        }
    }
}
