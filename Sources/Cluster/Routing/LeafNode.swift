// A node that holds shards.

/// Its name decides what it holds and is never another node's; its address may change.
public struct LeafNode: Sendable, Hashable {
    public var name: String
    public var address: NodeAddress
    /// Its share of the shards compared with the others', 1…`RendezvousHashing.maximumWeight`.
    public var weight: Int
    /// What it shares power or a network with, as somebody named it; empty: nobody did.
    public var zone: String

    public init(name: String, address: NodeAddress, weight: Int = 1, zone: String = "") {
        self.name = name
        self.address = address
        self.weight = weight
        self.zone = zone
    }
}
