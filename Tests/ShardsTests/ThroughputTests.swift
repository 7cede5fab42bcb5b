// How fast documents become durable, with the live parts. Not run by default:
// CANOPY_MEASURE=/dir swift test -c release -Xswiftc -enable-testing --filter ThroughputTests

import Analysis
import Foundation
import Logging
import Storage
import Testing

@testable import Shards

@Suite(.enabled(if: ProcessInfo.processInfo.environment["CANOPY_MEASURE"] != nil))
struct ThroughputTests {
    private static let words = (0..<20_000).map { "w\(String($0 &* 7919 % 20_000, radix: 36))" }

    /// A document of about 600 bytes.
    private func source(_ random: any RandomSource, _ number: Int) -> [UInt8] {
        func text(_ count: Int) -> String {
            (0..<count).map { _ in
                // Skewed, as words are.
                let unit = random.nextUnit()
                return Self.words[Int(unit * unit * unit * 20_000)]
            }.joined(separator: " ")
        }
        return Array(
            (#"{"title":"\#(text(6))","body":"\#(text(105))","#
                + #""tag":"t\#(number % 50)","n":\#(number)}"#).utf8)
    }

    @Test func measure() async throws {
        let folder = ProcessInfo.processInfo.environment["CANOPY_MEASURE"] ?? ""
        let root = folder + "/measure-" + SystemRandom().nextName()
        try FileManager.default.createDirectory(
            atPath: root, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: root) }
        let store = FolderObjectStore(disk: LiveDisk(), root: root, random: SystemRandom())
        let clock = SystemClock()
        let pool = WorkerComputePool(threads: 2)
        let schema = try Schema(
            mappings: [
                "properties": [
                    "title": ["type": "text"], "body": ["type": "text"],
                    "tag": ["type": "keyword"], "n": ["type": "long"],
                ]
            ], settings: nil)
        for shardCount in [1, 4, 8] {
            var shards: [Shard] = []
            for number in 0..<shardCount {
                shards.append(
                    try await Shard.open(
                        location: ShardLocation(indexUUID: "m\(shardCount)", shard: number),
                        schema: schema, objects: store, clock: clock, random: SystemRandom(),
                        compute: pool, owner: "n1", logger: Logger(label: "measure")))
            }
            let perShard = 48_000 / shardCount
            let sources = (0..<1000).map { source(SeededRandom(seed: UInt64($0)), $0) }
            let bytes = sources.reduce(0) { $0 + $1.count } / sources.count
            let start = clock.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for shard in shards {
                    group.addTask {
                        for bulk in 0..<perShard / 500 {
                            let operations = (0..<500).map { index in
                                DocumentOperation(
                                    action: .index, id: "\(bulk)-\(index)",
                                    source: sources[(bulk * 500 + index) % 1000])
                            }
                            _ = try await shard.write(operations) { $0 }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let seconds = (clock.now - start).inSeconds
            let rate = Int(Double(perShard * shardCount) / seconds)
            print("\(shardCount) shards, \(bytes) bytes each: \(rate) documents/s durable")
            for shard in shards {
                let before = clock.now
                try await shard.flush()
                try await shard.refresh()
                let segments = await shard.status().segments.count
                print("flush \(clock.now - before), \(segments) segments")
                await shard.close()
            }
            let reopening = clock.now
            let shard = try await Shard.open(
                location: shards[0].location, schema: schema, objects: store, clock: clock,
                random: SystemRandom(), compute: pool, owner: "n1",
                logger: Logger(label: "measure"))
            print("open \(clock.now - reopening), \(await shard.status().documents) documents")
            await shard.close()
        }
    }
}
