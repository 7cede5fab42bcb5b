// Trying again: how often, how long between, and what a create in doubt becomes.

import Storage
import Testing

@testable import Backends

@Suite struct RetryTests {
    @Test func pausesGrowToTheirLimit() {
        var budget = RetryBudget()
        var retries = RetryStateMachine(
            RetryPolicy(
                attempts: 5, firstPause: .milliseconds(100), longestPause: .milliseconds(300)))
        let pauses = (0..<5).map { _ in retries.failed(share: 1, budget: &budget) }
        #expect(
            pauses == [
                .milliseconds(100), .milliseconds(200), .milliseconds(300), .milliseconds(300), nil,
            ])
        var other = RetryStateMachine(RetryPolicy())
        #expect(other.failed(share: 0, budget: &budget) == .zero)
    }

    @Test func theBudgetBoundsAllOperationsTogether() {
        var budget = RetryBudget()
        var granted = 0
        for _ in 0..<1_000 {
            var retries = RetryStateMachine(RetryPolicy(attempts: 2))
            if retries.failed(share: 0.5, budget: &budget) != nil { granted += 1 }
        }
        #expect(granted == Int(RetryBudget.capacity))
        for _ in 0..<11 { budget.earn() }
        #expect(budget.spend() && !budget.spend())
        for _ in 0..<100_000 { budget.earn() }
        #expect(budget.available == RetryBudget.capacity)
    }
}

@Suite struct CreateStateMachineTests {
    @Test func aClearAnswerEndsIt() {
        var machine = CreateStateMachine()
        #expect(machine.start() == .put)
        #expect(machine.handle(put: .done) == .finished(.created))
        machine = CreateStateMachine()
        #expect(machine.handle(put: .conditionFailed) == .finished(.exists))
        machine = CreateStateMachine()
        #expect(
            machine.handle(put: .refused(reason: "r", remedy: "m")) == .finished(.unknown("r; m")))
    }

    @Test func whatNeverArrivedLeavesNoDoubt() {
        var machine = CreateStateMachine()
        #expect(machine.handle(put: .postponed("409")) == .pause(reason: "409"))
        #expect(machine.resume() == .put)
        #expect(machine.handle(put: .conditionFailed) == .finished(.exists))
    }

    @Test(arguments: [
        (CreateStateMachine.ReadBack.same, CreateOutcome.created), (.other, .exists),
        (.absent, .exists),
    ])
    func aCreateInDoubtIsReadBack(
        _ found: CreateStateMachine.ReadBack, _ outcome: CreateOutcome
    ) {
        var machine = CreateStateMachine()
        #expect(machine.handle(put: .inDoubt("lost")) == .pause(reason: "lost"))
        #expect(machine.resume() == .put)
        #expect(machine.handle(put: .conditionFailed) == .readBack)
        #expect(machine.handle(readBack: .failed("gone")) == .pause(reason: "gone"))
        #expect(machine.resume() == .readBack)
        #expect(machine.handle(readBack: found) == .finished(outcome))
    }
}
