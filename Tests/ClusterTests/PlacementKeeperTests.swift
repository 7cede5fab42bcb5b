// Roots that keep the routing table: one acts, and the table follows the leaves.

import Analysis
import Logging
import Storage
import Synchronization
import Testing

@testable import Cluster

private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// A metadata store, leaves that announce themselves whenever time passes, and roots.
private final class Stage: Sendable {
    let clock = ManualClock()
    let store: FadingStore
    let catalog: Catalog
    let index = PlacedIndex(uuid: "u", shardCount: 6, copyCount: 2)
    private let beats = Mutex<[String: (member: Member, version: Int64?)]>([:])

    init() async throws {
        store = FadingStore(clock: clock)
        catalog = Catalog(metadata: store, logger: logger)
        try await catalog.create(
            IndexMetadata(
                name: "i", uuid: "u", shardCount: 6, settings: IndexSettings(replicaCount: 1),
                created: 0))
    }

    func join(_ names: String...) {
        for name in names {
            let node = LeafNode(name: name, address: NodeAddress(name))
            beats.withLock { $0[name] = (Member(node: node, incarnation: "1"), nil) }
        }
    }

    /// Without a word.
    func die(_ name: String) { _ = beats.withLock { $0.removeValue(forKey: name) } }

    func set(_ name: String, _ state: Member.State) {
        beats.withLock { $0[name]?.member.state = state }
    }

    func setUnwell(_ name: String) { beats.withLock { $0[name]?.member.isUnwell = true } }

    func pass(_ time: Duration) async {
        clock.advance(by: time)
        for (name, beat) in beats.withLock({ $0 }) {
            var member = beat.member
            member.beat += 1
            guard
                case .stored(let version)? = try? await store.compareAndSet(
                    member.key, expected: beat.version, value: member.encoded())
            else { continue }
            beats.withLock { $0[name] = (member, version) }
        }
    }

    /// - Parameter reaches: Whether the root reaches the leaf of this name.
    func root(
        _ holder: String, reaches: @escaping @Sendable (String) -> Bool = { _ in true }
    ) -> (keeper: PlacementKeeper, routing: RoutingStore) {
        let routing = RoutingStore(metadata: store, clock: clock, logger: logger)
        let keeper = PlacementKeeper(
            holder: holder, metadata: store, clock: clock, routing: routing, catalog: catalog,
            logger: logger
        ) { [index] node in
            StatusLeaf(name: node.name, routing: routing, indices: [index]) {
                reaches(node.name)
            }
        }
        return (keeper, routing)
    }

    func look(_ count: Int, every time: Duration, _ keeper: PlacementKeeper) async {
        for _ in 0..<count {
            await pass(time)
            await keeper.look()
        }
    }

    /// All roots probe, report and look, twice a second.
    func pass(_ time: Duration, with roots: [PlacementKeeper]) async {
        for _ in 0..<Int(time / .milliseconds(500)) {
            await pass(.milliseconds(500))
            for root in roots {
                await root.reach.probe()
                await root.reach.tell()
                await root.look()
            }
        }
    }

    static func moved(_ before: [ShardAssignment], _ after: [ShardAssignment]) -> Int {
        zip(before, after).reduce(0) { count, shard in
            count + Set(shard.1.copies).subtracting(shard.0.copies).count
        }
    }

    func shards(_ routing: RoutingStore) -> [ShardAssignment] {
        routing.current.assignments(indexUUID: "u", shardCount: index.shardCount)
    }
}

@Suite(.timeLimit(.minutes(1)))
struct PlacementKeeperTests {
    @Test func theTableFollowsTheLeaves() async throws {
        let stage = try await Stage()
        let (keeper, routing) = stage.root("r")
        stage.join("a", "b", "c")
        // All that start together are waited for before anything is placed.
        await stage.pass(.milliseconds(500))
        await keeper.look()
        #expect(routing.current.version == 0)
        await stage.look(12, every: .milliseconds(500), keeper)
        #expect(stage.shards(routing).allSatisfy { $0.copies.count == 2 && $0.joining.isEmpty })

        stage.die("b")
        await stage.look(4, every: .milliseconds(500), keeper)
        #expect(routing.current.leaves.map(\.name) == ["a", "c"])
        #expect(stage.shards(routing).allSatisfy { $0.owner != "b" && !$0.copies.contains("b") })
        await stage.look(30, every: .milliseconds(500), keeper)
        #expect(stage.shards(routing).allSatisfy { $0.copies == ["a", "c"] })
        let settled = routing.current
        await stage.look(5, every: .milliseconds(500), keeper)
        #expect(routing.current == settled)
    }

