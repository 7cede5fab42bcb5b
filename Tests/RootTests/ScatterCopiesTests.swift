// The scatter's decisions where shards have several copies: by hand, and for random histories
// against the rules that every scatter must keep.

import Analysis
import Cluster
import Queries
import Storage
import Testing

@testable import Root

private let ant = TermKey(field: "body", term: Term("ant"))

private func node(_ number: Int) -> LeafNode {
    LeafNode(name: "leaf-\(number)", address: NodeAddress("leaf-\(number)"))
}

private func plan(_ copies: [[Int]]) -> ScatterPlan {
    var schema = Schema()
    schema.version = 5
    let index = IndexMetadata(
        name: "books", uuid: "uuid", shardCount: copies.count, schema: schema, created: 0)
    return ScatterPlan(index: index, copies: copies.map { $0.map(node) }) { $0.map { $0[0] } }
}

/// What the live documents of these shards are, on whichever copy.
private func statistics(_ shards: [Int]) -> CollectionStatistics {
    if shards.isEmpty { return CollectionStatistics() }
    let documents = shards.reduce(Int64(0)) { $0 + Int64($1) + 3 }
    return CollectionStatistics(
        fields: ["body": FieldCounts(documentCount: documents, totalTermFrequency: 10 * documents)],
        terms: [ant: Int64(shards.count)])
}

private func scoring() -> ShardQuery {
    ShardQuery(query: .term(field: "body", term: Term("ant"), boost: 1), count: 10)
}

private let closed = RemoteError(
    type: RemoteError.unreachableType, reason: "closed", status: 503)

/// Plays the leaves of one scatter.
private struct Play {
    var machine: ScatterGatherStateMachine
    /// Messages under way: by target, the pin asked for.
    var under: [Int: UInt64?] = [:]
    /// By pin: the shards in the snapshot.
    var pinned: [UInt64: [Int]] = [:]
    var asked: [(target: Int, pin: UInt64?)] = []
    var isOver = false
    var trouble: [String] = []

    init(_ plan: ScatterPlan, belief: CollectionStatistics?, mayRestart: Bool = true) {
        machine = ScatterGatherStateMachine(
            plan: plan, query: scoring(), belief: belief, mayRestart: mayRestart)
        take(machine.start())
    }

    mutating func take(_ actions: [ScatterGatherStateMachine.Action]) {
        if isOver, !actions.isEmpty { trouble.append("it went on after its end") }
        for action in actions {
            switch action {
            case .send(let target, _, let pin):
                if under[target] != nil { trouble.append("two messages to target \(target)") }
                under[target] = .some(pin)
                asked.append((target, pin))
            case .finish: isOver = true
            }
        }
    }

    mutating func hear(_ event: ScatterGatherStateMachine.Event) {
        take(machine.handle(event, choose: { $0.map { $0[$0.count / 2] } }))
    }

    /// - Parameter lost: shards the leaf answers for with a failure of this type.
    mutating func answer(_ target: Int, lost: [Int: String] = [:]) {
        guard let pin = under.removeValue(forKey: target) else { return }
        let leaf = machine.targets[target]
        let snapshot = pin.flatMap { pinned[$0] } ?? leaf.shards
        let found = snapshot.filter { lost[$0] == nil }
        let new = pin ?? UInt64(pinned.count + 1)
        pinned[new] = found
        let response = LeafSearchResponse(
            statistics: statistics(found),
            slots: Dictionary(uniqueKeysWithValues: found.map { ($0, Int64(1)) }),
            schemaVersion: 5, pin: new,
            failures: leaf.shards.filter { !found.contains($0) }.map {
                ShardFailure(
                    index: "books", shard: $0, node: nil,
                    type: lost[$0] ?? RemoteError.noShardType, reason: "not here")
            })
        hear(.answered(target: target, response))
    }

    mutating func fail(_ target: Int, _ error: RemoteError = closed) {
        guard under.removeValue(forKey: target) != nil else { return }
        hear(.failed(target: target, error))
    }

    /// Shards with an answer, as often as they have one.
    var answered: [Int] { machine.responses.flatMap { $0.map { Array($0.slots.keys) } ?? [] } }
}

@Suite struct ScatterCopiesTests {
    @Test func aFailedLeafsShardsGoToTheirOtherCopies() {
        var play = Play(plan([[0, 1], [0, 2], [3]]), belief: statistics([0, 1, 2]))
        play.answer(1)
        play.fail(0)
        #expect(play.machine.targets.map(\.leaf.name) == ["leaf-0", "leaf-3", "leaf-1", "leaf-2"])
        #expect(play.machine.targets.map(\.shards) == [[0, 1], [2], [0], [1]])
        #expect(play.machine.trips == 1 && !play.isOver)
        play.answer(3)
        play.answer(2)
        #expect(play.machine.ending == .gathered(isExact: true))
        #expect(play.machine.failures.isEmpty && play.machine.errors.isEmpty)
        #expect(play.machine.holdings.map(\.shards) == [[], [2], [0], [1]])
        #expect(play.answered.sorted() == [0, 1, 2])
    }

