// Which leaves there are and what they hold, and the way to change how many do.

public protocol LeavesService: Sendable {
    func leaves() async throws -> LeavesReport

    /// Shards move to so many leaves; what is asked meanwhile is answered as ever.
    func setCount(_ count: Int) async throws

    /// Moves everything away from a leaf, or lets it hold shards again.
    /// - Throws: `RequestError` when there is no such leaf.
    func drain(_ name: String, _ drains: Bool) async throws
}

public struct LeavesReport: Sendable, Hashable {
    public struct Leaf: Sendable, Hashable {
        public var name: String
        public var address: String
        public var zone: String
        public var state: LeafState
        /// Shards it owns.
        public var owned: Int
        /// Shards it answers for, owned ones included.
        public var serving: Int
        /// Shards it is building copies of.
        public var joining: Int

        public init(
            name: String, address: String, zone: String, state: LeafState, owned: Int,
            serving: Int, joining: Int
        ) {
            self.name = name
            self.address = address
            self.zone = zone
            self.state = state
            self.owned = owned
            self.serving = serving
            self.joining = joining
        }
    }

    /// Of the routing table.
    public var version: Int64
    /// How many leaves are wanted, where somebody said so.
    public var wanted: Int?
    /// By name.
    public var leaves: [Leaf]

    public init(version: Int64, wanted: Int?, leaves: [Leaf]) {
        self.version = version
        self.wanted = wanted
        self.leaves = leaves
    }

    /// Whether nothing moves and nothing is left that should.
    public var isSettled: Bool {
        leaves.allSatisfy { leaf in
            leaf.joining == 0 && (leaf.state == .active || leaf.serving == 0)
        }
    }
}

public enum LeafState: String, Sendable, Hashable {
    case active
    /// Its process is about to stop.
    case leaving
    /// Its shards move away.
    case draining
    /// It cannot reach the object store.
    case unwell
    /// It has not been heard of for too long.
    case gone
}
