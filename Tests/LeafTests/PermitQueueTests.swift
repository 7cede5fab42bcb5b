import Testing

@testable import Leaf

@Suite struct PermitQueueTests {
    @Test func permitsGoInOrderAndNeverBeyondTheirNumber() {
        var queue = PermitQueue(running: 2, waiting: 2)
        #expect(queue.enter() == .go)
        #expect(queue.enter() == .go)
        #expect(queue.enter() == .wait(1))
        #expect(queue.enter() == .wait(2))
        #expect(queue.enter() == .refuse)
        #expect(queue.leave() == 1)
        #expect(queue.taken == 2)
        #expect(queue.leave() == 2)
        #expect(queue.leave() == nil)
        #expect(queue.leave() == nil)
        #expect(queue.taken == 0)
        #expect(queue.enter() == .go)
    }

    @Test func whoGivesUpLosesTheTurnAndOnlyOnce() {
        var queue = PermitQueue(running: 1, waiting: 5)
        _ = queue.enter()
        #expect(queue.enter() == .wait(1))
        #expect(queue.enter() == .wait(2))
        let first = queue.giveUp(1)
        let second = queue.giveUp(1)
        #expect(first && !second)
        #expect(queue.leave() == 2)
        let late = queue.giveUp(2)
        #expect(!late)
    }
}
