// The last step of an offline build: its index appears in the catalogue, with all its documents, by
// one compare-and-set.

import Cluster
import Queries

struct IndexPublication {
    let store: QueueStore
    let opened: ClusterStoreOptions.Stores

    /// Attempts against others who make and delete indices of the name.
    private static let attemptLimit = 10

    /// Publishes the index, unless that is done; then removes the parts.
    /// - Returns: what was done, for people.
    func run(_ head: QueueHead) async throws -> String {
        let pages = try await store.pages(of: head)
        let open = pages.reduce(0) { $0 + $1.items.count { $0.state != .done } }
        guard head.isReady, open == 0 else {
            throw QueueError(
                place: "queue \(head.name)", reason: "\(Quantities.count(open)) items are not done",
                remedy: "canopy queue work \(head.name), or retry what was set aside")
        }
        guard let build = try opened.build(head) else { return "" }
        let name = build.index.description.name
        if !build.index.isPublished {
            do {
                try await build.checkMark()
                try await publish(head, build)
                if let alias = build.index.alias {
                    try await move(alias, to: build.index.description.uuid, queue: head.name)
                }
                _ = try await store.update(head) { $0.isPublished = true }
            } catch let error as QueueError {
                // Another machine may have been quicker, and removed the parts.
                guard try await store.head(head.name).head.offline?.isPublished == true else {
                    throw error
                }
            }
        }
        try await build.removeParts()
        return "the index \(name) is published"
    }

    private func publish(_ head: QueueHead, _ build: BuildStore) async throws {
        let catalog = try opened.catalog
        var index = build.index.description
        index.schema = try build.schema(
            try await build.read(build.mappingKey), key: build.mappingKey)
        var trouble: any Error = QueueStore.gone(head.name)
        for _ in 0..<Self.attemptLimit {
            let existing = try await catalog.reload().index(named: index.name)
            if existing?.uuid == index.uuid { return }
            let replaced = try await replaced(existing, head)
            do {
                return try await catalog.publish(index, inPlaceOf: replaced)
            } catch let error as RequestError where error.type == Self.conflictType {
                trouble = error
            }
        }
        throw trouble
    }

    /// By one change: whatever the alias stood for, it stands for this index alone.
    private func move(_ alias: String, to uuid: String, queue: String) async throws {
        try await opened.catalog.changeAliases { table, snapshot in
            guard snapshot.index(named: alias) == nil else {
                throw Self.hidden(alias, queue: queue)
            }
            var table = table
            for target in table.targets[alias] ?? [] {
                table.remove(alias, indexUUID: target.indexUUID)
            }
            try table.add(alias, AliasTable.Target(indexUUID: uuid))
            return table
        }
    }

    static func hidden(_ alias: String, queue: String) -> QueueError {
        QueueError(
            place: "alias \(alias)", reason: "an index has this name",
            remedy: "Delete that index, and publish again if all is built (canopy queue publish "
                + "\(queue)); or choose another --alias")
    }

    private static let conflictType = "resource_already_exists_exception"

    /// Notes the index whose place is taken, so that its objects can be removed one day.
    private func replaced(_ existing: IndexMetadata?, _ head: QueueHead) async throws -> String? {
        guard let existing else { return nil }
        guard head.offline?.replaces == true else {
            throw Self.taken(existing.name, queue: head.name)
        }
        _ = try await store.update(head) { $0.replacedUUID = existing.uuid }
        return existing.uuid
    }

    static func taken(_ name: String, queue: String) -> QueueError {
        QueueError(
            place: "index \(name)", reason: "there is an index of this name",
            remedy: "Delete it, or take its place with --replace (canopy queue publish \(queue) "
                + "--replace when everything is built)")
    }
}
