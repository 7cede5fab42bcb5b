// Routing tables: what they answer, how they are stored, and how they are changed by many at once.

import Analysis
import Logging
import Storage
import Testing

@testable import Cluster

private func node(_ name: String, weight: Int = 1, zone: String = "") -> LeafNode {
    LeafNode(name: name, address: NodeAddress("\(name):9400"), weight: weight, zone: zone)
}

@Suite(.timeLimit(.minutes(1)))
struct RoutingTableTests {
    let table = RoutingTable(
        leaves: [node("b", weight: 3, zone: "z"), node("a"), node("c")],
        assignments: [
            "u": [
                ShardAssignment(owner: "b", copies: ["a"], joining: ["c"]),
                ShardAssignment(owner: "a", awaited: ["gone"]),
            ],
            "v": [ShardAssignment(owner: "gone", copies: ["c"])],
        ], version: 7)

    @Test func assignmentsAreAnswered() {
        let owner = node("b", weight: 3, zone: "z")
        #expect(table.leaf(indexUUID: "u", shard: 0, shardCount: 2) == owner)
        #expect(table.leaf(indexUUID: "u", shard: 2, shardCount: 2) == nil)
        #expect(table.leaf(indexUUID: "u", shard: -1, shardCount: 2) == nil)
        #expect(
            table.copies(indexUUID: "u", shard: 0, shardCount: 2).map(\.name) == ["a", "b"])
        // A leaf that nobody knows is not asked.
        #expect(table.leaf(indexUUID: "v", shard: 0, shardCount: 1) == nil)
        #expect(table.copies(indexUUID: "v", shard: 0, shardCount: 1).map(\.name) == ["c"])
        #expect(table.shards(indexUUID: "v", shardCount: 1).isEmpty)
        #expect(table.shards(of: "a", indexUUID: "u", shardCount: 2) == [1])
        #expect(
            table.roles(of: "a", indexUUID: "u", shardCount: 2) == [0: .copy, 1: .owner])
        #expect(table.roles(of: "c", indexUUID: "u", shardCount: 2) == [0: .joining])
        #expect(table.roles(of: "gone", indexUUID: "u", shardCount: 2).isEmpty)
        #expect(table.leaf(named: "c") == node("c") && table.leaf(named: "gone") == nil)
    }

    @Test func whatIsNotAssignedIsPlacedByHashing() {
        let plain = RoutingTable(leaves: table.leaves)
        // Also what cannot be meant: the index has more shards than are assigned.
        for (uuid, count) in [("w", 9), ("u", 3)] {
            for shard in 0..<count {
                let leaf = plain.leaf(indexUUID: uuid, shard: shard, shardCount: count)
                #expect(table.leaf(indexUUID: uuid, shard: shard, shardCount: count) == leaf)
                #expect(
                    table.copies(indexUUID: uuid, shard: shard, shardCount: count)
                        == [leaf].compactMap(\.self))
            }
        }
        let empty = RoutingTable(leaves: [])
        #expect(empty.assignment(indexUUID: "w", shard: 0, shardCount: 1) == nil)
        #expect(empty.assignments(indexUUID: "w", shardCount: 1).isEmpty)
    }

    @Test func tablesAreReadAsTheyWereWritten() throws {
        let read = try RoutingTable(encoded: table.encoded(), key: "routing")
        #expect(read == table)
        let empty = RoutingTable(leaves: [])
        #expect(try RoutingTable(encoded: empty.encoded(), key: "routing") == empty)
        #expect(
            String(decoding: table.encoded(), as: UTF8.self).hasSuffix(
                #""others":["gone"],"indices":{"u":[[[1,0],[2]],[[0],[],[3]]],"v":[[[3,2]]]}}"#))
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"version":-1,"leaves":[],"indices":{}}"#,
        #"{"version":1,"leaves":[{}],"indices":{}}"#,
        #"{"version":1,"leaves":[{"name":"../x","address":"a","weight":1}],"indices":{}}"#,
        #"{"version":1,"leaves":[{"name":"a/b","address":"a","weight":1}],"indices":{}}"#,
        #"{"version":1,"leaves":[{"name":"a","address":"a","weight":0}],"indices":{}}"#,
        #"{"version":1,"leaves":[{"name":"a","address":"a","weight":101}],"indices":{}}"#,
        #"{"version":1,"leaves":[],"others":["a","a"],"indices":{}}"#,
        #"{"version":1,"leaves":[],"others":["a"],"indices":{"u":[]}}"#,
        #"{"version":1,"leaves":[],"others":["a"],"indices":{"u":[[]]}}"#,
        #"{"version":1,"leaves":[],"others":["a"],"indices":{"u":[[[]]]}}"#,
        #"{"version":1,"leaves":[],"others":["a"],"indices":{"u":[[[1]]]}}"#,
        #"{"version":1,"leaves":[],"others":["a"],"indices":{"u":[[[-1]]]}}"#,
        #"{"version":1,"leaves":[],"others":["a"],"indices":{"u":[[[0],[0]]]}}"#,
        #"{"version":1,"leaves":[],"others":["a"],"indices":{"u":[[[0],[],[],[]]]}}"#,
        #"{"version":1,"leaves":[],"others":["a"],"indices":{"../u":[[[0]]]}}"#,
        #"{"version":1,"leaves":[],"others":["a"],"indices":{"u":{}}}"#,
        #"{"version":1e99,"leaves":[],"indices":{}}"#,
    ])
    func whatIsNoTableIsRefused(_ text: String) {
        #expect(throws: MetadataError.self) {
            try RoutingTable(encoded: Array(text.utf8), key: "routing")
        }
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func damagedTablesAndMembersAreErrorsAndNeverTrap(_ seed: UInt64) {
        let random = SeededRandom(seed: seed)
        let member = Member(node: node("a", zone: "z"), incarnation: "1", beat: 3)
        var bytes = seed % 2 == 0 ? table.encoded() : member.encoded()
        for _ in 0..<random.next(in: 1..<4) {
            let place = random.next(in: 0..<bytes.count)
            switch random.next(below: 3) {
            case 0: bytes[place] = UInt8(random.next(below: 256))
            case 1: bytes[place] = Array("0123456789[]{},\"-".utf8)[random.next(in: 0..<17)]
            default: bytes.removeSubrange(place..<min(bytes.count, place + 3))
            }
            if bytes.isEmpty { break }
        }
        do {
            // What can still be read can be written and read again.
            if seed % 2 == 0 {
                let read = try RoutingTable(encoded: bytes, key: "routing")
                #expect(try RoutingTable(encoded: read.encoded(), key: "routing") == read)
            } else {
                let read = try Member(encoded: bytes, key: member.key)
                #expect(try Member(encoded: read.encoded(), key: member.key) == read)
            }
        } catch {
            #expect(error is MetadataError, "seed \(seed): \(error)")
        }
    }

    // MARK: The store

    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    func store(_ metadata: any MetadataStore, _ clock: any NodeClock) -> RoutingStore {
        RoutingStore(metadata: metadata, clock: clock, logger: logger)
    }

    @Test func tablesReachEverybody() async throws {
        let clock = ManualClock()
        let metadata = InMemoryMetadataStore(clock: clock)
        let mine = store(metadata, clock)
        let theirs = store(metadata, clock)
        let following = Task { await theirs.follow() }
        var changes = theirs.changes().makeAsyncIterator()
        #expect(await changes.next() == RoutingTable(leaves: []))
        let first = RoutingTable(leaves: [node("a")], version: 1)
        #expect(try await mine.publish(first, after: mine.current))
        #expect(mine.current == first)
        #expect(await changes.next() == first)
        #expect(theirs.current == first)
        following.cancel()
        await following.value
    }

    @Test func ofManyWhoPublishOneWins() async throws {
        let clock = ManualClock()
        let metadata = InMemoryMetadataStore(clock: clock)
        let stores = (0..<8).map { _ in store(metadata, clock) }
        for version in 1..<20 as Range<Int64> {
            let older = stores[0].current
            for store in stores { _ = try await store.reload() }
            let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
                for (number, store) in stores.enumerated() {
                    let next = RoutingTable(leaves: [node("leaf-\(number)")], version: version)
                    group.addTask { try await store.publish(next, after: older) }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(winners == 1)
            for store in stores {
                #expect(try await store.reload() == stores[0].current)
                #expect(store.current.version == version)
            }
        }
    }

    @Test func aTableThatWasOvertakenIsNotPublished() async throws {
        let clock = ManualClock()
        let metadata = InMemoryMetadataStore(clock: clock)
        let (mine, theirs) = (store(metadata, clock), store(metadata, clock))
        let older = mine.current
        let first = RoutingTable(leaves: [node("a")], version: 1)
        #expect(try await theirs.publish(first, after: older))
        #expect(
            try await !mine.publish(RoutingTable(leaves: [node("b")], version: 1), after: older))
        #expect(mine.current == first)
        // Somebody deleted it: whoever knows it goes on from it, whoever does not must not.
        let stored = try #require(try await metadata.get("routing"))
        _ = try await metadata.compareAndSet("routing", expected: stored.version, value: nil)
        #expect(try await mine.reload() == first)
        #expect(
            try await !mine.publish(RoutingTable(leaves: [node("b")], version: 1), after: older))
        let second = RoutingTable(leaves: [node("b")], version: 2)
        #expect(try await mine.publish(second, after: first))
        #expect(try await theirs.reload() == second)
    }

    @Test func aDamagedTableLeavesTheLastInUse() async throws {
        let clock = ManualClock()
        let metadata = InMemoryMetadataStore(clock: clock)
        let mine = store(metadata, clock)
        let first = RoutingTable(leaves: [node("a")], version: 1)
        #expect(try await mine.publish(first, after: mine.current))
        let stored = try #require(try await metadata.get("routing"))
        _ = try await metadata.compareAndSet("routing", expected: stored.version, value: [1])
        await #expect(throws: MetadataError.self) { try await mine.reload() }
        #expect(mine.current == first)
    }

    /// A store that began anew, or came back from a backup, counts from an earlier number on.
    @Test func aStoreThatWasReplacedIsFollowed() async throws {
        let clock = ManualClock()
        let metadata = ReplacedMetadata(InMemoryMetadataStore(clock: clock))
        let mine = store(metadata, clock)
        for version in 1..<4 as Range<Int64> {
            let next = RoutingTable(leaves: [node("old")], version: version)
            #expect(try await mine.publish(next, after: mine.current))
        }
        metadata.replace(by: InMemoryMetadataStore(clock: clock))
        #expect(try await mine.reload().leaves == [node("old")])
        let theirs = store(metadata, clock)
        let first = RoutingTable(leaves: [node("new")], version: 1)
        #expect(try await theirs.publish(first, after: theirs.current))
        #expect(try await mine.reload() == first)
        let second = RoutingTable(leaves: [node("newer")], version: 2)
        #expect(try await mine.publish(second, after: first))
        #expect(try await theirs.reload() == second)
    }

    @Test func fixedTablesChangeByPublishingOnly() async throws {
        let older = RoutingTable(leaves: [node("a")])
        let store = RoutingStore.fixed(older)
        let newer = RoutingTable(leaves: [node("b")], version: 1)
        #expect(try await store.reload() == older)
        #expect(try await store.publish(newer, after: older))
        #expect(try await !store.publish(newer, after: older))
        #expect(store.current == newer)
    }
}
