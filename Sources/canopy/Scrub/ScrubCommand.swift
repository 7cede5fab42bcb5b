// `canopy scrub`: has stored bytes read again, and shows what was found.

import Analysis
import ArgumentParser

struct ScrubCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scrub",
        abstract: "Read stored bytes again now, to find and mend damage.",
        discussion: """
            EXAMPLES
              canopy scrub --wait           read everything, and show what was found
              canopy scrub --index books    begin with one index, and return at once
              canopy scrub --show           what was found so far; nothing is begun

            Leaves do this by themselves, slowly, once in scrub.interval_hours. What is damaged is
            mended from what is sound: a local copy from the object store, an object of the store
            from what this node has of it.

            The exit status is 1 when damage could not be mended, a leaf does not answer, or \
            --wait gave up.
            """)

    @OptionGroup var server: ServerOptions

    @Option(help: "Only the shards of this index.")
    var index: String?

    @Flag(help: "Return when everything was read.")
    var wait = false

    @Option(help: "With --wait: give up after this.")
    var timeout = DurationArgument(seconds: 86_400)

    @Flag(help: "Begin nothing; show what was found when things were last read.")
    var show = false

    @Flag(help: "Print the answer of GET /_scrub as it is.")
    var json = false

    private static let lookInterval = Duration.milliseconds(250)

    func run() async throws {
        let connection = ServerConnection(server)
        let path = index.map { "/" + ServerConnection.percentEncoded($0) } ?? ""
        var report = try await connection.json(show ? .GET : .POST, path + "/_scrub")
        let clock = SteadyClock()
        let start = clock.now
        while wait, report["running"]?.boolValue == true {
            guard clock.now - start < timeout.duration else {
                ScrubPage(json: json).show(report)
                StandardStreams.writeError("not everything was read; canopy scrub --show tells\n")
                throw ExitCode.failure
            }
            try await clock.sleep(Self.lookInterval)
            report = try await connection.json(.GET, path + "/_scrub")
        }
        ScrubPage(json: json).show(report)
        if !ScrubPage.isSound(report) { throw ExitCode.failure }
    }
}
