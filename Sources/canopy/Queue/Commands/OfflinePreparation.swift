// Makes a queue an offline one: gives it the index that it builds, and an item for each shard.

import Analysis
import Cluster
import Foundation
import Queries
import Root
import Storage

struct OfflinePreparation {
    let opened: ClusterStoreOptions.Stores
    let replaces: Bool
    let alias: String?

    /// - Throws: `QueueError` when there is an index of that name and nobody said to replace it,
    ///   or the index cannot be made as described.
    func prepare(_ head: inout QueueHead, _ items: inout [WorkItem]) async throws {
        let catalog = try opened.catalog
        for (name, option) in [(head.index, "index"), (alias ?? head.index, "alias")] {
            guard let fault = IndexName.fault(in: name) else { continue }
            throw QueueError(
                place: "\(option) \(name)", reason: fault, remedy: "Choose another --\(option)")
        }
        let known = try await catalog.reload()
        if known.index(named: head.index) != nil, !replaces {
            throw IndexPublication.taken(head.index, queue: head.name)
        }
        if known.index(named: head.index) == nil, known.aliases.targets[head.index] != nil {
            throw QueueError(
                place: "index \(head.index)", reason: "an alias has this name",
                remedy: "Choose another --index, and move the alias to it with --alias")
        }
        if let alias, known.index(named: alias) != nil {
            throw IndexPublication.hidden(alias, queue: head.name)
        }
        if head.mappings == nil, let first = items.first {
            head.mappings = try await mappings(of: first, head)
        }
        head.offline = OfflineIndex(
            description: try description(head), replaces: replaces, alias: alias)
        items += (0..<head.shardCount).map { WorkItem(source: .shard($0)) }
        head.itemCount = items.count
        guard items.count <= QueueHead.itemLimit else {
            throw QueueError(
                place: "the sources and shards",
                reason: "they make \(Quantities.count(items.count)) items; at most "
                    + "\(Quantities.count(QueueHead.itemLimit)) fit into a queue",
                remedy: "Take larger --into-parts, or make several queues")
        }
        try await opened.build(head)?.mark()
    }

    /// As a request to make it would be understood.
    private func description(_ head: QueueHead) throws -> IndexMetadata {
        let body = IndexPreparation(shardCount: head.shardCount, mappings: head.mappings).body
        do {
            return try IndexRequestBody.metadata(
                name: head.index, body: body, uuid: opened.random.nextName(),
                created: head.created,
                configuration: RootConfiguration(defaultReplicas: opened.replicaCount))
        } catch let error as RequestError {
            throw QueueError(
                place: "index \(head.index)", reason: "\(error.type): \(error.reason)",
                remedy: "Correct --mapping or --shards")
        }
    }

    /// What fits the first source.
    private func mappings(of item: WorkItem, _ head: QueueHead) async throws -> JSONValue? {
        var copy: TemporaryFile?
        if case .object(let key) = item.source.place {
            copy = try await opened.bucket?.fetch(key, item.source)
        }
        defer { copy?.remove() }
        let opening = ItemOpening(
            source: item.source, path: copy?.path, idField: head.idField, columns: head.columns)
        let found = try opening.open()
        var reader = found.reader
        try reader.finish()
        return found.mappings
    }
}
