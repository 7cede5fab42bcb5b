// Which copies are asked: by load, by latency, and not those that fail.

import Cluster
import Storage
import Testing

@testable import Root

private func node(_ name: String) -> LeafNode {
    LeafNode(name: name, address: NodeAddress(name))
}

private let start = Instant(nanoseconds: 1_000_000_000_000)

@Suite struct LeafLoadTests {
    private func load() -> LeafLoad { LeafLoad(at: start, isNew: false) }

    private func fails(_ load: inout LeafLoad, at now: Instant, times: Int = 1) {
        for _ in 0..<times {
            load.began(shards: 1, at: now)
            load.ended(.failed, shards: 1, took: .zero, at: now)
        }
    }

    private func answers(_ load: inout LeafLoad, at now: Instant, after took: Duration) {
        load.began(shards: 1, at: now - took)
        load.ended(.answered, shards: 1, took: took, at: now)
    }

    @Test func failuresInARowEject() {
        var load = load()
        fails(&load, at: start, times: 2)
        answers(&load, at: start, after: .milliseconds(1))
        fails(&load, at: start, times: 2)
        #expect(load.standing(at: start) == .good)
        fails(&load, at: start)
        #expect(load.standing(at: start) == .ejected)
        #expect(load.standing(at: start + .milliseconds(999)) == .ejected)
        #expect(load.standing(at: start + .seconds(1)) == .good)
    }

    @Test func aTrialDecidesAndEjectionsGrow() {
        var load = load()
        fails(&load, at: start, times: 3)
        var now = start
        for seconds in [1, 2, 4, 8, 16, 30, 30] {
            #expect(load.standing(at: now + .milliseconds(seconds * 1000 - 1)) == .ejected)
            now += .seconds(seconds)
            #expect(load.standing(at: now) == .good)
            load.began(shards: 1, at: now)
            // One request finds out; the others stay away.
            #expect(load.standing(at: now) == .onTrial)
            load.ended(.failed, shards: 1, took: .zero, at: now)
        }
        now += .seconds(30)
        answers(&load, at: now, after: .milliseconds(1))
        #expect(load.standing(at: now) == .good)
        // Ejected anew it is for as long as before, unless it did well for long.
        fails(&load, at: now, times: 3)
        #expect(load.standing(at: now + .seconds(29)) == .ejected)
        now += .seconds(30)
        answers(&load, at: now, after: .milliseconds(1))
        now += .seconds(61)
        answers(&load, at: now, after: .milliseconds(1))
        fails(&load, at: now, times: 3)
        #expect(load.standing(at: now + .seconds(1)) == .good)
    }

    @Test func costGrowsWithWorkAndLatency() {
        var quick = load()
        var slow = load()
        for _ in 0..<50 {
            answers(&quick, at: start, after: .milliseconds(1))
            answers(&slow, at: start, after: .milliseconds(8))
        }
        #expect(slow.cost(given: 0, at: start) > 6 * quick.cost(given: 0, at: start))
        #expect(quick.cost(given: 7, at: start) > 6 * quick.cost(given: 0, at: start))
        quick.began(shards: 4, at: start)
        #expect(quick.cost(given: 0, at: start) > 4 * (1 - 0.1) * 0.001)
        quick.ended(.abandoned, shards: 4, took: .seconds(9), at: start)
        #expect(quick.cost(given: 0, at: start) < 0.002)
        // What was measured long ago does not keep a leaf away for ever.
        #expect(slow.cost(given: 0, at: start + .seconds(20)) < 0.000_5)
    }

    @Test func aLeafThatStandsStillCostsMoreAndMore() {
        var load = load()
        answers(&load, at: start, after: .milliseconds(1))
        load.began(shards: 1, at: start)
        #expect(load.cost(given: 0, at: start + .milliseconds(500)) >= 1)
        load.began(shards: 1, at: start + .milliseconds(500))
        load.ended(.answered, shards: 1, took: .zero, at: start + .milliseconds(500))
        #expect(load.cost(given: 0, at: start + .milliseconds(501)) < 0.01)
    }