    /// Whatever moved to the first would move on to the others.
    @Test func leavesThatComeOneAfterTheOtherArePlacedOnTogether() async throws {
        let stage = try await Stage()
        let (keeper, routing) = stage.root("r")
        stage.join("a", "b")
        await stage.look(12, every: .milliseconds(500), keeper)
        let before = stage.shards(routing)
        for name in ["c", "d", "e", "f"] {
            stage.join(name)
            await stage.pass(.milliseconds(500))
            await keeper.look()
            #expect(stage.shards(routing) == before)
        }
        await stage.look(12, every: .milliseconds(500), keeper)
        let spread = stage.shards(routing)
        // Of twelve copies each of the two keeps two.
        #expect(Stage.moved(before, spread) == 8)
        #expect(spread.allSatisfy { $0.copies.count == 2 && $0.joining.isEmpty })

        // The same leaves, emptied and filled again.
        for state in [Member.State.draining, .active] {
            let before = stage.shards(routing)
            for name in ["c", "d", "e", "f"] {
                stage.set(name, state)
                await stage.pass(.milliseconds(250))
                await keeper.look()
                #expect(stage.shards(routing) == before)
            }
            await stage.look(16, every: .milliseconds(500), keeper)
            #expect(Stage.moved(before, stage.shards(routing)) == 8)
        }
    }

    /// A leaf that comes while another is gone is welcome at once.
    @Test func nothingIsWaitedForWhenALeafIsGone() async throws {
        let stage = try await Stage()
        let (keeper, routing) = stage.root("r")
        stage.join("a", "b")
        await stage.look(12, every: .milliseconds(500), keeper)
        stage.die("a")
        await stage.look(2, every: .milliseconds(500), keeper)
        stage.join("c")
        for _ in 0..<2 {
            #expect(routing.current.leaves.map(\.name) == ["a", "b"])
            await stage.pass(.milliseconds(300))
            await keeper.look()
        }
        #expect(routing.current.leaves.map(\.name) == ["b", "c"])
        #expect(stage.shards(routing).allSatisfy { $0.owner == "b" })
    }

    @Test func whoLeavesIsRelievedSoon() async throws {
        let stage = try await Stage()
        let (keeper, routing) = stage.root("r")
        stage.join("a", "b", "c")
        await stage.look(12, every: .milliseconds(500), keeper)
        stage.set("a", .leaving)
        await stage.pass(.milliseconds(250))
        await keeper.look()
        #expect(stage.shards(routing).allSatisfy { $0.owner != "a" })
        await stage.pass(.milliseconds(250))
        await keeper.look()
        #expect(stage.shards(routing).allSatisfy { !$0.copies.contains("a") })
    }

    @Test func ofTwoRootsOneActsUntilItIsGone() async throws {
        let stage = try await Stage()
        let roots = [stage.root("r1"), stage.root("r2")]
        stage.join("a", "b", "c")
        for _ in 0..<12 {
            await stage.pass(.milliseconds(250))
            await withTaskGroup(of: Void.self) { group in
                for root in roots { group.addTask { await root.keeper.look() } }
            }
            var acting = 0
            for root in roots where await root.keeper.isActing { acting += 1 }
            #expect(acting == 1)
        }
        let isFirst = await roots[0].keeper.isActing
        let other = isFirst ? roots[1] : roots[0]
        try await other.routing.reload()
        let version = other.routing.current.version
        #expect(version > 0)
        // The one that acts is gone, and a leaf with it.
        stage.die("a")
        for _ in 0..<12 {
            await stage.pass(.milliseconds(250))
            await other.keeper.look()
        }
        #expect(await other.keeper.isActing)
        #expect(other.routing.current.leaves.map(\.name) == ["b", "c"])
        #expect(stage.shards(other.routing).allSatisfy { $0.owner != "a" })
        // The first is back, and learns that it does not act any more.
        let first = isFirst ? roots[0] : roots[1]
        await first.keeper.look()
        #expect(await !first.keeper.isActing)
    }

    @Test func withoutTheStoreTheLastTableStays() async throws {
        let stage = try await Stage()
        let (keeper, routing) = stage.root("r")
        stage.join("a", "b", "c")
        await stage.look(12, every: .milliseconds(500), keeper)
        let table = routing.current
        #expect(table.leaves.count == 3)
        stage.store.setAway(true)
        for _ in 0..<20 {
            await stage.pass(.seconds(1))
            await keeper.look()
        }
        #expect(routing.current == table)
        #expect(await !keeper.isActing)
        // When it is back, all have time to renew.
        stage.store.setAway(false)
        await keeper.look()
        await stage.look(8, every: .milliseconds(500), keeper)
        #expect(routing.current == table)
        #expect(await keeper.isActing)
    }

