// The decisions of one scatter over one index: whom to ask what next, and when the answer is whole.

import Cluster
import Queries

/// Events go in, actions come out; nothing here waits, sends or reads a clock.
///
/// Scores depend on statistics of the whole collection, which no leaf has. The root sends what it
/// believes of them; every leaf searches with the belief and answers with its own true numbers
/// too. When those add up to the belief, the scores are exact after one trip. Otherwise all
/// leaves that answered are asked again, with the sum, for the snapshots they pinned, which makes
/// the second trip exact, unless a leaf is lost on the way or a misspelt word needs a further look;
/// then a third trip scores what is left.
struct ScatterGatherStateMachine {
    enum Event: Sendable {
        case answered(target: Int, LeafSearchResponse)
        case failed(target: Int, RemoteError)
        case deadlinePassed
    }

    enum Action: Sendable, Equatable {
        case send(target: Int, statistics: CollectionStatistics?, pin: UInt64?)
        case finish(Ending)
    }

    enum Ending: Sendable, Equatable {
        /// `responses` and `failures` are the answer. Not `exact`: the leaves that answered were
        /// not all scored with the statistics of just what was searched.
        case gathered(isExact: Bool)
        /// A pinned snapshot is gone; only a new search can be consistent.
        case pinLost
        /// A leaf works with a newer mapping than the query was analysed with.
        case schemaIsNewer(version: Int64)
    }

    private enum Target {
        case idle
        /// A message is under way; exactly one per target.
        case asked
        case answered(LeafSearchResponse)
        case failed(RemoteError)
    }

    /// Trips per scatter: one with the belief, one with the truth, one more when no leaf knows a
    /// term with one edit, and one when leaves got lost.
    static let maximumTrips = 4

    let plan: ScatterPlan
    let needsStatistics: Bool
    /// Whether endings that call for a new search are allowed; else the scatter makes do.
    let mayRestart: Bool
    /// What the leaves score with in this trip. Nil in a first trip that only asks for statistics.
    private(set) var sent: CollectionStatistics?
    /// Rounds of messages so far. 0 only before `start`.
    private(set) var trips = 0
    /// Invariant: as many as `plan.targets`; none is `asked` once `ending` is set.
    private var targets: [Target]
    private(set) var ending: Ending?

    init(plan: ScatterPlan, query: ShardQuery, belief: CollectionStatistics?, mayRestart: Bool) {
        self.plan = plan
        self.mayRestart = mayRestart
        needsStatistics = query.needsStatistics
        // A query without scoring terms is sent nothing, and still wants hits.
        sent = needsStatistics ? belief : CollectionStatistics()
        targets = Array(repeating: .idle, count: plan.targets.count)
    }

    mutating func start() -> [Action] {
        precondition(trips == 0, "a scatter starts once")
        return targets.isEmpty ? settle() : ask(Array(targets.indices))
    }

    mutating func handle(_ event: Event) -> [Action] {
        guard ending == nil else { return [] }
        switch event {
        case .answered(let target, let response):
            guard case .asked = targets[target] else { return [] }
            targets[target] = .answered(response)
        case .failed(let target, let error):
            guard case .asked = targets[target] else { return [] }
            targets[target] = .failed(error)
        case .deadlinePassed:
            for index in targets.indices {
                guard case .asked = targets[index] else { continue }
                targets[index] = .failed(
                    RemoteError(
                        type: RemoteError.timeoutType,
                        reason: "no answer before the deadline", status: 504))
            }
            return finish(.gathered(isExact: isExact))
        }
        let isWaiting = targets.contains { if case .asked = $0 { true } else { false } }
        return isWaiting ? [] : settle()
    }

    // MARK: The answer

    /// By target; nil for those that did not answer the last trip they were asked in.
    var responses: [LeafSearchResponse?] {
        targets.map { target in
            if case .answered(let response) = target { response } else { nil }
        }
    }

    /// One per shard that was not searched, by shard.
    var failures: [ShardFailure] {
        var result = plan.unassignedFailures
        for (target, state) in zip(plan.targets, targets) {
            switch state {
            case .answered(let response):
                result += response.failures.map { failure in
                    var failure = failure
                    failure.index = plan.indexName
                    failure.node = failure.node ?? target.leaf.name
                    return failure
                }
            case .failed(let error):
                result += target.shards.map {
                    ShardFailure(
                        index: plan.indexName, shard: $0, node: target.leaf.name,
                        type: error.type, reason: error.reason)
                }
            case .idle, .asked: break
            }
        }
        return result.sorted { $0.shard < $1.shard }
    }

    /// The errors of targets that failed as a whole.
    var errors: [RemoteError] {
        targets.compactMap { if case .failed(let error) = $0 { error } else { nil } }
    }

    /// What the leaves that answered say of themselves, added up. Of the candidates of expansions,
    /// only those taken.
    var truth: CollectionStatistics {
        var sum = CollectionStatistics()
        for response in responses { if let response { sum.add(response.statistics) } }
        return sum.narrowed
    }

    // MARK: Decisions

    private var isExact: Bool {
        guard needsStatistics else { return true }
        guard let sent else { return false }
        return sent.agrees(with: truth)
    }

    /// Every target answered or failed: done, or another trip.
    private mutating func settle() -> [Action] {
        if mayRestart {
            if errors.contains(where: { $0.type == RemoteError.missingPinType }) {
                return finish(.pinLost)
            }
            let newest = responses.compactMap { $0?.schemaVersion }.max() ?? 0
            if newest > plan.schemaVersion { return finish(.schemaIsNewer(version: newest)) }
        }
        let searched = targets.indices.filter { responses[$0]?.slots.isEmpty == false }
        if isExact || searched.isEmpty || trips >= Self.maximumTrips {
            return finish(.gathered(isExact: isExact))
        }
        sent = truth
        return ask(searched)
    }

    private mutating func ask(_ asked: [Int]) -> [Action] {
        trips += 1
        return asked.map { index in
            var pin: UInt64?
            if case .answered(let response) = targets[index] { pin = response.pin }
            targets[index] = .asked
            return .send(target: index, statistics: sent, pin: pin)
        }
    }

    private mutating func finish(_ ending: Ending) -> [Action] {
        self.ending = ending
        return [.finish(ending)]
    }
}
