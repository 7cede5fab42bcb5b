// Asks for a change of the leaves, and waits for it if told to.

import Analysis
import ArgumentParser
import NIOHTTP1

struct LeavesChange: ParsableArguments {
    @OptionGroup var server: ServerOptions

    @Flag(help: "Return when all shards are where they should be.")
    var wait = false

    @Option(help: "With --wait: give up after this.")
    var timeout = DurationArgument(seconds: 300)

    @Flag(help: "Print the answer of GET /_leaves as it is.")
    var json = false

    private static let lookInterval = Duration.milliseconds(250)
    /// Looks in a row that must find everything settled: leaves hear of a change a moment later,
    /// and those that come get their shards when no other has come for a second.
    private static let settledLooks = 8

    func run(_ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil) async throws {
        let connection = ServerConnection(server)
        var report = try await connection.json(method, path, body: body)
        guard wait else {
            LeavesPage(json: json).show(report)
            return
        }
        let clock = SteadyClock()
        let start = clock.now
        var settled = 0
        while settled < Self.settledLooks {
            guard clock.now - start < timeout.duration else {
                LeavesPage(json: json).show(report)
                StandardStreams.writeError("shards are still moving; canopy leaves shows them\n")
                throw ExitCode.failure
            }
            try await clock.sleep(Self.lookInterval)
            report = try await connection.json(.GET, "/_leaves")
            settled = report["settled"]?.boolValue == true ? settled + 1 : 0
        }
        LeavesPage(json: json).show(report)
        let took = Quantities.duration(clock.now - start)
        if !json { StandardStreams.writeError("all shards are in place after \(took)\n") }
    }
}
