// `canopy queue`: imports that many workers share and that survive any of them.

import ArgumentParser
import Foundation

struct QueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "Import with several workers: items, leases, checkpoints.",
        discussion: """
            A queue cuts sources into items: a file each, parts of large NDJSON files, groups of a \
            folder's texts. Workers, on one machine or on many, take items by leases in the \
            cluster's metadata store and send their documents to the roots. A worker may be killed \
            at any moment: when its lease runs out, another goes on from its last checkpoint, and \
            nothing is lost or indexed twice.

            EXAMPLES
              canopy queue create wiki dumps/ --index wiki
              canopy queue work wiki --workers 4
              canopy queue status wiki --watch
              canopy queue retry wiki
              canopy queue delete wiki

              canopy queue create wiki dumps/ --index wiki --offline --replace

              canopy queue create logs bucket:exports/2026/ --index logs --config canopy.yaml
              canopy queue work logs --config canopy.yaml --workers 8 \\
                --url http://root-0:9200 --url http://root-1:9200

            The commands open the metadata store themselves: give them the cluster's --config, or \
            --data where everything is on this machine.
            """,
        subcommands: [
            QueueCreateCommand.self, QueueWorkCommand.self, QueueStatusCommand.self,
            QueueRetryCommand.self, QueuePublishCommand.self, QueueDeleteCommand.self,
        ])
}

struct QueueRetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Give the items that were set aside another chance.",
        discussion: """
            An item is set aside after \(WorkItem.attemptLimit) attempts that brought nothing: its \
            file cannot be read, is damaged, or changed since the queue was made. `canopy queue \
            status` says why. Workers that still run take it up; otherwise start some.

            EXAMPLE
              canopy queue retry wiki && canopy queue work wiki
            """)

    @Argument(help: "The queue's name.")
    var name: String

    @OptionGroup var stores: ClusterStoreOptions

    func run() async throws {
        let store = QueueStore(metadata: try await stores.open().metadata)
        let count = try await store.retry(store.head(name).head)
        StandardStreams.writeOutput(
            count == 0
                ? "no item of \(name) was set aside\n"
                : "\(Quantities.count(count)) items wait again; canopy queue work \(name)\n")
    }
}
