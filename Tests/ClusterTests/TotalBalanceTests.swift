// Many small indices: each is balanced by itself, and together they are too.

import Storage
import Testing

@testable import Cluster

@Suite struct TotalBalanceTests {
    /// By leaf, the copies of all indices.
    func totals(_ simulation: PlacementSimulation) -> [String: Int] {
        var result: [String: Int] = [:]
        for (_, _, assignment) in simulation.assignments(of: simulation.table) {
            for leaf in assignment.copies { result[leaf, default: 0] += 1 }
        }
        return result
    }

    func indices(_ count: Int, copies: Int) -> [PlacedIndex] {
        (0..<count).map { PlacedIndex(uuid: "i\($0)", shardCount: 1, copyCount: copies) }
    }

    @Test(arguments: [1, 2])
    func aNewLeafGetsItsShareOfSmallIndices(_ copies: Int) {
        var simulation = PlacementSimulation(seed: 1, indices: indices(24 / copies, copies: copies))
        for leaf in ["a", "b", "c"] { simulation.join(leaf) }
        _ = simulation.settle()
        simulation.movements = 0
        simulation.join("d")
        _ = simulation.settle()
        simulation.checkSettled()
        let share = 24 / 4
        #expect((totals(simulation)["d"] ?? 0) >= share - 1)
        #expect(simulation.movements <= share)
    }

    @Test func whatBelongsToOneLeafIsSpreadWhenOthersCome() {
        var simulation = PlacementSimulation(seed: 2, indices: indices(40, copies: 1))
        simulation.join("a")
        _ = simulation.settle()
        for leaf in ["b", "c", "d"] { simulation.join(leaf) }
        _ = simulation.settle()
        simulation.checkSettled()
        #expect(totals(simulation).values.allSatisfy { (7...13).contains($0) })
        #expect(simulation.movements <= 30)
    }

    @Test func anIndexMoreOrLessMovesNothing() {
        var simulation = PlacementSimulation(seed: 3, indices: indices(20, copies: 1))
        for leaf in ["a", "b", "c", "d"] { simulation.join(leaf) }
        _ = simulation.settle()
        let version = simulation.table.version
        for number in 20..<26 {
            simulation.indices.append(
                PlacedIndex(uuid: "i\(number)", shardCount: 4, copyCount: 1))
            simulation.step()
        }
        simulation.indices.removeFirst(6)
        simulation.step()
        #expect(simulation.table.version == version)
    }
}
