// Which leaves have a shard, by name.

public struct ShardAssignment: Sendable, Hashable {
    /// Appends to the log.
    public var owner: String
    /// Answer searches and gets: the owner and those that follow it, ascending.
    public var copies: [String]
    /// Build their copies and are not asked yet; ascending.
    public var joining: [String]
    /// Had a copy and are away; it is built elsewhere when they stay away. Ascending.
    public var awaited: [String]

    public init(
        owner: String, copies: [String] = [], joining: [String] = [], awaited: [String] = []
    ) {
        self.owner = owner
        self.copies = Set(copies).union([owner]).sorted()
        self.joining = Set(joining).subtracting(self.copies).sorted()
        self.awaited = Set(awaited).subtracting(self.copies).subtracting(self.joining).sorted()
    }

    /// Nil: the leaf has nothing to do with the shard.
    public func role(of leafName: String) -> ShardRole? {
        if owner == leafName { return .owner }
        if copies.contains(leafName) { return .copy }
        return joining.contains(leafName) ? .joining : nil
    }
}

public enum ShardRole: UInt8, Sendable, Hashable, CaseIterable {
    case owner, copy, joining
}
