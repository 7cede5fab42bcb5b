// The allocator's rules, one by one.

import Storage
import Testing

@testable import Cluster

/// A cluster whose leaves do what they are told at once.
private final class Scene {
    var allocator = ShardAllocator()
    var table = RoutingTable(leaves: [])
    var members: [Member] = []
    var index: PlacedIndex
    var now = Instant(nanoseconds: 1_000_000_000)
    /// Copies that are not ready although they could be.
    var slow: Set<String> = []
    var slots: [String: Int64] = [:]

    init(shards: Int, copies: Int, leaves: String...) {
        index = PlacedIndex(uuid: "u", shardCount: shards, copyCount: copies)
        for leaf in leaves { join(leaf) }
    }

    func join(_ name: String, incarnation: String = "1") {
        members.append(
            Member(
                node: LeafNode(name: name, address: NodeAddress(name)), incarnation: incarnation))
    }

    func die(_ name: String) { members.removeAll { $0.node.name == name } }

    func set(_ name: String, _ state: Member.State) {
        for place in members.indices where members[place].node.name == name {
            members[place].state = state
        }
    }

    func restart(_ name: String) {
        for place in members.indices where members[place].node.name == name {
            members[place].incarnation += "+"
        }
    }

    var shards: [ShardAssignment] {
        table.assignments(indexUUID: index.uuid, shardCount: index.shardCount)
    }

    /// One decision.
    @discardableResult
    func step(after pause: Duration = .milliseconds(250)) -> Bool {
        now += pause
        var progress: [ShardCopy: CopyProgress] = [:]
        for (shard, assignment) in shards.enumerated() {
            for leaf in assignment.copies + assignment.joining {
                let copy = ShardCopy(indexUUID: index.uuid, shard: shard, leaf: leaf)
                progress[copy] = CopyProgress(
                    appliedSlot: slots[leaf] ?? 0, isReady: !slow.contains(leaf))
            }
        }
        guard
            let next = allocator.next(
                after: table, members: members, indices: [index], progress: progress, now: now)
        else { return false }
        table = next
        return true
    }

    func settle() {
        for _ in 0..<200 where !step() && !allocator.isPending { return }
        Issue.record("not settled: \(shards)")
    }
}

@Suite struct ShardAllocatorTests {
    @Test func oneCopyEachIsPlacedByHashingAndNeedsNoAssignments() {
        let scene = Scene(shards: 8, copies: 1, leaves: "a", "b", "c")
        #expect(scene.step())
        #expect(scene.table.version == 1 && scene.table.assignments.isEmpty)
        #expect(scene.table.leaves.map(\.name) == ["a", "b", "c"])
        // Nor does another index.
        scene.index.uuid = "v"
        #expect(!scene.step() && !scene.allocator.isPending)
    }

    @Test func withoutLeavesNothingIsDecided() {
        let scene = Scene(shards: 2, copies: 2, leaves: "a", "b")
        scene.settle()
        let table = scene.table
        scene.members = []
        #expect(!scene.step(after: .seconds(60)))
        #expect(scene.table == table)
    }

    @Test func copiesJoinAndServeWhenTheyAreReady() {
        let scene = Scene(shards: 1, copies: 2, leaves: "a", "b")
        scene.step()
        let owner = scene.shards[0].owner
        let other = owner == "a" ? "b" : "a"
        #expect(scene.shards == [ShardAssignment(owner: owner, joining: [other])])
        scene.slow = [other]
        #expect(!scene.step() && scene.allocator.isPending)
        scene.slow = []
        #expect(scene.step())
        #expect(scene.shards == [ShardAssignment(owner: owner, copies: [other])])
        #expect(!scene.step() && !scene.allocator.isPending)
    }

    @Test func aLeafBuildsFewCopiesAtATime() {
        let scene = Scene(shards: 32, copies: 2, leaves: "a", "b")
        scene.slow = ["a", "b"]
        for _ in 0..<3 { scene.step() }
        for leaf in ["a", "b"] {
            #expect(scene.shards.count { $0.joining.contains(leaf) } == ShardAllocator.joinsPerLeaf)
        }
        scene.slow = []
        scene.settle()
        #expect(scene.shards.allSatisfy { $0.copies == ["a", "b"] })
    }

    @Test func theCopyThatCameFarthestTakesOver() {
        for farthest in ["b", "c"] {
            let scene = Scene(shards: 1, copies: 3, leaves: "a", "b", "c")
            scene.settle()
            scene.table = RoutingTable(
                leaves: scene.table.leaves,
                assignments: ["u": [ShardAssignment(owner: "a", copies: ["b", "c"])]], version: 9)
            scene.slots = [farthest: 7]
            scene.die("a")
            scene.step()
            #expect(scene.shards[0].owner == farthest && scene.shards[0].copies == ["b", "c"])
        }
    }

