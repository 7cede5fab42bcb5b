// Trying again: how often, how long between, and what a create in doubt becomes.

import Storage
import Testing

@testable import Backends

@Suite struct RetryTests {
    private func retries(_ policy: RetryPolicy) -> RetryStateMachine {
        RetryStateMachine(policy, start: .zero)
    }

    @Test func pausesGrowToTheirLimit() {
        var budget = RetryBudget()
        var machine = retries(
            RetryPolicy(
                attempts: 5, firstPause: .milliseconds(100), longestPause: .milliseconds(300)))
        let pauses = (0..<5).map { _ in machine.failed(at: .zero, share: 1, budget: &budget) }
        let expected: [Duration?] = [
            .milliseconds(100), .milliseconds(200), .milliseconds(300), .milliseconds(300), nil,
        ]
        #expect(pauses == expected)
        var other = retries(RetryPolicy())
        #expect(other.failed(at: .zero, share: 0, budget: &budget) == .zero)
    }

    @Test func patienceEnds() {
        var budget = RetryBudget()
        var machine = retries(
            RetryPolicy(attempts: 9, firstPause: .seconds(1), patience: .seconds(5)))
        let soon = Instant.zero + .milliseconds(3_900)
        #expect(machine.failed(at: soon, share: 1, budget: &budget) == .seconds(1))
        #expect(machine.failed(at: soon, share: 0.5, budget: &budget) == .seconds(1))
        #expect(machine.failed(at: .zero + .seconds(5), share: 0, budget: &budget) == nil)
        #expect(budget.available == RetryBudget.capacity - 2)
    }

    @Test func theBudgetBoundsAllOperationsTogether() {
        var budget = RetryBudget()
        var granted = 0
        for _ in 0..<1_000 {
            var machine = retries(RetryPolicy(attempts: 2))
            if machine.failed(at: .zero, share: 0.5, budget: &budget) != nil { granted += 1 }
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
