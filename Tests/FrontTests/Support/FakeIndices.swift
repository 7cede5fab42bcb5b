// An index service over a dictionary.
import Analysis
import Cluster
import Queries
import Synchronization

final class FakeIndices: IndexService {
    private struct State {
        var indices: [String: IndexMetadata] = [:]
        var statuses: [HealthStatus] = [.green]
        var healthChecks = 0
        var aliases: [AliasEntry] = []
    }

    private let state = Mutex(State())

    /// One status per look; the last one stays.
    func becomes(_ statuses: [HealthStatus]) {
        state.withLock { $0.statuses = statuses }
    }

    var healthChecks: Int { state.withLock { $0.healthChecks } }

    func create(_ name: String, body: JSONValue?) async throws -> IndexMetadata {
        try state.withLock { state in
            if state.indices[name] != nil {
                throw RequestError(
                    type: "resource_already_exists_exception",
                    reason: "index [\(name)/u-\(name)] already exists", index: name)
            }
            let schema = try Schema(
                mappings: body?["mappings"] ?? [:], settings: body?["settings"])
            let made = IndexMetadata(
                name: name, uuid: "u-\(name)", shardCount: 2, schema: schema,
                created: 1_700_000_000_000)
            state.indices[name] = made
            return made
        }
    }

    func delete(_ expressions: [String], _ options: IndexOptions) async throws {
        let found = try await indices(expressions, options)
        state.withLock { state in
            for index in found { state.indices[index.name] = nil }
        }
    }

    func indices(
        _ expressions: [String], _ options: IndexOptions
    ) async throws -> [IndexMetadata] {
        try state.withLock { state in
            if expressions.isEmpty { return state.indices.values.sorted { $0.name < $1.name } }
            return try expressions.compactMap { name in
                if let index = state.indices[name] { return index }
                if options.ignoreUnavailable { return nil }
                throw RequestError.indexNotFound(name)
            }
        }
    }

    func aliases() async throws -> [AliasEntry] {
        state.withLock { state in
            state.aliases.sorted { ($0.alias, $0.index) < ($1.alias, $1.index) }
        }
    }

    func changeAliases(_ changes: [AliasChange]) async throws {
        try state.withLock { state in
            var entries = state.aliases
            for change in changes {
                switch change {
                case .add(let indices, let aliases, let isWriteIndex):
                    for index in indices {
                        guard state.indices[index] != nil else {
                            throw RequestError.indexNotFound(index)
                        }
                        for alias in aliases {
                            entries.append(
                                AliasEntry(
                                    alias: alias, index: index, isWriteIndex: isWriteIndex))
                        }
                    }
                case .remove(let indices, let aliases, let mustExist):
                    let count = entries.count
                    entries.removeAll { indices.contains($0.index) && aliases.contains($0.alias) }
                    if entries.count == count, mustExist {
                        throw RequestError.aliasesNotFound(aliases)
                    }
                }
            }
            state.aliases = entries
        }
    }

    func putMapping(_ expressions: [String], _ mapping: JSONValue) async throws {
        for index in try await indices(expressions, .standard) {
            let schema = try index.schema.adding(mappings: mapping)
            state.withLock { $0.indices[index.name]?.schema = schema }
        }
    }

    func putSettings(_ expressions: [String], _ settings: JSONValue) async throws {
        let change = try IndexSettingsChange(settings)
        for index in try await indices(expressions, .standard) {
            let changed = try index.applying(change)
            state.withLock { $0.indices[index.name] = changed }
        }
    }

    func refresh(_ expressions: [String], _ options: IndexOptions) async throws -> ShardsSummary {
        let count = 2 * (try await indices(expressions, options)).count
        return ShardsSummary(total: count, successful: count)
    }

    func flush(_ expressions: [String], _ options: IndexOptions) async throws -> ShardsSummary {
        try await refresh(expressions, options)
    }

    func health(_ expressions: [String]) async throws -> ClusterHealth {
        state.withLock { state in
            let look = min(state.healthChecks, state.statuses.count - 1)
            state.healthChecks += 1
            let shards = 2 * state.indices.count
            return ClusterHealth(
                clusterName: "canopy", status: state.statuses[look], nodeCount: 3, leafCount: 2,
                activeShards: shards,
                indices: state.indices.values.sorted { $0.name < $1.name }.map {
                    IndexHealth(
                        name: $0.name, status: .green, shardCount: $0.shardCount,
                        activeShards: $0.shardCount)
                })
        }
    }

    func nodes() async throws -> [NodeStatus] {
        [
            NodeStatus(
                name: "root-0", address: NodeAddress("127.0.0.1:9200"), roles: [.front, .root],
                report: NodeReport(
                    name: "root-0", version: "1.0", processID: 7, uptime: .seconds(90),
                    residentBytes: 3 << 20)),
            NodeStatus(
                name: "leaf-0", address: NodeAddress("127.0.0.1:9401"), roles: [.leaf],
                reason: "connection refused", shardCount: 2),
        ]
    }

    func shards(_ expressions: [String]) async throws -> [ShardStatusEntry] {
        let leaf = LeafNode(name: "leaf-0", address: NodeAddress("127.0.0.1:9401"))
        return try await indices(expressions, .standard).flatMap { index in
            (0..<index.shardCount).map { shard in
                ShardStatusEntry(
                    index: index.name, indexUUID: index.uuid, shard: shard, leaf: leaf,
                    status: shard > 0
                        ? nil
                        : ShardStatus(
                            indexUUID: index.uuid, shard: shard, state: .started,
                            documentCount: 12, byteCount: 1_500))
            }
        }
    }

    /// One leaf that found two damaged things, and one that does not answer.
    func scrub(_ expressions: [String], starts: Bool) async throws -> ScrubState {
        let found = try await indices(expressions, .standard)
        return ScrubState(
            leaves: [
                ScrubState.Leaf(
                    name: "leaf-0",
                    shards: found.map { index in
                        ScrubbedShard(
                            indexUUID: index.uuid, shard: 1, isPending: starts,
                            age: .milliseconds(61_500), objectCount: 7, byteCount: 9_000,
                            findings: [true, false].map { isMended in
                                ScrubbedDamage(
                                    kind: isMended ? "copy" : "segment", object: "o/1",
                                    reason: "it changed", remedy: "what was done",
                                    isMended: isMended)
                            }, failure: starts ? nil : "no answer")
                    }),
                ScrubState.Leaf(name: "leaf-1", failure: "connection refused"),
            ], indices: Dictionary(uniqueKeysWithValues: found.map { ($0.uuid, $0.name) }))
    }

    func statistics(
        _ expressions: [String], _ options: IndexOptions
    ) async throws -> [IndexStatistics] {
        try await indices(expressions, options).map {
            IndexStatistics(
                index: $0, health: .green, documentCount: 12, deletedCount: 1, byteCount: 1_500)
        }
    }
}
