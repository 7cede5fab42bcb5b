// What a leaf does about its roles.

import Cluster
import Shards
import Storage
import Testing

@testable import Leaf

@Suite struct RolePlanTests {
    private let start = Instant(nanoseconds: 0)
    private let first = ShardKey(indexUUID: "a", shard: 0)
    private let second = ShardKey(indexUUID: "a", shard: 1)

    @Test func opensPromotesAndStepsDown() {
        var plan = RolePlan()
        #expect(
            plan.actions(wanted: [first: .owner, second: .joining], open: [:], now: start)
                == [.open(first, .owner), .open(second, .copy)])
        #expect(
            plan.actions(
                wanted: [first: .copy, second: .owner], open: [first: .owner, second: .copy],
                now: start) == [.stepDown(first), .promote(second)])
        #expect(
            plan.actions(
                wanted: [first: .copy, second: .owner], open: [first: .copy, second: .owner],
                now: start) == [])
    }

    @Test func keepsWhatLeavesForAWhile() {
        var plan = RolePlan()
        #expect(
            plan.actions(wanted: [:], open: [first: .owner], now: start) == [.stepDown(first)])
        let soon = start + RolePlan.grace - .milliseconds(1)
        #expect(plan.actions(wanted: [:], open: [first: .copy], now: soon) == [])
        // It comes back, and its time begins anew.
        #expect(plan.actions(wanted: [first: .copy], open: [first: .copy], now: soon) == [])
        #expect(plan.actions(wanted: [:], open: [first: .copy], now: soon) == [])
        let late = soon + RolePlan.grace
        #expect(plan.actions(wanted: [:], open: [first: .copy], now: late) == [.close(first)])
    }

    @Test func aZombieIsClosedToo() {
        var plan = RolePlan()
        _ = plan.actions(wanted: [:], open: [first: .owner], now: start)
        #expect(
            plan.actions(wanted: [:], open: [first: .owner], now: start + RolePlan.grace)
                == [.stepDown(first), .close(first)])
    }
}
