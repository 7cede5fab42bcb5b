import Testing
@testable import canopy

@Suite struct OpenLoopTests {
    private static let millisecond: Int64 = 1_000_000

    /// A server with one connection that takes 1 ms an answer, but stalls for a second in between:
    /// a closed loop would send nothing meanwhile and report one slow request. The open loop
    /// reports every request that was meant to be sent during the stall.
    @Test func aStallIsCountedForEveryoneWhoWaited() {
        var loop = OpenLoop(connections: 1, limit: 60_000 * Self.millisecond)
        loop.opened(0)
        var latencies: [Int64] = []
        var free: Int64 = 0
        let arrivals = (0..<200).map { Int64($0) * 10 * Self.millisecond }
        for intended in arrivals { loop.arrive(Arrival(query: 0, intended: intended)) }
        while let send = loop.nextSend() {
            let start = max(free, send.arrival.intended)
            let stalls = send.arrival.intended == 500 * Self.millisecond
            free = start + (stalls ? 1_000 : 1) * Self.millisecond
            let arrival = loop.answered(0)
            #expect(arrival == send.arrival)
            latencies.append(free - send.arrival.intended)
        }
        #expect(latencies.count == 200)
        #expect(latencies[49] == Self.millisecond)
        #expect(latencies[50] == 1_000 * Self.millisecond)
        // The next one was meant 10 ms later and had to wait out the stall.
        #expect(latencies[51] == 991 * Self.millisecond)
        #expect(latencies.count { $0 > 100 * Self.millisecond } == 100)
        #expect(latencies[199] == Self.millisecond)
    }

    @Test func requestsWaitForConnectionsInOrder() {
        var loop = OpenLoop(connections: 2, limit: 100)
        loop.opened(0)
        loop.opened(1)
        for number in 0..<4 { loop.arrive(Arrival(query: number, intended: Int64(number))) }
        let sends = [loop.nextSend(), loop.nextSend()].compactMap(\.self)
        #expect(sends.map(\.arrival.query) == [0, 1])
        #expect(loop.nextSend() == nil)
        #expect((loop.waiting, loop.inFlight) == (2, 2))
        #expect(loop.answered(sends[0].connection)?.query == 0)
        #expect(loop.nextSend()?.arrival.query == 2)
        #expect(!loop.isDrained)
    }

    @Test func timeLimitsCountFromTheIntendedMoment() {
        var loop = OpenLoop(connections: 1, limit: 100)
        loop.opened(0)
        for intended in [Int64(0), 10, 50] { loop.arrive(Arrival(query: 0, intended: intended)) }
        #expect(loop.nextSend() != nil)
        #expect(loop.expire(now: 99) == OpenLoop.Expired())
        let expired = loop.expire(now: 110)
        #expect(expired.connections == [0])
        #expect(Set(expired.arrivals.map(\.intended)) == [0, 10])
        // The connection is gone until it opens anew; a late answer on it means nothing.
        #expect(loop.answered(0) == nil)
        #expect(loop.nextSend() == nil)
        #expect(loop.closed(0) == nil)
        loop.opened(0)
        #expect(loop.nextSend()?.arrival.intended == 50)
    }

    @Test func lostConnectionsGiveTheirRequestBack() {
        var loop = OpenLoop(connections: 2, limit: 100)
        loop.opened(0)
        loop.arrive(Arrival(query: 7, intended: 1))
        #expect(loop.nextSend()?.connection == 0)
        #expect(loop.closed(0)?.query == 7)
        #expect(loop.closed(0) == nil)
        loop.opened(1)
        #expect(loop.closed(1) == nil)
        loop.arrive(Arrival(query: 8, intended: 2))
        #expect(loop.nextSend() == nil)
        #expect(loop.waitedForConnection == 1)
        #expect(loop.inFlight == 0)
    }

    @Test func aRequestThatWasNotHeardIsSentAgainOnce() {
        var loop = OpenLoop(connections: 1, limit: 100)
        loop.opened(0)
        #expect(loop.closedUnheard(0) == false)
        loop.arrive(Arrival(query: 7, intended: 1))
        #expect(loop.nextSend()?.connection == 0)
        #expect(loop.closedUnheard(0) == true)
        // It still counts as under way, and nothing else is sent on the connection.
        #expect(loop.inFlight == 1)
        #expect(loop.nextSend() == nil)
        #expect(loop.opened(0) == Arrival(query: 7, intended: 1))
        #expect(loop.nextSend() == nil)
        #expect(loop.closedUnheard(0) == false)
        #expect(loop.closed(0)?.query == 7)
        #expect(loop.isDrained)
    }

