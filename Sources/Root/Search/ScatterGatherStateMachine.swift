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
///
/// A shard that its leaf does not answer for is asked of another copy within the same trip, while
/// there is one that was not asked: targets grow, and each shard has one target that counts, its
/// holder, or one failure.
struct ScatterGatherStateMachine {
    enum Event: Sendable {
        case answered(target: Int, LeafSearchResponse)
        case failed(target: Int, RemoteError)
        /// Leaves that are gone from the routing table.
        case left(Set<LeafNode>)
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

    private enum State {
        case idle
        /// A message is under way, for the snapshot of this pin; exactly one per target.
        case asked(pin: UInt64?)
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
    /// Those of the plan, then those that stand in for others. Of each shard one leaf at most once.
    private(set) var targets: [ScatterTarget]
    /// By target. Invariant: none is `asked` once `ending` is set.
    private var states: [State]
    /// How many are `asked`.
    private var waiting = 0
    /// By shard: the target whose answer counts; -1 when nobody holds the shard.
    private var holders: [Int]
    /// What went wrong with single shards, and which of them are given up.
    private var losses: ShardLosses
    private var gone: Set<LeafNode> = []
    /// Snapshots whose targets failed later.
    private(set) var abandoned: [(leaf: LeafNode, pin: UInt64)] = []
    private(set) var ending: Ending?

    init(plan: ScatterPlan, query: ShardQuery, belief: CollectionStatistics?, mayRestart: Bool) {
        self.plan = plan
        self.mayRestart = mayRestart
        needsStatistics = query.needsStatistics
        // A query without scoring terms is sent nothing, and still wants hits.
        sent = needsStatistics ? belief : CollectionStatistics()
        targets = plan.targets
        states = Array(repeating: .idle, count: plan.targets.count)
        holders = Array(repeating: -1, count: plan.shardCount)
        losses = ShardLosses(indexName: plan.indexName)
        for (number, target) in plan.targets.enumerated() {
            for shard in target.shards { holders[shard] = number }
        }
    }

    mutating func start() -> [Action] {
        precondition(trips == 0, "a scatter starts once")
        return targets.isEmpty ? settle() : ask(Array(targets.indices))
    }

    /// - Parameter choose: takes a copy for each shard that must be asked elsewhere.
    mutating func handle(_ event: Event, choose: ScatterPlan.Choice) -> [Action] {
        guard ending == nil, trips > 0 else { return [] }
        var sends: [Action] = []
        switch event {
        case .answered(let target, let response):
            guard case .asked = states[target] else { return [] }
            states[target] = .answered(response)
            waiting -= 1
            sends = askElsewhere(missing(from: response, of: target), choose)
        case .failed(let target, let error):
            guard case .asked = states[target] else { return [] }
            sends = askElsewhere(fail(target, error), choose)
        case .left(let leaves):
            gone.formUnion(leaves)
            sends = failAsked(at: leaves, choose)
        case .deadlinePassed:
            for target in targets.indices {
                // Whoever was asked for statistics alone has not been searched.
                if sent == nil { recall(target) }
                guard case .asked = states[target] else { continue }
                for loss in fail(target, Self.lateness) { losses.giveUp(loss) }
            }
            return finish(.gathered(isExact: isExact))
        }
        return waiting > 0 ? sends : settle()
    }

    private static let lateness = RemoteError(
        type: RemoteError.timeoutType, reason: "no answer before the deadline", status: 504)

    // MARK: The answer

    /// By target; nil for those that did not answer the last trip they were asked in.
    var responses: [LeafSearchResponse?] {
        states.map { state in
            if case .answered(let response) = state { response } else { nil }
        }
    }

    /// One per shard that was not searched, by shard.
    var failures: [ShardFailure] {
        (plan.unassignedFailures + losses.failures).sorted { $0.shard < $1.shard }
    }

    /// The errors of targets that failed as a whole and that nobody stood in for.
    var errors: [RemoteError] {
        states.indices.compactMap { target in
            guard case .failed(let error) = states[target],
                targets[target].shards.contains(where: { holders[$0] == target })
            else { return nil }
            return error
        }
    }

