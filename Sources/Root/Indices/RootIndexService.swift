// Making, changing, deleting and refreshing indices.

import Analysis
import Cluster
import Logging
import Queries
import Storage

public struct RootIndexService: IndexService {
    let world: World
    let catalog: Catalog
    let directory: LeafDirectory
    let configuration: RootConfiguration
    let generationWatch: GenerationWatch
    let logger: Logger

    public init(
        world: World, catalog: Catalog, directory: LeafDirectory,
        configuration: RootConfiguration, generationWatch: GenerationWatch, logger: Logger
    ) {
        self.world = world
        self.catalog = catalog
        self.directory = directory
        self.configuration = configuration
        self.generationWatch = generationWatch
        self.logger = logger
    }

    // MARK: Making and deleting

    public func create(_ name: String, body: JSONValue?) async throws -> IndexMetadata {
        let index = try await catalog.create(
            try IndexRequestBody.metadata(
                name: name, body: body, uuid: world.random.nextName(),
                created: world.clock.wallMilliseconds,
                defaultShardCount: configuration.defaultShardCount))
        await open(index)
        return index
    }

    /// The index a first write makes, with dynamic mapping; another writer may be faster.
    func createOnFirstWrite(_ name: String) async throws -> IndexMetadata {
        do {
            return try await create(name, body: nil)
        } catch let error as RequestError where error.type == "resource_already_exists_exception" {
            guard let index = try await catalog.reload().index(named: name) else { throw error }
            return index
        }
    }

    /// Has the shards opened, so that the first search finds them. A leaf that cannot be reached
    /// opens its shards when it sees the catalog.
    private func open(_ index: IndexMetadata) async {
        let plan = ScatterPlan(index: index, routing: directory.routing)
        let deadline = world.clock.now + configuration.statusTimeout
        let calls = plan.targets.map { target -> @Sendable () async throws -> LeafOpenResponse in
            let service = directory.service(target.leaf)
            let request = LeafOpenRequest(indexUUID: index.uuid, shards: target.shards)
            return { try await service.open(request, deadline: deadline) }
        }
        guard
            let answers = try? await DeadlineGroup.run(
                calls, deadline: deadline, clock: world.clock)
        else { return }
        for (target, answer) in zip(plan.targets, answers) {
            if case .failure(let error) = answer {
                logger.warning(
                    "A leaf has not opened its shards of a new index yet.",
                    metadata: [
                        "index": "\(index.name)", "leaf": "\(target.leaf.name)",
                        "error": "\(error)",
                    ])
            }
        }
    }

    public func delete(_ expressions: [String], _ options: IndexOptions) async throws {
        let deadline = world.clock.now + configuration.writeTimeout
        for index in try await resolve(expressions, options) {
            try await catalog.delete(index.name)
            let calls = directory.routing.leaves.map { leaf -> @Sendable () async throws -> Void in
                let service = directory.service(leaf)
                return {
                    try await service.drop(
                        LeafDropRequest(indexUUID: index.uuid), deadline: deadline)
                }
            }
            let answers = try await DeadlineGroup.run(
                calls, deadline: deadline, clock: world.clock)
            for (leaf, answer) in zip(directory.routing.leaves, answers) {
                if case .failure(let error) = answer {
                    logger.warning(
                        "A leaf has not dropped a deleted index yet.",
                        metadata: [
                            "index": "\(index.name)", "leaf": "\(leaf.name)", "error": "\(error)",
                        ])
                }
            }
        }
    }

    // MARK: Describing and changing

    public func indices(
        _ expressions: [String], _ options: IndexOptions
    ) async throws -> [IndexMetadata] {
        try await resolve(expressions, options)
    }

    public func putMapping(_ expressions: [String], _ mapping: JSONValue) async throws {
        for index in try await resolve(expressions, .existing) {
            try await catalog.update(index.name) { current in
                var changed = current
                do {
                    changed.schema = try current.schema.adding(mappings: mapping)
                } catch let error as SchemaError {
                    throw RequestError(type: error.type, reason: error.reason, index: index.name)
                }
                return changed
            }
        }
    }

    public func putSettings(_ expressions: [String], _ settings: JSONValue) async throws {
        let change = try IndexSettingsChange(settings)
        for index in try await resolve(expressions, .existing) {
            try await catalog.update(index.name) { try $0.applying(change) }
        }
    }

    /// A name that is not known may have been made through another node a moment ago.
    func resolve(
        _ expressions: [String], _ options: IndexOptions
    ) async throws -> [IndexMetadata] {
        let snapshot = try await catalog.reload()
        return try snapshot.resolve(
            expressions, ignoreUnavailable: options.ignoreUnavailable,
            allowNoIndices: options.allowNoIndices)
    }

    // MARK: Refreshing

    public func refresh(
        _ expressions: [String], _ options: IndexOptions
    ) async throws -> ShardsSummary {
        try await refresh(try await resolve(expressions, options), flush: false)
    }

    public func flush(
        _ expressions: [String], _ options: IndexOptions
    ) async throws -> ShardsSummary {
        try await refresh(try await resolve(expressions, options), flush: true)
    }

    private func refresh(_ indices: [IndexMetadata], flush: Bool) async throws -> ShardsSummary {
        let deadline = world.clock.now + configuration.writeTimeout
        let routing = directory.routing
        var summary = ShardsSummary()
        var parts: [(plan: ScatterPlan, target: ScatterTarget)] = []
        for index in indices {
            let plan = ScatterPlan(index: index, routing: routing)
            summary.total += plan.shardCount
            summary.failures += plan.unassignedFailures
            parts += plan.targets.map { (plan, $0) }
        }
        let calls = parts.map { part -> @Sendable () async throws -> LeafRefreshResponse in
            let service = directory.service(part.target.leaf)
            let request = LeafRefreshRequest(
                indexUUID: part.plan.indexUUID, shards: part.target.shards, flush: flush)
            return { try await service.refresh(request, deadline: deadline) }
        }
        let answers = try await DeadlineGroup.run(calls, deadline: deadline, clock: world.clock)
        for (part, answer) in zip(parts, answers) {
            do {
                let response = try answer.get()
                generationWatch.note(part.plan.indexUUID, response.slots)
                summary.failures += response.failures.map { failure in
                    var failure = failure
                    failure.index = part.plan.indexName
                    failure.node = failure.node ?? part.target.leaf.name
                    return failure
                }
            } catch {
                let remote = RemoteError(describing: error)
                summary.failures += part.target.shards.map {
                    ShardFailure(
                        index: part.plan.indexName, shard: $0, node: part.target.leaf.name,
                        type: remote.type, reason: remote.reason)
                }
            }
        }
        summary.failed = summary.failures.count
        summary.successful = summary.total - summary.failed
        return summary
    }
}

extension IndexOptions {
    /// For changes: a pattern that matches nothing is a mistake.
    static let existing = IndexOptions(ignoreUnavailable: false, allowNoIndices: false)
}
