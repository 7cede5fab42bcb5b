// `canopy queue publish`: makes an index that was built offline appear.

import ArgumentParser

struct QueuePublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Make an index that was built offline appear.",
        discussion: """
            `canopy queue work` does it by itself when the last shard is there. This is for a \
            queue whose last worker was lost at that moment, or whose index's name was taken.

            EXAMPLES
              canopy queue publish wiki
              canopy queue publish wiki --replace
            """)

    @Argument(help: "The queue's name.")
    var name: String

    @Flag(help: "Take the place of an index of its name, also if the queue was not made so.")
    var replace = false

    @OptionGroup var stores: ClusterStoreOptions

    func run() async throws {
        let opened = try await stores.open()
        let store = QueueStore(metadata: opened.metadata)
        var (head, _) = try await store.head(name)
        guard head.offline != nil else {
            throw QueueError(
                place: "queue \(name)", reason: "its documents are in the index already",
                remedy: "Only what was created with --offline is published")
        }
        if replace { head = try await store.update(head) { $0.replaces = true } }
        let outcome = try await IndexPublication(store: store, opened: opened).run(head)
        StandardStreams.writeOutput(outcome + "\n")
    }
}
