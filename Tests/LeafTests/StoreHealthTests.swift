// Whether a leaf is well: what it makes of an object store that does not answer.

import Logging
import Storage
import Synchronization
import Testing

@testable import Leaf

@Suite struct StoreHealthTests {
    private struct Probe {
        var answered: Bool
        var pause = Duration.seconds(1)
    }

    private let good = Probe(answered: true)
    private let bad = Probe(answered: false)

    private func isUnwell(_ probes: [Probe]) -> Bool {
        var health = StoreHealth()
        var now = Instant(nanoseconds: 3_000_000_000)
        health.update(answered: true, now: now)
        for probe in probes {
            now += probe.pause
            health.update(answered: probe.answered, now: now)
        }
        return health.isUnwell
    }

    private func times(_ count: Int, _ probe: Probe) -> [Probe] {
        Array(repeating: probe, count: count)
    }

    @Test func onlySilenceThatLastsCounts() {
        #expect(!isUnwell(times(4, bad)))
        #expect(!isUnwell(times(4, bad) + [good] + times(4, bad)))
        #expect(isUnwell(times(5, bad)))
        #expect(!isUnwell([Probe(answered: false, pause: .seconds(600)), bad]))
    }

    @Test func aStoreThatIsBackMustStay() {
        #expect(isUnwell(times(5, bad) + [good]))
        #expect(isUnwell(times(5, bad) + [good, bad, good]))
        #expect(!isUnwell(times(5, bad) + [good, good]))
    }

    @Test func aWatchTellsOfChanges() async {
        let store = SilentStore()
        store.isAway.withLock { $0 = true }
        let clock = SteppingClock()
        let (told, teller) = AsyncStream.makeStream(of: (isUnwell: Bool, seconds: Int64).self)
        let watch = StoreWatch(
            objects: store, clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let running = Task {
            await watch.run { isUnwell in
                teller.yield((isUnwell, clock.now.nanoseconds / 1_000_000_000))
                store.isAway.withLock { $0 = !isUnwell }
            }
        }
        var changes: [(isUnwell: Bool, seconds: Int64)] = []
        for await change in told {
            changes.append(change)
            if changes.count == 4 { break }
        }
        running.cancel()
        await running.value
        #expect(changes.map(\.isUnwell) == [true, false, true, false])
        let pauses = zip(changes, changes.dropFirst()).map { $1.seconds - $0.seconds }
        #expect(pauses == [2, 5, 2])
    }
}

/// Answers nothing while it is away, or that there is nothing.
private final class SilentStore: ObjectStore {
    let isAway = Mutex(false)

    func size(_ key: String) async throws -> Int? {
        if isAway.withLock({ $0 }) {
            throw ObjectStoreError(key: key, reason: "it is away", remedy: "wait")
        }
        return nil
    }

    func map(_ key: String) async throws -> MappedBytes? { nil }
    func create(_ key: String, _ bytes: [UInt8]) async -> CreateOutcome { .unknown("not asked") }
    func read(_ key: String) async throws -> [UInt8]? { nil }
    func list(prefix: String, after: String?) async throws -> [String] { [] }
    func delete(_ key: String) async throws {}
    func check() async throws {}
    func checkContention() async throws {}
}

/// Whoever sleeps for a second moves it; who would wait for longer waits until it is called off.
private final class SteppingClock: NodeClock {
    private let state = Mutex(Instant(nanoseconds: 1_000_000_000))

    var now: Instant { state.withLock { $0 } }
    var wallMilliseconds: Int64 { now.nanoseconds / 1_000_000 }

    func sleep(until deadline: Instant) async throws {
        if deadline - now > StoreWatch.interval {
            let (never, continuation) = AsyncStream.makeStream(of: Void.self)
            for await _ in never {}
            continuation.finish()
        }
        try Task.checkCancellation()
        await Task.yield()
        state.withLock { $0 = max($0, deadline) }
    }
}
