// Power failures at every system call: what was acknowledged is there, once; what was not is
// wholly there or wholly absent; and the shard opens again without help.

import Analysis
import Storage
import Testing

@testable import Shards

@Suite struct ShardCrashTests {
    private func world(_ disk: FaultyDisk, _ seed: UInt64) -> TestWorld {
        let random = SeededRandom(seed: seed)
        let store = FolderObjectStore(
            disk: disk, root: "/data", threads: 0, random: random.fork("store"))
        return TestWorld(objects: store, random: random)
    }

    private static let batches: [[DocumentOperation]] = [
        [index("a", #"{"n":1}"#), index("b", #"{"n":1}"#)],
        [index("a", #"{"n":2}"#), index("c", #"{"n":2}"#)],
        [delete("b"), index("d", #"{"n":3}"#)],
        [index("a", #"{"n":4}"#), delete("c"), index("e", #"{"n":4}"#)],
        [index("b", #"{"n":5}"#), index("d", #"{"n":5}"#)],
    ]

    /// The documents after each number of batches.
    private static let states: [[String: String]] = {
        var states: [[String: String]] = [[:]]
        for batch in batches {
            var state = states[states.count - 1]
            for operation in batch {
                state[operation.id] =
                    operation.action == .delete
                    ? nil : String(decoding: operation.source, as: UTF8.self)
            }
            states.append(state)
        }
        return states
    }()

    /// Runs until something fails; returns how many batches were acknowledged.
    private func work(_ world: TestWorld) async -> Int {
        var acknowledged = 0
        guard let shard = try? await world.open() else { return 0 }
        // A log that cannot be written is tried again for ever; the power failure ends that.
        let watcher = Task {
            while !Task.isCancelled {
                if await shard.isStalled { return await shard.close() }
                await Task.yield()
            }
        }
        defer { watcher.cancel() }
        do {
            for (number, batch) in Self.batches.enumerated() {
                let outcomes = try await shard.write(batch)
                if outcomes.allSatisfy({ $0.error == nil }) { acknowledged = number + 1 }
                if number % 2 == 1 { try await shard.flush() }
                if number == 2 { try await shard.refresh() }
            }
            try await shard.forceMerge(maximumSegments: 1)
            try await shard.flush()
        } catch {
            // Out of power.
        }
        await shard.close()
        return acknowledged
    }

    private func freshDisk() throws -> FaultyDisk {
        let disk = FaultyDisk()
        try disk.createDirectory("/data")
        try disk.synchronizeDirectory("/")
        return disk
    }

    @Test func aCrashAtAnyCallLosesNothingAcknowledged() async throws {
        let whole = try freshDisk()
        #expect(await work(world(whole, 0)) == Self.batches.count)
        let calls = whole.callCount
        #expect(calls > 100)
        for step in 1...calls {
            let seed = UInt64(step)
            let disk = try freshDisk()
            disk.stop(atCall: disk.callCount + step)
            let acknowledged = await work(world(disk, seed))
            // Twice: the second crash hits what recovery itself wrote.
            for crash in UInt64(0)..<2 {
                disk.crash(SeededRandom(seed: seed + 1000 * crash))
                let shard = try await world(disk, seed + 10_000 * (crash + 1)).open()
                let found = try shard.snapshot.documents()
                let possible = Self.states[acknowledged...].prefix(2)
                #expect(
                    found.map { possible.contains($0) } == true,
                    "crash at call \(step): \(acknowledged) acknowledged, found \(found ?? [:])")
                await shard.close()
            }
        }
    }
}