    @Test func whoCannotBeReachedIsAwayThoughItAnnouncesItself() async throws {
        let stage = try await Stage()
        let cut = Mutex<Set<String>>([])
        let roots = ["r1", "r2"].map { holder in
            stage.root(holder) { leaf in !cut.withLock { $0.contains(leaf) } }
        }
        let keepers = roots.map(\.keeper)
        stage.join("a", "b", "c")
        await stage.pass(.seconds(8), with: keepers)
        let routing = roots[0].routing
        #expect(stage.shards(routing).contains { $0.copies.contains("b") })

        cut.withLock { $0 = ["b"] }
        await stage.pass(LeafContacts.patience + .seconds(2), with: keepers)
        try await routing.reload()
        #expect(routing.current.leaves.map(\.name) == ["a", "c"])
        #expect(stage.shards(routing).allSatisfy { $0.owner != "b" && !$0.copies.contains("b") })

        cut.withLock { $0 = [] }
        await stage.pass(LeafContacts.probation + .seconds(8), with: keepers)
        try await routing.reload()
        #expect(routing.current.leaves.map(\.name) == ["a", "b", "c"])
        #expect(stage.shards(routing).contains { $0.copies.contains("b") })
    }

    @Test func aRootThatIsCutOffTakesNobodyDownAndLeavesThePlacementToAnother() async throws {
        let stage = try await Stage()
        let isCut = Mutex(false)
        let first = stage.root("r1") { _ in !isCut.withLock { $0 } }
        let second = stage.root("r2")
        stage.join("a", "b", "c")
        let keepers = [first.keeper, second.keeper]
        await stage.pass(.seconds(8), with: keepers)
        #expect(await first.keeper.isActing)
        let table = first.routing.current

        isCut.withLock { $0 = true }
        await stage.pass(LeafContacts.patience + .seconds(3), with: keepers)
        #expect(await !first.keeper.isActing)
        #expect(await second.keeper.isActing)
        try await second.routing.reload()
        #expect(second.routing.current == table)
    }

    @Test func oneRootThatMissesALeafIsNotEnough() async throws {
        let stage = try await Stage()
        let first = stage.root("r1") { $0 != "b" }
        let second = stage.root("r2")
        stage.join("a", "b", "c")
        await stage.pass(.seconds(15), with: [first.keeper, second.keeper])
        try await second.routing.reload()
        #expect(second.routing.current.leaves.map(\.name) == ["a", "b", "c"])
    }

    @Test func whoCannotReachTheStoreOwnsNothing() async throws {
        let stage = try await Stage()
        let (keeper, routing) = stage.root("r")
        stage.join("a", "b", "c")
        await stage.pass(.seconds(8), with: [keeper])
        #expect(stage.shards(routing).contains { $0.owner == "a" })
        stage.setUnwell("a")
        await stage.pass(.seconds(1), with: [keeper])
        #expect(stage.shards(routing).allSatisfy { $0.owner != "a" })
        // When most are in the same plight, nothing is gained by moving.
        let before = stage.shards(routing)
        stage.setUnwell("b")
        await stage.pass(.seconds(30), with: [keeper])
        #expect(routing.current.leaves.map(\.name) == ["a", "b", "c"])
        #expect(stage.shards(routing).map(\.copies.count) == before.map { _ in 2 })
    }

    @Test func itRunsByItselfAndGivesTheLeaseBack() async throws {
        let stage = try await Stage()
        let (keeper, routing) = stage.root("r")
        stage.join("a", "b")
        await stage.pass(.zero)
        var changes = routing.changes().makeAsyncIterator()
        _ = await changes.next()
        let running = Task { await keeper.run() }
        let passing = Task {
            while !Task.isCancelled {
                await stage.pass(.milliseconds(50))
                await Task.yield()
            }
        }
        while let table = await changes.next() {
            let shards = table.assignments(indexUUID: "u", shardCount: 6)
            if !shards.isEmpty, shards.allSatisfy({ $0.copies == ["a", "b"] }) { break }
        }
        running.cancel()
        await running.value
        passing.cancel()
        await passing.value
        let lease = try await stage.store.acquireLease(
            PlacementKeeper.leaseName, holder: "other", duration: .seconds(1))
        #expect(lease != nil)
    }
}