    @Test func aShardWithoutCopiesIsOpenedElsewhereAtOnce() {
        let scene = Scene(shards: 6, copies: 1, leaves: "a", "b", "c")
        scene.settle()
        scene.die("c")
        let lost = scene.shards.indices.filter { scene.shards[$0].owner == "c" }
        let before = scene.shards
        #expect(scene.step())
        #expect(lost.count == 2 && Set(lost.map { scene.shards[$0].owner }) == ["a", "b"])
        for shard in before.indices where !lost.contains(shard) {
            #expect(scene.shards[shard].owner == before[shard].owner)
        }
        // Nor does it move again when the delay is over.
        scene.step()
        let after = scene.shards.map(\.owner)
        scene.step(after: ShardAllocator.replacementDelay)
        scene.settle()
        #expect(scene.shards.map(\.owner) == after)
    }

    @Test func aCopyThatIsGoneIsWaitedForAndTakenBack() {
        let scene = Scene(shards: 4, copies: 2, leaves: "a", "b", "c", "d")
        scene.settle()
        let before = scene.shards
        scene.die("c")
        scene.step()
        for (shard, old) in before.enumerated() where old.copies.contains("c") {
            #expect(scene.shards[shard].awaited == ["c"])
            #expect(scene.shards[shard].copies == old.copies.filter { $0 != "c" })
            #expect(scene.shards[shard].joining.isEmpty)
        }
        scene.step(after: ShardAllocator.replacementDelay - .seconds(1))
        #expect(scene.shards.allSatisfy { $0.joining.isEmpty })
        scene.join("c", incarnation: "2")
        scene.settle()
        #expect(scene.shards.map(\.copies) == before.map(\.copies))
    }

    @Test func whoStaysAwayIsReplaced() {
        let scene = Scene(shards: 4, copies: 2, leaves: "a", "b", "c", "d")
        scene.settle()
        scene.die("c")
        scene.step()
        #expect(!scene.step(after: ShardAllocator.replacementDelay - .milliseconds(500)))
        #expect(scene.step(after: .milliseconds(500)))
        #expect(scene.shards.contains { !$0.joining.isEmpty })
        scene.settle()
        #expect(scene.shards.allSatisfy { $0.copies.count == 2 && !$0.copies.contains("c") })
    }

    @Test func aKeeperThatIsNewWaitsToo() {
        let scene = Scene(shards: 4, copies: 2, leaves: "a", "b", "c", "d")
        scene.settle()
        scene.die("c")
        scene.step()
        scene.allocator = ShardAllocator()
        #expect(!scene.step(after: .seconds(30)))
        #expect(scene.shards.allSatisfy { $0.joining.isEmpty })
        scene.step(after: ShardAllocator.replacementDelay)
        scene.settle()
        #expect(scene.shards.allSatisfy { $0.copies.count == 2 })
    }

    @Test func whoLeavesGivesItsRolesToCopiesThatExist() {
        let scene = Scene(shards: 4, copies: 2, leaves: "a", "b", "c")
        scene.settle()
        let owned = scene.shards.indices.filter { scene.shards[$0].owner == "a" }
        #expect(!owned.isEmpty)
        scene.set("a", .leaving)
        scene.step()
        // The new owner is named first, and the old one serves on.
        for shard in owned {
            #expect(scene.shards[shard].owner != "a" && scene.shards[shard].copies.contains("a"))
        }
        scene.step()
        #expect(scene.shards.allSatisfy { !$0.copies.contains("a") && $0.joining.isEmpty })
        scene.step(after: .seconds(5))
        scene.die("a")
        scene.step(after: .seconds(4))
        #expect(scene.shards.allSatisfy { $0.joining.isEmpty })
        scene.step(after: .seconds(1))
        scene.settle()
        #expect(scene.shards.allSatisfy { $0.copies == ["b", "c"] })
    }

    @Test func whoLeavesWithTheOnlyCopyKeepsItUntilItIsGone() {
        let scene = Scene(shards: 3, copies: 1, leaves: "a", "b", "c")
        scene.settle()
        let shard = scene.shards.firstIndex { $0.owner == "a" } ?? 0
        scene.set("a", .leaving)
        scene.step()
        scene.step(after: .seconds(5))
        #expect(scene.shards[shard] == ShardAssignment(owner: "a"))
        scene.die("a")
        scene.step()
        #expect(scene.shards[shard].owner != "a" && scene.shards[shard].joining.isEmpty)
    }

