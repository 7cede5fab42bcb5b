// When which shard is read again, on a clock of numbers.

import Storage
import Testing

@testable import Leaf

@Suite struct ScrubPlanTests {
    private static let held = (0..<5).map { ShardKey(indexUUID: "i", shard: $0) }
    private static let day = Duration.seconds(86_400)

    private func plan(
        _ interval: Duration?, bytesPerSecond: Int = 1_000, seed: UInt64 = 1
    ) -> ScrubPlan {
        ScrubPlan(
            .init(interval: interval, bytesPerSecond: bytesPerSecond),
            random: SeededRandom(seed: seed), now: .zero)
    }

    /// Everything that is due now, with the same outcome for all.
    private func round(
        _ plan: inout ScrubPlan, _ held: [ShardKey] = held, at now: Instant,
        _ outcome: ScrubPlan.Outcome = .sound
    ) -> (keys: [ShardKey], next: Instant) {
        var keys: [ShardKey] = []
        while true {
            switch plan.next(held: held, now: now) {
            case .scrub(let key):
                keys.append(key)
                plan.finished(key, outcome, began: now, now: now)
            case .wait(let until): return (keys, until)
            }
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func everyShardIsReadOncePerInterval(_ seed: UInt64) {
        var plan = plan(Self.day * 7, seed: seed)
        let first = round(&plan, at: .zero)
        #expect(first.keys.isEmpty && first.next <= Instant.zero + Self.day * 7)
        var now = first.next
        for _ in 0..<3 {
            #expect(round(&plan, at: now - .nanoseconds(1)).keys.isEmpty)
            let (keys, next) = round(&plan, at: now)
            #expect(keys.sorted() == Self.held, "all, and each once")
            // One after the other, from somewhere on.
            let start = keys[0].shard
            #expect(keys.map(\.shard) == (0..<5).map { ($0 + start) % 5 })
            #expect(next == now + Self.day * 7)
            now = next
        }
    }

    @Test func restartsBeginElsewhere() {
        var starts: Set<Int> = []
        var moments: Set<Instant> = []
        for seed in 0..<40 as Range<UInt64> {
            var plan = plan(Self.day, seed: seed)
            let due = round(&plan, at: .zero).next
            moments.insert(due)
            starts.insert(round(&plan, at: due).keys[0].shard)
        }
        #expect(starts.count == 5 && moments.count == 40)
    }

    @Test func withoutAnIntervalOnlyWhatIsAskedForIsRead() {
        var plan = plan(nil)
        #expect(round(&plan, at: .zero).next == .distantFuture)
        plan.request([Self.held[3], Self.held[1]])
        #expect(plan.isPending(Self.held[3]) && !plan.isPending(Self.held[0]))
        #expect(round(&plan, at: .zero).keys == [Self.held[3], Self.held[1]])
        #expect(!plan.isPending(Self.held[3]))
    }

    @Test func whatIsAskedForGoesFirstAndFromItsBeginning() {
        var plan = plan(nil)
        plan.request(Self.held)
        #expect(plan.next(held: Self.held, now: .zero) == .scrub(Self.held[0]))
        plan.request([Self.held[0], Self.held[4]])
        plan.finished(Self.held[0], .sound, began: .zero, now: .zero)
        #expect(plan.isPending(Self.held[0]), "it began before it was asked for")
        #expect(round(&plan, at: .zero).keys.map(\.shard) == [0, 4, 1, 2, 3])
    }

    @Test func whatFailedIsTriedAgain() {
        var plan = plan(nil)
        plan.request([Self.held[2]])
        #expect(round(&plan, at: .zero, .failed).next == Instant.zero + ScrubPlan.failureDelay)
        let again = Instant.zero + ScrubPlan.failureDelay
        #expect(round(&plan, at: again - .nanoseconds(1)).keys.isEmpty)
        let damaged = round(&plan, at: again, .damaged)
        #expect(damaged.keys == [Self.held[2]])
        #expect(damaged.next == again + ScrubPlan.damageDelay)
        let mended = round(&plan, at: damaged.next)
        #expect(mended.keys == [Self.held[2]] && mended.next == .distantFuture)
    }

    @Test func theAgeIsThatOfTheLastSoundReading() {
        var plan = plan(nil)
        _ = round(&plan, at: .zero)
        let later = Instant.zero + .seconds(50)
        #expect(plan.age(Self.held[0], now: later) == .seconds(50))
        plan.request([Self.held[0], Self.held[1]])
        #expect(plan.next(held: Self.held, now: later) == .scrub(Self.held[0]))
        plan.finished(Self.held[0], .sound, began: later, now: later + .seconds(5))
        #expect(plan.next(held: Self.held, now: later) == .scrub(Self.held[1]))
        plan.finished(Self.held[1], .damaged, began: later, now: later + .seconds(5))
        let end = later + .seconds(10)
        #expect(plan.age(Self.held[0], now: end) == .seconds(10), "since the reading began")
        #expect(plan.age(Self.held[1], now: end) == .seconds(60))
    }

    @Test func shardsComeAndGo() {
        var plan = plan(nil)
        plan.request(Self.held)
        #expect(round(&plan, Array(Self.held[..<2]), at: .zero, .failed).keys.count == 2)
        #expect(round(&plan, [], at: .zero + .seconds(100)).next == .distantFuture)
        // One that comes back is as new.
        _ = round(&plan, at: .zero + .seconds(200))
        #expect(plan.age(Self.held[0], now: .zero + .seconds(201)) == .seconds(1))
    }

    @Test func readsAreBoundedPerSecond() {
        var plan = plan(nil, bytesPerSecond: 1_000)
        var now = Instant.zero
        var read = 0
        for count in [500, 1, 1_700, 300, 0, 900] {
            while let until = plan.wait(toRead: count, isBusy: false, now: now) {
                #expect(until > now)
                now = until
            }
            read += count
        }
        // The last one is paid for afterwards.
        #expect(now == Instant.zero + .milliseconds(read - 900))
        // What was not read earlier is not made up for.
        now += .seconds(3_600)
        #expect(plan.wait(toRead: 1_000, isBusy: false, now: now) == nil)
        #expect(plan.wait(toRead: 1, isBusy: false, now: now) == now + .seconds(1))
    }

    @Test func aBusyLeafReadsNothing() {
        var plan = plan(nil)
        #expect(
            plan.wait(toRead: 1, isBusy: true, now: .zero) == Instant.zero + ScrubPlan.busyDelay)
        #expect(plan.wait(toRead: 1, isBusy: false, now: .zero) == nil)
    }
}