    @Test(arguments: [
        (RemoteError.noShardType, true), (RemoteError.corruptShardType, true),
        ("index_not_found_exception", false),
    ])
    func aSingleShardGoesElsewhere(_ type: String, _ isAskedElsewhere: Bool) {
        var play = Play(
            plan([[0, 1], [0, 1]]), belief: statistics(isAskedElsewhere ? [0, 1] : [0]))
        play.answer(0, lost: [1: type])
        #expect(play.isOver != isAskedElsewhere)
        play.answer(1)
        #expect(play.machine.failures.map(\.shard) == (isAskedElsewhere ? [] : [1]))
        #expect(play.answered.sorted() == (isAskedElsewhere ? [0, 1] : [0]))
    }

    @Test func aShardLeftOutOfAnAnswerIsNoticed() {
        var play = Play(plan([[0], [0]]), belief: statistics([0]))
        play.under = [:]
        play.hear(
            .answered(
                target: 0,
                LeafSearchResponse(statistics: statistics([0]), slots: [0: 1], pin: 1)))
        #expect(play.machine.failures.map(\.shard) == [1])
        #expect(play.machine.failures.map(\.type) == [RemoteError.malformedType])
    }

    @Test(arguments: [400, 404, 504])
    func whatIsTheRequestsFaultIsAskedOnce(_ status: Int) {
        var play = Play(plan([[0, 1]]), belief: statistics([0]))
        play.fail(0, RemoteError(type: "some_exception", reason: "no", status: status))
        #expect(play.isOver && play.asked.count == 1)
        #expect(play.machine.errors.map(\.status) == [status])
    }

    @Test func overloadIsAnsweredByOneOtherCopyAtMost() {
        let full = RemoteError(type: "rejected_execution_exception", reason: "full", status: 429)
        var play = Play(plan([[0, 1, 2]]), belief: statistics([0]))
        play.fail(0, full)
        #expect(!play.isOver && play.asked.count == 2)
        play.fail(1, full)
        #expect(play.isOver && play.machine.errors == [full])
        #expect(play.machine.failures.count == 1)
    }

    @Test func theMostTellingReasonIsTold() {
        var play = Play(plan([[0, 1, 2]]), belief: statistics([0]))
        play.answer(0, lost: [0: RemoteError.corruptShardType])
        play.fail(1)
        play.answer(2, lost: [0: RemoteError.noShardType])
        let failure = play.machine.failures.first
        #expect(play.isOver && play.machine.failures.count == 1)
        #expect(failure?.type == RemoteError.corruptShardType && failure?.node == "leaf-0")
        #expect(failure?.reason.contains("leaf-2 (\(RemoteError.unreachableType))") == true)
        #expect(failure?.reason.contains("leaf-1 (\(RemoteError.noShardType))") == true)
    }

    @Test func aLeafThatLeavesIsWaitedForNoLonger() {
        var play = Play(plan([[0, 1], [0, 1], [2]]), belief: statistics([0, 1, 2]))
        play.under[0] = nil
        play.hear(.left([node(0), node(1)]))
        #expect(play.machine.failures.map(\.shard) == [0, 1])
        play.answer(1)
        #expect(play.machine.trips == 2)
        play.answer(1)
        #expect(play.isOver)
        #expect(play.machine.failures.map(\.type).allSatisfy { $0 == RemoteError.unreachableType })
        var other = Play(plan([[0, 1]]), belief: statistics([0]))
        other.hear(.left([node(0)]))
        other.answer(1)
        #expect(other.machine.ending == .gathered(isExact: true))
        #expect(other.machine.failures.isEmpty)
    }

    @Test func aLeafLostInTheSecondTripIsReplacedWithinIt() {
        var play = Play(plan([[0, 1], [2]]), belief: nil)
        play.answer(0)
        play.answer(1)
        #expect(play.machine.trips == 2)
        play.answer(1)
        play.fail(0)
        // The pin of the leaf that failed is let go of.
        #expect(play.machine.abandoned.map(\.pin) == [1])
        #expect(play.machine.abandoned.map(\.leaf.name) == ["leaf-0"])
        #expect(play.asked.last?.pin == nil && play.machine.trips == 2)
        play.answer(2)
        #expect(play.machine.ending == .gathered(isExact: true))
        #expect(play.answered.sorted() == [0, 1])
    }

    @Test func aLostPinIsReplacedWhenNothingMayStartAnew() {
        let missing = RemoteError(type: RemoteError.missingPinType, reason: "", status: 404)
        var play = Play(plan([[0, 1]]), belief: nil, mayRestart: false)
        play.answer(0)
        play.fail(0, missing)
        play.answer(1)
        #expect(play.machine.ending == .gathered(isExact: true))
        var again = Play(plan([[0, 1]]), belief: nil)
        again.answer(0)
        again.fail(0, missing)
        #expect(again.machine.ending == .pinLost)
    }
}