    @Test func aNewLeafIsSparedAtFirst() {
        let new = LeafLoad(at: start, isNew: true)
        let old = load()
        let price = old.cost(given: 0, at: start)
        #expect(new.cost(given: 0, at: start) == LeafLoad.slowStartFactor * price)
        #expect(new.cost(given: 0, at: start + .seconds(5)) < 5 * price)
        #expect(new.cost(given: 0, at: start + .seconds(10)) <= price)
    }
}

@Suite struct CopySelectionTests {
    private let three = ["a", "b", "c"].map(node)

    private func counts(
        _ copies: [LeafNode], _ loads: [String: LeafLoad], avoided: Set<String> = [],
        requests: Int = 2_000
    ) -> [String: Int] {
        var result: [String: Int] = [:]
        for seed in 0..<requests {
            var selection = CopySelection(now: start, avoided: avoided, seed: UInt64(seed))
            result[selection.take(copies, loads).name, default: 0] += 1
        }
        return result
    }

    @Test func equalCopiesShareAlike() {
        for copies in [three, Array(three.prefix(2))] {
            let found = counts(copies, [:])
            for copy in copies {
                let share = Double(found[copy.name] ?? 0) * Double(copies.count) / 2_000
                #expect(abs(share - 1) < 0.1, "\(found)")
            }
        }
    }

    @Test func oneRequestSpreadsItsShards() {
        var selection = CopySelection(now: start, seed: 3)
        var found: [String: Int] = [:]
        for _ in 0..<30 { found[selection.take(three, [:]).name, default: 0] += 1 }
        #expect(found.values.allSatisfy { (8...12).contains($0) }, "\(found)")
    }

    @Test func theBusyTheEjectedAndTheAvoidedAreAskedLast() {
        var busy = LeafLoad(at: start, isNew: false)
        busy.began(shards: 10, at: start)
        var ejected = LeafLoad(at: start, isNew: false)
        for _ in 0..<3 {
            ejected.began(shards: 1, at: start)
            ejected.ended(.failed, shards: 1, took: .zero, at: start)
        }
        #expect(counts(Array(three.prefix(2)), ["a": busy]) == ["b": 2_000])
        #expect(counts(three, ["a": busy, "c": ejected]) == ["b": 2_000])
        #expect(counts(three, ["a": ejected, "c": ejected]) == ["b": 2_000])
        #expect(counts(three, ["b": ejected], avoided: ["a", "c"]) == ["b": 2_000])
        #expect(counts([three[0]], ["a": ejected], avoided: ["a"]) == ["a": 2_000])
        let all = ["a": ejected, "b": ejected, "c": ejected]
        #expect(counts(three, all).count == 3)
    }

    @Test func oneSeedOneChoice() {
        for seed in 0..<20 {
            var one = CopySelection(now: start, seed: UInt64(seed))
            var two = CopySelection(now: start, seed: UInt64(seed))
            for _ in 0..<10 { #expect(one.take(three, [:]) == two.take(three, [:])) }
        }
    }

    /// Requests that come one after another at leaves of which one takes ten times as long.
    @Test func aSlowLeafGetsLittle() {
        let loads = LeafLoads()
        var now = start
        var given: [String: Int] = [:]
        var under: [(until: Instant, target: ScatterTarget, took: Duration)] = []
        for seed in 0..<4_000 {
            now += .microseconds(200)
            for (until, target, took) in under where until <= now {
                loads.ended(target, .answered, took: took, at: until)
            }
            under.removeAll { $0.until <= now }
            let leaf = loads.choose([three], avoiding: [], seed: UInt64(seed), at: now)[0]
            given[leaf.name, default: 0] += 1
            let took = Duration.milliseconds(leaf.name == "a" ? 10 : 1)
            let target = ScatterTarget(leaf: leaf, shards: [0])
            loads.began([target], at: now)
            under.append((now + took, target, took))
        }
        #expect(given["a"] ?? 0 < 400, "\(given)")
        #expect(given["a"] ?? 0 > 4, "\(given)")
    }
}