    @Test func waitingToBeSentAgainHasItsLimitToo() {
        var loop = OpenLoop(connections: 1, limit: 100)
        loop.opened(0)
        loop.arrive(Arrival(query: 7, intended: 1))
        #expect(loop.nextSend() != nil)
        #expect(loop.closedUnheard(0) == true)
        #expect(loop.expire(now: 101).arrivals.map(\.query) == [7])
        #expect(loop.opened(0) == nil)
        #expect(loop.isDrained)
    }

    /// Random events: every arrival ends exactly once, whatever happens.
    @Test func nothingIsLostAndNothingTwice() {
        for seed in UInt64(1)...40 {
            var random = SeededGenerator(seed: seed)
            var loop = OpenLoop(connections: 5, limit: 300)
            var ended: [Int: Int] = [:]
            var busy: Set<Int> = []
            var offered = 0
            func end(_ arrivals: [Arrival]) {
                for one in arrivals { ended[one.query, default: 0] += 1 }
            }
            for step in 0..<9_000 {
                let slot = Int(random.next() % 5)
                switch random.next() % 8 {
                case 0...2 where step < 8_000:
                    loop.arrive(Arrival(query: offered, intended: Int64(step)))
                    offered += 1
                case 3, 4:
                    if busy.remove(slot) != nil { end([loop.answered(slot)].compactMap(\.self)) }
                case 5:
                    busy.remove(slot)
                    if random.next() % 2 == 0, loop.closedUnheard(slot) { break }
                    end([loop.closed(slot)].compactMap(\.self))
                case 6:
                    if loop.opened(slot) != nil { busy.insert(slot) }
                default:
                    let expired = loop.expire(now: Int64(step))
                    busy.subtract(expired.connections)
                    end(expired.arrivals)
                }
                while let send = loop.nextSend() { busy.insert(send.connection) }
            }
            end(loop.expire(now: 1_000_000).arrivals)
            #expect(loop.isDrained, "seed \(seed)")
            #expect(ended.count == offered && ended.values.allSatisfy { $0 == 1 }, "seed \(seed)")
        }
    }

    @Test func tallyCountsHonestly() {
        var tally = StepTally(duration: .seconds(2))
        let ms = Self.millisecond
        for number in 0..<100 {
            let intended = Int64(number) * 20 * ms
            tally.offer(intended: intended, late: 0)
            tally.end(.answered, intended: intended, now: intended + ms, tags: ["a"])
        }
        tally.offer(intended: 0, late: 5)
        tally.end(.refused, intended: 0, now: 10, tags: [])
        tally.offer(intended: 0, late: 5)
        tally.end(.failed("status 500"), intended: 0, now: 10, tags: [])
        tally.offer(intended: 0, late: 5)
        tally.end(.timedOut, intended: 0, now: 1_000 * ms, tags: [])
        let step = StepResult(
            tally, rate: 51, duration: .seconds(2), waitedForConnection: 0, ownCPUSeconds: 0.1,
            elapsed: .seconds(2))
        #expect((step.offered, step.answered, step.refused, step.timedOut) == (103, 100, 1, 1))
        #expect(step.failures.map(\.kind) == ["status 500"])
        // Fast refusals and failures do not improve the percentiles; the time-out is in them.
        #expect(step.latency.count == 101)
        #expect(abs(step.latency.median - ms) < ms / 500)
        #expect(step.latency.maximum >= 999 * ms)
        #expect(step.achievedRate == 50)
        #expect(step.isOverloaded == (50 < 0.97 * 51.5))
        #expect(step.timeline.map(\.answered) == [50, 50])
        #expect(step.timeline.map(\.offered) == [53, 50])
        #expect(step.tags.map(\.tag) == ["a"])
    }

    @Test func catchingUpLowersTheAchievedRate() {
        var tally = StepTally(duration: .seconds(1))
        for number in 0..<100 {
            tally.offer(intended: Int64(number), late: 0)
            tally.end(
                .answered, intended: Int64(number), now: Int64(number + 1) * 40 * Self.millisecond,
                tags: [])
        }
        let step = StepResult(
            tally, rate: 100, duration: .seconds(1), waitedForConnection: 99, ownCPUSeconds: 0,
            elapsed: .seconds(4))
        #expect(step.achievedRate == 25)
        #expect(step.isOverloaded)
        #expect(step.waitedForConnection == 0.99)
    }
}
