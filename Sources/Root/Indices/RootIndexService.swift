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
                configuration: configuration))
        _ = await open(index, within: configuration.statusTimeout)
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
    /// opens its shards when it sees the catalog. Returns the shards that are not open then.
    func open(_ index: IndexMetadata, within limit: Duration) async -> [ShardFailure] {
        let plan = ScatterPlan(index: index, ownersIn: directory.routing)
        let deadline = world.clock.now + limit
        let calls = plan.targets.map { target in
            let service = directory.service(target.leaf)
            let request = LeafOpenRequest(indexUUID: index.uuid, shards: target.shards)
            return DeadlineGroup.Call(to: target.leaf) {
                try await service.open(request, deadline: deadline)
            }
        }
        guard
            let answers = try? await DeadlineGroup.run(
                calls, deadline: deadline, clock: world.clock, directory: directory)
        else { return plan.unassignedFailures }
        var failures = plan.unassignedFailures
        for (target, answer) in zip(plan.targets, answers) {
            switch answer {
            case .success(let response): failures += response.failures
            case .failure(let error):
                let remote = RemoteError(describing: error)
                failures += target.shards.map {
                    ShardFailure(
                        index: index.name, shard: $0, node: target.leaf.name, type: remote.type,
                        reason: remote.reason)
                }
                logger.warning(
                    "A leaf has not opened its shards of a new index yet.",
                    metadata: [
                        "index": "\(index.name)", "leaf": "\(target.leaf.name)",
                        "error": "\(error)",
                    ])
            }
        }
        return failures.sorted { $0.shard < $1.shard }
    }

    public func delete(_ expressions: [String], _ options: IndexOptions) async throws {
        let deadline = world.clock.now + configuration.writeTimeout
        for index in try await resolve(expressions, options, isNaming: true) {
            // Of each shard one leaf, its owner: others only stop following it.
            let owners = ScatterPlan(index: index, ownersIn: directory.routing).targets.map(\.leaf)
            try await catalog.delete(index.name)
            let request = LeafDropRequest(indexUUID: index.uuid)
            let calls = owners.map { leaf in
                let service = directory.service(leaf)
                return DeadlineGroup.Call(to: leaf) {
                    try await service.drop(request, deadline: deadline)
                }
            }
            let answers = try await DeadlineGroup.run(
                calls, deadline: deadline, clock: world.clock, directory: directory)
            for (leaf, answer) in zip(owners, answers) {
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
        _ expressions: [String], _ options: IndexOptions, isNaming: Bool = false
    ) async throws -> [IndexMetadata] {
        let snapshot = try await catalog.reload()
        return try snapshot.resolve(
            expressions, ignoreUnavailable: options.ignoreUnavailable,
            allowNoIndices: options.allowNoIndices, isNaming: isNaming)
    }
}

extension IndexOptions {
    /// For changes: a pattern that matches nothing is a mistake.
    static let existing = IndexOptions(ignoreUnavailable: false, allowNoIndices: false)
}
