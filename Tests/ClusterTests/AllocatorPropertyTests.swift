// The allocator under everything that may happen to a cluster.

import Storage
import Testing

@testable import Cluster

@Suite(.timeLimit(.minutes(5)))
struct AllocatorPropertyTests {
    /// One random event.
    func happen(
        _ simulation: inout PlacementSimulation, _ away: inout [String], _ next: inout Int
    ) {
        let random = simulation.random
        let names = simulation.members.keys.sorted()
        let name = names.isEmpty ? "" : names[random.next(in: 0..<names.count)]
        switch random.next(below: 9) {
        case 0, 1:
            simulation.join("new-\(next)", weight: simulation.members[name]?.node.weight ?? 1)
            next += 1
        case 2 where names.count > 1 || random.next(below: 3) == 0:
            simulation.die(name)
            if !name.isEmpty { away.append(name) }
        case 3 where !away.isEmpty:
            simulation.join(away.removeLast())
        case 4: simulation.restart(name)
        case 5: simulation.set(name, .draining)
        case 6: simulation.set(name, .leaving)
        case 7: simulation.set(name, .active)
        default:
            let place = random.next(in: 0..<simulation.indices.count)
            simulation.indices[place].copyCount = random.next(in: 1..<5)
        }
    }

    /// Who has to go goes, and the rest stays.
    func calm(_ simulation: inout PlacementSimulation) {
        for (name, member) in simulation.members where member.state == .leaving {
            simulation.die(name)
        }
        if !simulation.members.values.contains(where: { $0.state == .active }) {
            simulation.join("last")
        }
        _ = simulation.settle()
        simulation.checkSettled()
    }

    func run(_ seed: UInt64, leaves: Int, shards: Int, events: Int, weighted: Bool) {
        var simulation = PlacementSimulation.random(
            seed, leaves: leaves, shards: shards, weighted: weighted)
        _ = simulation.settle()
        simulation.checkSettled()
        var away: [String] = []
        var next = 0
        for _ in 0..<events {
            happen(&simulation, &away, &next)
            for _ in 0..<simulation.random.next(in: 0..<12) { simulation.step() }
        }
        calm(&simulation)
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func smallClustersStayServedAndBalanced(_ seed: UInt64) {
        run(seed, leaves: 6, shards: 8, events: 25, weighted: false)
    }

    @Test(arguments: 0..<30 as Range<UInt64>)
    func leavesOfDifferentWeightGetTheirShare(_ seed: UInt64) {
        run(seed, leaves: 8, shards: 12, events: 15, weighted: true)
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func largeClustersStayServedAndBalanced(_ seed: UInt64) {
        run(seed, leaves: 40, shards: 64, events: 8, weighted: seed % 2 == 1)
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func theSameHistoryHasTheSameTables(_ seed: UInt64) {
        func history() -> [RoutingTable] {
            var simulation = PlacementSimulation.random(seed, leaves: 8, shards: 12)
            var away: [String] = []
            var next = 0
            for _ in 0..<20 {
                happen(&simulation, &away, &next)
                for _ in 0..<5 { simulation.step() }
            }
            return simulation.published
        }
        #expect(history() == history(), "seed \(seed)")
    }

    /// A settled cluster, one change, and what it cost.
    @Test func aChangeMovesLittleMoreThanItMust() {
        var moved = 0
        var least = 0
        for seed in 0..<60 as Range<UInt64> {
            var simulation = PlacementSimulation.random(seed, leaves: 12, shards: 32)
            _ = simulation.settle()
            for _ in 0..<3 {
                let names = simulation.members.keys.sorted()
                let name = names[simulation.random.next(in: 0..<names.count)]
                switch simulation.random.next(below: 3) {
                case 0 where names.count > 1: simulation.die(name)
                case 1 where names.count > 1: simulation.set(name, .draining)
                default: simulation.join("new-\(simulation.published.count)")
                }
                let needed = simulation.leastMovements()
                simulation.movements = 0
                _ = simulation.settle()
                simulation.checkSettled()
                if let drained = simulation.members.values.first(where: { $0.state == .draining }) {
                    simulation.die(drained.node.name)
                    _ = simulation.settle()
                }
                #expect(
                    simulation.movements <= max(needed + 2, needed * 5 / 4),
                    "seed \(seed): \(simulation.movements) where \(needed) had to")
                moved += simulation.movements
                least += needed
            }
        }
        #expect(moved >= least && moved * 10 <= least * 11, "moved \(moved), \(least) had to")
    }

    @Test(arguments: 0..<30 as Range<UInt64>)
    func copiesAreInDifferentZonesWhereThereAreEnough(_ seed: UInt64) {
        let random = SeededRandom(seed: seed &+ 100)
        let zones = random.next(in: 2..<5)
        let index = PlacedIndex(
            uuid: "index-\(seed)", shardCount: random.next(in: 1..<33),
            copyCount: random.next(in: 2..<zones + 1))
        var simulation = PlacementSimulation(seed: seed, indices: [index])
        let perZone = random.next(in: 1..<5)
        for number in 0..<zones * perZone {
            simulation.join("leaf-\(number)", zone: "zone-\(number % zones)")
        }
        _ = simulation.settle()
        expectSpread(simulation, index)
        // A leaf more in each zone, and one less.
        for zone in 0..<zones { simulation.join("more-\(zone)", zone: "zone-\(zone)") }
        _ = simulation.settle()
        expectSpread(simulation, index)
        for zone in 0..<zones { simulation.die("leaf-\(zone)") }
        _ = simulation.settle()
        expectSpread(simulation, index)
    }

    func expectSpread(_ simulation: PlacementSimulation, _ index: PlacedIndex) {
        simulation.checkSettled()
        for (_, shard, assignment) in simulation.assignments(of: simulation.table) {
            let zones = assignment.copies.compactMap { simulation.members[$0]?.node.zone }
            #expect(
                Set(zones).count == index.copyCount,
                "seed \(simulation.seed), shard \(shard) of \(index.shardCount): \(zones)")
        }
    }
}
