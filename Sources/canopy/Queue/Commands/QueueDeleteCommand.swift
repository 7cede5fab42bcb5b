// `canopy queue delete`: removes a queue, and what an offline one made that nobody can search.

import ArgumentParser
import Cluster

struct QueueDeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Remove a queue; what it indexed stays.",
        discussion: """
            Workers that still run stop at their next sign of life. Creating the queue again and \
            working on it replaces documents and doubles none.

            Of an offline queue, everything that it made goes unless its index is published; stop \
            its workers first. If that took the place of another index, that one's objects go.

            EXAMPLE
              canopy queue delete wiki
            """)

    @Argument(help: "The queue's name.")
    var name: String

    @OptionGroup var stores: ClusterStoreOptions

    func run() async throws {
        let opened = try await stores.open()
        let store = QueueStore(metadata: opened.metadata)
        let head = try? await store.head(name).head
        let build = try head.flatMap { try opened.build($0) }
        let catalog = try build.map { _ in try opened.catalog }
        try await store.delete(name) {
            if let build, let catalog { try await Self.clear(build, catalog) }
        }
        let what =
            head?.offline.map { $0.isPublished ? "its index stays" : "nothing of it is left" }
            ?? "its documents stay"
        StandardStreams.writeOutput("the queue \(name) is removed; \(what)\n")
    }

    /// Removes parts, and indices that are in no catalogue.
    private static func clear(_ build: BuildStore, _ catalog: Catalog) async throws {
        try await build.removeParts()
        let known = try await catalog.reload()
        for uuid in [build.index.description.uuid, build.index.replacedUUID].compactMap({ $0 })
        where known.index(uuid: uuid) == nil {
            try await build.removeIndex(uuid)
        }
    }
}
