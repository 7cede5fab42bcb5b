// What changes from one table to the next, counted for reports.

public struct PlacementMovements: Sendable, Hashable, CustomStringConvertible {
    /// Copies that leaves begin to build, or open at once.
    public var begun = 0
    /// Copies that leaves give up.
    public var dropped = 0
    /// Shards that get another owner.
    public var owners = 0

    public init(from older: RoutingTable, to newer: RoutingTable, indices: [PlacedIndex]) {
        for index in indices {
            let before = older.assignments(indexUUID: index.uuid, shardCount: index.shardCount)
            let after = newer.assignments(indexUUID: index.uuid, shardCount: index.shardCount)
            for (old, new) in zip(before, after) {
                let (had, has) = (Self.holders(old), Self.holders(new))
                begun += has.subtracting(had).count
                dropped += had.subtracting(has).count
                owners += old.owner == new.owner ? 0 : 1
            }
        }
    }

    private static func holders(_ assignment: ShardAssignment) -> Set<String> {
        Set(assignment.copies + assignment.joining)
    }

    public var description: String {
        "\(begun) copies begun, \(dropped) dropped, \(owners) owners changed"
    }
}
