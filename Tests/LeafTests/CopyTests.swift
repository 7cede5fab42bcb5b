// Two leaves and one index: one owns, the other follows; then they change places.

import Analysis
import Cluster
import Queries
import Storage
import Testing

@testable import Leaf

private struct Pair {
    let setting: LeafSetting
    let routing: RoutingStore
    let leaves: [LeafServer]

    static let shardCount = 2
    static let deadline = LeafSetting.deadline
    private static let nodes = ["leaf-0", "leaf-1"].map {
        LeafNode(name: $0, address: NodeAddress($0))
    }

    var index: IndexMetadata { setting.index }

    static func make() async throws -> Pair {
        let setting = try await LeafSetting.make(shardCount: shardCount)
        let routing = RoutingStore.fixed(table(owner: "leaf-0", version: 1))
        var leaves: [LeafServer] = []
        for node in nodes {
            let leaf = setting.leaf(node.name, routing)
            _ = try await setting.world.transport.serve(at: node.address, LeafDispatcher(leaf))
            leaves.append(leaf)
        }
        for leaf in leaves { await leaf.start() }
        return Pair(setting: setting, routing: routing, leaves: leaves)
    }

    static func table(owner: String, version: Int64) -> RoutingTable {
        let shard = ShardAssignment(owner: owner, copies: ["leaf-0", "leaf-1"])
        return RoutingTable(
            leaves: nodes,
            assignments: ["b00c5": Array(repeating: shard, count: shardCount)], version: version)
    }

    /// All shards change hands.
    func hand(to owner: String) async throws {
        let older = routing.current
        _ = try await routing.publish(
            Self.table(owner: owner, version: older.version + 1), after: older)
        for leaf in leaves { await leaf.takeRoles() }
    }

    /// Writes documents and says which slots show them.
    func write(_ leaf: Int, _ numbers: Range<Int>) async throws -> [Int: Int64] {
        let operations = numbers.map { number in
            DocumentOperation(
                action: .index, id: "book-\(number)",
                source: Array("{\"pages\":\(number)}".utf8))
        }
        let response = try await leaves[leaf].write(
            setting.writing(operations), deadline: Self.deadline)
        for outcome in response.groups.flatMap(\.outcomes) {
            if let error = outcome.error {
                throw RemoteError(type: error.type, reason: error.reason, status: error.status)
            }
        }
        return response.slots
    }

    func count(_ leaf: Int, _ required: [Int: Int64]) async throws -> Int64? {
        let answer = try await leaves[leaf].search(
            LeafSearchRequest(
                indexUUID: index.uuid, indexName: index.name,
                shards: Array(0..<Self.shardCount), schemaVersion: 0,
                query: ShardQuery(
                    query: .matchAll(boost: 1), count: 1, trackTotalHits: .exactly),
                statistics: CollectionStatistics(), pin: nil, what: FetchSpecification(),
                requiredSlots: required), deadline: Self.deadline)
        #expect(answer.failures.isEmpty, "\(answer.failures)")
        return answer.top?.total?.value
    }

    func close() async {
        for leaf in leaves { await leaf.close() }
        setting.remove()
    }
}

@Suite struct CopyTests {
    @Test func aCopySeesWhatItsOwnerAcknowledged() async throws {
        let pair = try await Pair.make()
        for round in 0..<5 {
            let slots = try await pair.write(0, round * 20..<round * 20 + 20)
            #expect(slots.count == Pair.shardCount)
            #expect(try await pair.count(1, slots) == Int64(round + 1) * 20)
        }
        let id = "book-7"
        let found = try await pair.leaves[1].get(
            LeafGetRequest(
                indexUUID: pair.index.uuid,
                shard: DocumentRouting.shard(id, shardCount: Pair.shardCount), id: id),
            deadline: Pair.deadline)
        #expect(found.document?.version == 1)
        let status = try await pair.leaves[1].status(
            LeafStatusRequest(), deadline: Pair.deadline)
        #expect(status.shards.map(\.role) == [.copy, .copy])
        await pair.close()
    }

    @Test func ownersAndCopiesChangePlaces() async throws {
        let pair = try await Pair.make()
        var slots = try await pair.write(0, 0..<10)
        for round in 1..<5 {
            let (owner, other) = (round % 2, (round + 1) % 2)
            try await pair.hand(to: "leaf-\(owner)")
            // Whoever is not the owner any more says so, and the new one goes on.
            await #expect(throws: RemoteError.self) { try await pair.write(other, 0..<10) }
            slots = try await pair.write(owner, round * 10..<round * 10 + 10)
            #expect(try await pair.count(owner, slots) == Int64(round + 1) * 10)
            #expect(try await pair.count(other, slots) == Int64(round + 1) * 10)
        }
        await pair.close()
    }

    @Test func aLeafThatIsNotAnOwnerIsNotFollowed() async throws {
        let pair = try await Pair.make()
        let asked = LeafFollowRequest(positions: [
            FollowPosition(indexUUID: pair.index.uuid, shard: 0, slot: 0),
            FollowPosition(indexUUID: "other", shard: 0, slot: 0),
        ])
        let deadline = pair.setting.world.clock.now + .seconds(30)
        let copy = try await pair.leaves[1].follow(asked, deadline: deadline)
        #expect(copy.shards.map(\.isOwner) == [false, false])
        let owner = try await pair.leaves[0].follow(asked, deadline: deadline)
        #expect(owner.shards.map(\.isOwner) == [true, false])
        // The first record is the owner's fence.
        #expect(owner.shards[0].records.count == Int(owner.shards[0].committedSlot))
        await pair.close()
    }
}