    /// The targets, each with the shards that it was the last to be asked for.
    var holdings: [ScatterTarget] {
        guard targets.count > plan.targets.count else { return targets }
        return targets.enumerated().map { number, target in
            var target = target
            target.shards.removeAll { holders[$0] != number }
            return target
        }
    }

    /// What the leaves that answered say of themselves, added up. Of the candidates of expansions,
    /// only those taken.
    var truth: CollectionStatistics {
        var sum = CollectionStatistics()
        for response in responses { if let response { sum.add(response.statistics) } }
        return sum.narrowed
    }

    // MARK: Other copies

    private mutating func failAsked(
        at leaves: Set<LeafNode>, _ choose: ScatterPlan.Choice
    ) -> [Action] {
        let error = RemoteError(
            type: RemoteError.unreachableType, reason: "the leaf has left the cluster",
            status: 503)
        var lost: [ShardLoss] = []
        for target in targets.indices where leaves.contains(targets[target].leaf) {
            if case .asked = states[target] { lost += fail(target, error) }
        }
        return askElsewhere(lost, choose)
    }

    /// What a target that fails as a whole leaves undone.
    private mutating func fail(_ target: Int, _ error: RemoteError) -> [ShardLoss] {
        guard case .asked(let pin) = states[target] else { return [] }
        states[target] = .failed(error)
        waiting -= 1
        let leaf = targets[target].leaf
        if let pin { abandoned.append((leaf, pin)) }
        return targets[target].shards.compactMap { shard in
            guard holders[shard] == target, !losses.isGivenUp(shard) else { return nil }
            return ShardLoss(shard: shard, leaf: leaf.name, error: error, mayRestart: mayRestart)
        }
    }

    /// The target counts as asked again, for the snapshot it pinned.
    private mutating func recall(_ target: Int) {
        guard case .answered(let response) = states[target] else { return }
        states[target] = .asked(pin: response.pin)
        waiting += 1
    }

    /// The shards a target has not searched though it answered.
    private func missing(from response: LeafSearchResponse, of target: Int) -> [ShardLoss] {
        let shards = targets[target].shards
        if response.failures.isEmpty, response.slots.count >= shards.count { return [] }
        let leaf = targets[target].leaf.name
        return shards.compactMap { shard in
            guard holders[shard] == target, !losses.isGivenUp(shard),
                response.slots[shard] == nil
            else { return nil }
            return ShardLoss(
                shard: shard, leaf: leaf,
                failure: response.failures.first { $0.shard == shard })
        }
    }

    private mutating func askElsewhere(
        _ lost: [ShardLoss], _ choose: ScatterPlan.Choice
    ) -> [Action] {
        if lost.isEmpty { return [] }
        var shards: [Int] = []
        var copies: [[LeafNode]] = []
        for loss in lost {
            let others = untried(loss.shard)
            if others.isEmpty || !losses.mayAskElsewhere(loss) {
                losses.giveUp(loss)
            } else {
                losses.note(loss)
                shards.append(loss.shard)
                copies.append(others)
            }
        }
        if shards.isEmpty { return [] }
        return ScatterPlan.targets(of: shards, on: choose(copies)).map { target in
            for shard in target.shards { holders[shard] = targets.count }
            targets.append(target)
            states.append(.asked(pin: nil))
            waiting += 1
            return .send(target: targets.count - 1, statistics: sent, pin: nil)
        }
    }

    /// The copies of a shard that were not asked for it.
    private func untried(_ shard: Int) -> [LeafNode] {
        plan.copies[shard].filter { leaf in
            !gone.contains(leaf)
                && !targets.contains { $0.leaf == leaf && $0.shards.contains(shard) }
        }
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
        return asked.map { target in
            var pin: UInt64?
            if case .answered(let response) = states[target] { pin = response.pin }
            states[target] = .asked(pin: pin)
            waiting += 1
            return .send(target: target, statistics: sent, pin: pin)
        }
    }

    private mutating func finish(_ ending: Ending) -> [Action] {
        self.ending = ending
        return [.finish(ending)]
    }
}
