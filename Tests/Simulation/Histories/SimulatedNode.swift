// A node of the world: a process that comes and goes, and the shard it has open.

import Storage

@testable import Shards

/// Touched by one thread only.
final class SimulatedNode: @unchecked Sendable {
    let number: Int
    private var incarnations = 0
    /// Nil while it is down.
    private(set) var process: NodeProcess?
    var shard: Shard?
    var opening: Task<Shard?, Never>?
    /// The newest slot of which this process told a client.
    var toldSlot: UInt64 = 0

    init(number: Int) {
        self.number = number
        start()
    }

    var name: String { process?.name ?? "n\(number), which is down" }
    var isRunning: Bool { process?.condition == .running }

    func start() {
        incarnations += 1
        process = NodeProcess(name: "n\(number).\(incarnations)")
    }

    /// The process is gone, and with it the shard; what is left of it may do nothing any more.
    func kill() {
        process?.kill()
        process = nil
        drop()
        opening = nil
        toldSlot = 0
    }

    /// Closes the shard, for it to be opened again.
    func drop() {
        guard let shard else { return }
        self.shard = nil
        Task { await shard.close() }
    }
}
