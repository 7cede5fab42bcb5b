// How long a root waits for what, and who it says it is.

import Queries

public struct RootConfiguration: Sendable {
    public var clusterName: String
    /// Of a search that names no `timeout`.
    public var searchTimeout: Duration
    /// No search waits longer for its leaves, whatever it asks.
    public var maximumSearchTimeout: Duration
    /// How long reading the winners may take when the search used up its own time.
    public var fetchGrace: Duration
    /// Of a write that names no timeout; also of gets, refreshes and index changes.
    public var writeTimeout: Duration
    /// For leaves to say how they are.
    public var statusTimeout: Duration
    /// Longest silence of a leaf in the watch of generations.
    public var watchTimeout: Duration
    /// How long an index that nobody searches is still watched.
    public var interestDuration: Duration
    /// Shards of an index that names no number.
    public var defaultShardCount: Int
    /// Copies of each shard beside its owner, of an index that names no number.
    public var defaultReplicas: Int

    public init(
        clusterName: String = "canopy", searchTimeout: Duration = .seconds(10),
        maximumSearchTimeout: Duration = .seconds(60), fetchGrace: Duration = .seconds(1),
        writeTimeout: Duration = .seconds(60), statusTimeout: Duration = .seconds(5),
        watchTimeout: Duration = .seconds(2), interestDuration: Duration = .seconds(30),
        defaultShardCount: Int = 8, defaultReplicas: Int = 0
    ) {
        self.clusterName = clusterName
        self.searchTimeout = searchTimeout
        self.maximumSearchTimeout = maximumSearchTimeout
        self.fetchGrace = fetchGrace
        self.writeTimeout = writeTimeout
        self.statusTimeout = statusTimeout
        self.watchTimeout = watchTimeout
        self.interestDuration = interestDuration
        self.defaultShardCount = defaultShardCount
        self.defaultReplicas = defaultReplicas
    }
}
