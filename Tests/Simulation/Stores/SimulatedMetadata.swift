// What the metadata store is to a shard: the mapping as it was last stored, and where the shard
// seems to be. It can be away, and be restored from an old backup.

import Analysis
import Storage

/// Touched by one thread only.
final class SimulatedMetadata: @unchecked Sendable {
    private let network: Network
    private let record: Record
    private(set) var schema = Schema()
    /// Backups, oldest first.
    private var backups = [Schema()]
    var isAway = false
    /// The node that requests go to first.
    var owner = 0

    struct Away: Error {}

    init(network: Network, record: Record) {
        self.network = network
        self.record = record
    }

    /// What the leaf does with a mapping that grew.
    func commit(_ grown: Schema, for process: NodeProcess) async throws -> Schema {
        await network.travel()
        if isAway {
            record.note(.metadataAway)
            throw Away()
        }
        if let merged = try? schema.adding(growth: grown), merged != schema {
            schema = merged
            backups.append(merged)
        }
        let stored = schema
        await network.travel()
        guard await process.isThere() else { throw Away() }
        return stored
    }

    func rewind(_ random: any RandomSource) {
        record.note(.metadataRewinds)
        schema = backups[random.next(in: 0..<backups.count)]
    }
}
