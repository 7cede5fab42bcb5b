// The command `canopy`: serve, import, queue, search, load, eval, status, leaves, scrub, snapshot,
// inspect, bench.
import ArgumentParser

@main struct Canopy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "canopy",
        abstract: "A distributed search engine: a root, its leaves, and a front for the public.",
        discussion: """
            Start a node, index something, ask:

              canopy serve --leaves 4
              canopy import corpus/articles --index starter
              canopy search "consistent hashing" --index starter

            Programs talk to http://127.0.0.1:9200 with OpenSearch's API; people open it in a
            browser.
            """,
        version: Version.current,
        subcommands: [
            ServeCommand.self, ImportCommand.self, QueueCommand.self, SearchCommand.self,
            LoadCommand.self, EvalCommand.self, StatusCommand.self, LeavesCommand.self,
            ScrubCommand.self, SnapshotCommand.self, InspectCommand.self, BenchCommand.self,
        ])
}
