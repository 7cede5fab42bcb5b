// The store over a network that loses answers, and over stores that are away or damaged.

import Storage
import Testing

@testable import Backends

@Suite(.timeLimit(.minutes(5)))
struct S3FaultTests {
    private func make(_ http: FakeS3, seed: UInt64 = 1) throws -> S3ObjectStore {
        S3ObjectStore(
            try .test(), http: http, cache: nil, clock: JumpingClock(),
            random: SeededRandom(seed: seed), compute: InlinePool())
    }

    @Test func aLostAnswerIsResolved() async throws {
        let http = FakeS3()
        let store = try make(http)
        http.fail(.answerLost)
        #expect(await store.create("a", [1]) == .created)
        http.fail(.unreachable, .status(500))
        #expect(await store.create("b", [1]) == .created)
        http.fail(.repeated)
        #expect(await store.create("c", [1]) == .exists)
        http.fail(.bodyLost)
        #expect(await store.create("e", [1]) == .created)
        #expect(try await store.read("e") == [1])
        http.fail(.status(503), .status(503), .status(503), .status(503))
        guard case .unknown(let reason) = await store.create("d", [1]) else {
            Issue.record("four refusals are enough")
            return
        }
        #expect(reason.contains("bucket 'canopy' at http://127.0.0.1:1: status 503"))
        #expect(http.calls.filter { $0.url.hasSuffix("/d") }.count == 4)
    }

    @Test func anothersObjectIsNotTakenForOnesOwn() async throws {
        let http = FakeS3()
        #expect(await (try make(http)).create("a", [2]) == .created)
        http.fail(.status(500))
        #expect(await (try make(http)).create("a", [1]) == .exists)
        #expect(try await make(http).read("a") == [2])
    }

    /// Whatever the network does: at most one of the creators hears `.created`, the object holds
    /// the bytes of one, and whoever heard `.created` finds its own.
    @Test func faultsNeverMakeTwoWinners() async throws {
        for seed in UInt64(0)..<300 {
            let random = SeededRandom(seed: seed)
            let http = FakeS3(
                random: random, faultRate: 40, faults: FakeS3.lossy + [.repeated])
            let stores = try (0..<3).map { try make(http, seed: seed &* 3 &+ $0) }
            let outcomes = await withTaskGroup(of: (UInt8, CreateOutcome).self) { group in
                for number in UInt8(0)..<3 {
                    group.addTask { (number, await stores[Int(number)].create("slot", [number])) }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let winners = outcomes.filter { $0.1 == .created }.map(\.0)
            let calm = http.state.withLock { $0.objects.values.first?.body }
            #expect(winners.count <= 1, "seed \(seed)")
            if let winner = winners.first { #expect(calm == [winner], "seed \(seed)") }
            if outcomes.contains(where: { $0.1 == .exists }) {
                #expect(calm != nil, "seed \(seed)")
            }
        }
    }

    @Test func damagedAnswersAreAskedForAgain() async throws {
        let http = FakeS3()
        let store = try make(http)
        #expect(await store.create("a", [1, 2, 3]) == .created)
        http.fail(.cutShort, .status(502))
        #expect(try await store.read("a") == [1, 2, 3])
        http.state.withLock { state in
            for key in state.objects.keys { state.objects[key]?.body = [1, 2, 4] }
        }
        await #expect {
            try await store.read("a")
        } throws: { error in
            "\(error)".contains("object 'a'") && "\(error)".contains("not those that were stored")
                && "\(error)".contains("restore the object from a backup")
        }
    }

    @Test func listsAreAskedForAgain() async throws {
        let http = FakeS3()
        let store = try make(http)
        for number in 1...5 { #expect(await store.create("a/\(number)", []) == .created) }
        http.state.withLock { $0.pageSize = 2 }
        http.fail(.status(500), .cutShort, .unreachable)
        #expect(try await store.list(prefix: "a/", after: nil).count == 5)
    }

    @Test func aStoreThatIgnoresConditionsIsRefused() async throws {
        let http = FakeS3()
        http.state.withLock { $0.ignoresConditions = true }
        let store = try make(http)
        await #expect {
            try await store.check()
        } throws: { error in
            "\(error)".contains("does not keep the conditions the log needs")
        }
    }

    @Test func theProbeGetsThroughFaults() async throws {
        for seed in UInt64(0)..<50 {
            let http = FakeS3(random: SeededRandom(seed: seed), faultRate: 5)
            let store = S3ObjectStore(
                try .test(), http: http, cache: nil, clock: JumpingClock(),
                random: SeededRandom(seed: seed), compute: InlinePool(),
                policy: .patient)
            try await store.check()
        }
    }
}
