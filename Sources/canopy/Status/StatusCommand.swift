// `canopy status`: how a cluster is, on one screen.

import Analysis
import ArgumentParser

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show health, nodes, indices and shards.",
        discussion: """
            EXAMPLES
              canopy status
              canopy status --shards
              canopy status --watch --every 5s
              canopy status --json | jq .health.status

            The exit status is 0 when the cluster is green or yellow, and 1 when it is red or does \
            not answer: fit for scripts.
            """)

    @OptionGroup var server: ServerOptions

    @Flag(help: "List every shard, not only those in trouble.")
    var shards = false

    @Flag(help: "Keep showing until interrupted.")
    var watch = false

    @Option(help: "With --watch: the time between two looks.")
    var every = DurationArgument(seconds: 2)

    @Flag(help: "Print one JSON object: {\"health\",\"nodes\",\"indices\",\"shards\"}.")
    var json = false

    func validate() throws {
        guard every.duration >= .milliseconds(100) else {
            throw ValidationError("--every must be at least 100ms")
        }
    }

    func run() async throws {
        let connection = ServerConnection(server)
        let style = TerminalStyle.detect(descriptor: 1)
        guard watch else {
            let status = try await ClusterStatus.read(connection)
            show(status, style)
            if status.isRed { throw ExitCode.failure }
            return
        }
        let clock = SteadyClock()
        while true {
            do {
                let status = try await ClusterStatus.read(connection)
                if style.isEnabled { StandardStreams.writeOutput("\u{1B}[H\u{1B}[2J") }
                show(status, style)
            } catch let error as ServerUnreachable {
                StandardStreams.writeError(error.description + "\n")
            }
            try await clock.sleep(every.duration)
        }
    }

    private func show(_ status: ClusterStatus, _ style: TerminalStyle) {
        if json {
            StandardStreams.writeOutput(status.json.encoded() + [0x0A])
        } else {
            let page = StatusPage(style: style, url: server.url, showsAllShards: shards)
            StandardStreams.writeOutput(page.text(status))
        }
    }
}