@Suite struct ScatterHistoryTests {
    /// Any history of answers, failures, departures and deadlines keeps these rules.
    @Test(arguments: 0..<64)
    func everyShardIsAnsweredOnceOrFailsOnce(_ block: Int) {
        for seed in 0..<50 { run(seed: UInt64(block * 50 + seed)) }
    }

    private func run(seed: UInt64) {
        let random = SeededRandom(seed: seed)
        let leafCount = random.next(in: 1..<6)
        let copies = (0..<random.next(in: 1..<7)).map { _ in
            (0..<leafCount).filter { _ in random.next(in: 0..<3) > 0 }
        }
        let all = statistics(copies.indices.filter { !copies[$0].isEmpty })
        let belief = [nil, all, statistics([9])][random.next(in: 0..<3)]
        var play = Play(plan(copies), belief: belief, mayRestart: random.next(in: 0..<4) > 0)
        let calm = random.next(in: 0..<4)
        var gone: Set<Int> = []
        var isLate = false
        var final: Set<Int> = []
        var refusals: [Int: Int] = [:]
        while !play.isOver {
            let targets = play.under.keys.sorted()
            guard let target = targets.isEmpty ? nil : targets[random.next(in: 0..<targets.count)]
            else {
                Issue.record("seed \(seed): it waits for nobody")
                return
            }
            let shards = play.machine.targets[target].shards
            switch random.next(in: 0..<(10 + 10 * calm)) {
            case 0: play.fail(target)
            case 1:
                play.fail(target, RemoteError(type: "internal_error", reason: "", status: 500))
            case 2:
                final.formUnion(shards)
                play.fail(target, RemoteError(type: "x", reason: "", status: 400))
            case 3:
                for shard in shards { refusals[shard, default: 0] += 1 }
                play.fail(target, RemoteError(type: "full", reason: "", status: 429))
            case 4:
                let leaf = random.next(in: 0..<leafCount)
                gone.insert(leaf)
                for number in targets where play.machine.targets[number].leaf == node(leaf) {
                    play.under[number] = nil
                }
                play.hear(.left([node(leaf)]))
            case 5 where random.next(in: 0..<8) == 0:
                isLate = true
                play.under = [:]
                play.hear(.deadlinePassed)
            case 6, 7:
                let types = [
                    RemoteError.noShardType, RemoteError.corruptShardType, "closed_exception",
                ]
                var lost: [Int: String] = [:]
                for shard in shards where random.next(in: 0..<2) == 0 {
                    lost[shard] = types[random.next(in: 0..<3)]
                    if lost[shard] == types[2] { final.insert(shard) }
                }
                play.answer(target, lost: lost)
            default: play.answer(target)
            }
        }
        check(play, copies, gone, isLate, final, refusals, "seed \(seed)")
    }

    private func check(
        _ play: Play, _ copies: [[Int]], _ gone: Set<Int>, _ isLate: Bool, _ final: Set<Int>,
        _ refusals: [Int: Int], _ name: String
    ) {
        let machine = play.machine
        #expect(play.trouble.isEmpty, "\(name): \(play.trouble)")
        #expect(play.under.isEmpty, "\(name): messages are left")
        let failed = machine.failures.map(\.shard)
        let all = (play.answered + failed).sorted()
        #expect(
            all == Array(copies.indices), "\(name): answered \(play.answered), failed \(failed)")
        // No leaf is asked for one shard twice but under its pin, and so messages are bounded.
        for shard in copies.indices {
            let asked = machine.targets.filter { $0.shards.contains(shard) }.map(\.leaf.name)
            #expect(Set(asked).count == asked.count, "\(name): shard \(shard) of \(asked)")
            #expect(Set(asked).isSubset(of: copies[shard].map { "leaf-\($0)" }))
            let untried = copies[shard].filter {
                !asked.contains("leaf-\($0)") && !gone.contains($0)
            }
            // Given up only when nobody was left, or when asking others is of no use.
            let isLost = failed.contains(shard) && !copies[shard].isEmpty
            if isLost, !isLate, !final.contains(shard), refusals[shard] ?? 0 < 2 {
                #expect(untried.isEmpty, "\(name): shard \(shard) was not asked of \(untried)")
            }
        }
        #expect(machine.trips <= ScatterGatherStateMachine.maximumTrips)
        #expect(play.asked.count <= machine.targets.count * machine.trips, "\(name)")
        // Every snapshot is either part of the answer or let go of.
        let kept = machine.responses.compactMap { $0?.pin }
        let pins = Set(kept + machine.abandoned.map(\.pin))
        #expect(pins == Set(play.pinned.keys), "\(name): pins")
        if case .gathered(isExact: true) = machine.ending {
            #expect(machine.sent == statistics(play.answered), "\(name): scored otherwise")
        }
        if machine.failures.isEmpty, !isLate {
            #expect(machine.ending == .gathered(isExact: true), "\(name)")
        }
    }
}