    @Test func whoDrainsIsReplacedBeforeItGoes() {
        let scene = Scene(shards: 6, copies: 2, leaves: "a", "b", "c", "d")
        scene.settle()
        scene.set("a", .draining)
        for _ in 0..<50 {
            scene.step()
            #expect(scene.shards.allSatisfy { $0.copies.count >= 2 })
        }
        #expect(!scene.allocator.isPending)
        #expect(scene.shards.allSatisfy { !$0.copies.contains("a") && $0.copies.count == 2 })
        // And nobody waits for it when it stops.
        scene.die("a")
        scene.step()
        #expect(scene.shards.allSatisfy { $0.awaited.isEmpty })
    }

    @Test func whoRestartedUnnoticedBuildsItsCopiesAgain() {
        let scene = Scene(shards: 2, copies: 2, leaves: "a", "b")
        scene.settle()
        let before = scene.shards
        scene.restart("a")
        scene.slow = ["a"]
        scene.step()
        #expect(scene.shards.allSatisfy { $0 == ShardAssignment(owner: "b", joining: ["a"]) })
        scene.slow = []
        scene.settle()
        #expect(scene.shards == before)
        // Where there is no other copy, it opens its shards from the store as it starts.
        let alone = Scene(shards: 2, copies: 1, leaves: "a", "b")
        alone.settle()
        alone.restart("a")
        #expect(!alone.step())
    }

    @Test func aRestartIsNotForgottenWhenATableIsNotPublished() {
        let scene = Scene(shards: 2, copies: 2, leaves: "a", "b")
        scene.settle()
        let table = scene.table
        scene.restart("a")
        scene.slow = ["a"]
        #expect(scene.step())
        scene.table = table
        #expect(scene.step())
        #expect(scene.shards.allSatisfy { $0 == ShardAssignment(owner: "b", joining: ["a"]) })
    }

    @Test func ownersMoveOnlyToCopiesThatServe() {
        let scene = Scene(shards: 4, copies: 2, leaves: "a", "b")
        scene.slow = ["b"]
        scene.table = RoutingTable(
            leaves: scene.members.map(\.node),
            assignments: ["u": Array(repeating: ShardAssignment(owner: "a"), count: 4)], version: 1)
        for _ in 0..<5 {
            scene.step()
            #expect(scene.shards.allSatisfy { $0.owner == "a" && $0.copies == ["a"] })
        }
        scene.slow = []
        scene.step()
        #expect(scene.shards.allSatisfy { $0.owner == "a" && $0.copies == ["a", "b"] })
        scene.settle()
        #expect(scene.shards.count { $0.owner == "b" } == 2)
    }

    @Test func indicesThatTheCatalogLacksKeepTheirPlacesForAWhile() {
        let scene = Scene(shards: 2, copies: 2, leaves: "a", "b")
        scene.settle()
        let known = scene.table.assignments["u"]
        scene.index.uuid = "v"
        scene.settle()
        #expect(known != nil && scene.table.assignments["u"] == known)
        scene.step(after: ShardAllocator.forgettingDelay)
        #expect(scene.table.assignments["u"] == nil && scene.table.assignments["v"] != nil)
    }

    @Test func addressesAreTakenOver() {
        let scene = Scene(shards: 2, copies: 2, leaves: "a", "b")
        scene.settle()
        let before = scene.shards
        scene.members[0].node.address = NodeAddress("elsewhere")
        #expect(scene.step())
        #expect(scene.table.leaf(named: "a")?.address == NodeAddress("elsewhere"))
        #expect(scene.shards == before)
    }

    @Test func sharesFollowWeights() {
        #expect(Quota.bounds(total: 0, weights: [1, 1], limit: 0) == [0...0, 0...0])
        #expect(Quota.bounds(total: 7, weights: [1, 1], limit: 9) == [3...4, 3...4])
        #expect(Quota.bounds(total: 6, weights: [1, 2, 3], limit: 6) == [1...1, 2...2, 3...3])
        // One can take three; the others share what is left.
        #expect(Quota.bounds(total: 6, weights: [1, 1, 100], limit: 3) == [1...2, 1...2, 3...3])
        #expect(Quota.bounds(total: 4, weights: [1, 9], limit: 2) == [2...2, 2...2])
    }

    @Test func pathsAreTheShortest() {
        let edges: Set<[Int]> = [[0, 1], [1, 2], [2, 3], [0, 4], [4, 3]]
        let path = HandOverPath.find(
            from: [0], order: Array(0..<5), isRoomy: { $0 == 3 },
            canHand: { edges.contains([$0, $1]) })
        #expect(path == [0, 4, 3])
        #expect(
            HandOverPath.find(
                from: [3], order: Array(0..<5), isRoomy: { $0 == 0 },
                canHand: { edges.contains([$0, $1]) }) == nil)
    }
}
