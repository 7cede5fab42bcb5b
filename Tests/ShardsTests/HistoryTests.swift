// Random histories against a dictionary: after every step, reading by id, and after refreshes and
// take-overs, searching, shows exactly what the dictionary holds. Seeds are in the messages.

import Analysis
import Storage
import Testing

@testable import Shards

@Suite struct HistoryTests {
    private struct History {
        let random: any RandomSource
        let world: TestWorld
        let objects: TestObjectStore
        var shard: Shard
        var expected: [String: (source: String, version: Int64)] = [:]
        var versions: [String: Int64] = [:]
        var next = 0

        init(seed: UInt64) async throws {
            random = SeededRandom(seed: seed).fork("history")
            objects = TestObjectStore()
            world = TestWorld(objects: objects, random: SeededRandom(seed: seed))
            shard = try await world.open()
        }

        private mutating func operation() -> DocumentOperation {
            let id = "\(random.next(below: 12))"
            next += 1
            let source = #"{"n":\#(next)}"#
            switch random.next(below: 8) {
            case 0, 1: return delete(id)
            case 2: return create(id, source)
            case 3: return update(id, #"{"m":\#(next)}"#)
            default: return index(id, source)
            }
        }

        /// The dictionary's version of what an operation does and answers.
        private mutating func expect(_ operation: DocumentOperation) -> DocumentResult? {
            let id = operation.id
            let old = expected[id]
            let source = String(decoding: operation.source, as: UTF8.self)
            switch operation.action {
            case .create where old != nil: return nil
            case .update:
                guard let old else { return nil }
                let first = old.source.split(separator: ",")[0].filter { $0 != "}" }
                expected[id] = (first + "," + source.dropFirst(), 0)
            case .delete: expected[id] = nil
            default: expected[id] = (source, 0)
            }
            versions[id, default: 0] += 1
            expected[id]?.version = versions[id] ?? 0
            if operation.action == .delete { return old == nil ? .notFound : .deleted }
            return old == nil ? .created : .updated
        }

        mutating func step() async throws {
            switch random.next(below: 14) {
            case 0: try await shard.refresh()
            case 1: try await shard.flush()
            case 2: _ = try await shard.mergeOnce()
            case 3: try await shard.forceMerge(maximumSegments: 1)
            case 4:
                let old = shard
                shard = try await world.open(owner: "n\(next)")
                await #expect(throws: ShardError.self) { try await old.write([index("0", "{}")]) }
                await old.close()
            case 5:
                objects.answerNext(
                    (0..<random.next(in: 1..<4)).map { _ in
                        random.next(below: 2) == 0 ? .created : .unknown("5xx")
                    })
            default:
                let operations = (0..<random.next(in: 1..<6)).map { _ in operation() }
                let outcomes = try await shard.write(operations)
                for (operation, outcome) in zip(operations, outcomes) {
                    #expect(outcome.result == expect(operation), "\(operation.id)")
                    if outcome.error == nil {
                        #expect(outcome.version == versions[operation.id])
                    }
                }
            }
        }

        func check(_ message: String) async throws {
            for number in 0..<12 {
                let stored = try await shard.get(id: "\(number)")
                let known = expected["\(number)"]
                #expect(
                    stored.map { String(decoding: $0.source, as: UTF8.self) } == known?.source,
                    "\(message), id \(number)")
                #expect(stored?.version == known?.version, "\(message), id \(number)")
            }
            try await shard.refresh()
            #expect(
                try shard.snapshot.documents() == expected.mapValues(\.source), "\(message)")
            #expect(await shard.status().documents == expected.count, "\(message)")
        }
    }

    @Test(arguments: UInt64(0)..<12)
    func equalsADictionary(seed: UInt64) async throws {
        var history = try await History(seed: seed)
        for step in 0..<60 {
            try await history.step()
            if step % 5 == 0 { try await history.check("seed \(seed), step \(step)") }
        }
        history.shard = try await history.world.open(owner: "last")
        try await history.check("seed \(seed), at the end")
    }
}
