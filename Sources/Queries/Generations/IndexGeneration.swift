// What an index looked like when it was searched.

/// The state of an index an answer was made from.
public struct IndexGeneration: Sendable, Hashable {
    public var indexUUID: String
    public var schemaVersion: Int64
    /// The visible slot of each shard, by shard number.
    public var slots: [Int64]

    public init(indexUUID: String, schemaVersion: Int64, slots: [Int64]) {
        self.indexUUID = indexUUID
        self.schemaVersion = schemaVersion
        self.slots = slots
    }
}
