// `canopy serve`: reads the configuration and runs a node until it is told to stop.
import ArgumentParser
import Foundation
import Logging

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run a node: front, root and leaves in one process, or each in its own.",
        discussion: """
            Examples:

              canopy serve                                  everything in one process, four leaves
              canopy serve --leaves 8 --data /srv/canopy    more leaves, another folder
              canopy serve --config deploy/canopy.yaml --roles leaf --leaf 2
              canopy serve --config deploy/canopy.yaml --roles front,root

            Settings come from flags, then CANOPY_… environment variables, then the file, then
            defaults. http.port is CANOPY_HTTP_PORT in the environment and --set http.port=9201
            here.
            In a file, dots are nesting: "http:" with "port: 9201" indented below it.

            SETTINGS                      DEFAULT
            \(ConfigurationKey.table)

            Stop it with Ctrl-C or SIGTERM: requests under way are answered first, and other leaves
            take over what they have copies of. SIGHUP reads the number of leaves again; see also
            canopy leaves --help.
            """)

    @Option(name: .long, help: "A YAML file with settings.")
    var config: String?

    @Option(name: .long, help: "How many leaves hold the shards.")
    var leaves: String?

    @Option(name: .long, help: "What this process plays: front,root,leaf.")
    var roles: String?

    @Option(name: .long, help: "Which leaf this process is, when leaves have their own.")
    var leaf: String?

    @Option(name: .long, help: "Folder of logs, segments and metadata.")
    var data: String?

    @Option(name: .long, help: "Port of the front; 0 takes a free one.")
    var port: String?

    @Option(name: .long, help: ArgumentHelp("Any setting.", valueName: "name=value"))
    var set: [String] = []

    @Option(name: .long, help: "Write the node's address to this file once it serves.")
    var readyFile: String?

    func run() async throws {
        do {
            let flags = try flags()
            let read: @Sendable () async throws -> NodeConfiguration = { [config] in
                try NodeConfiguration(
                    try await ConfigurationSource(
                        flags: flags, environment: ProcessInfo.processInfo.environment,
                        file: config))
            }
            try await Node(try await read(), readyFile: readyFile, reread: read).run()
        } catch {
            FileHandle.standardError.write(Data("error: \(error)\n".utf8))
            throw ExitCode.failure
        }
    }

    private func flags() throws -> [String: String] {
        var flags: [String: String] = [:]
        for text in set {
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
                throw ConfigurationError(
                    place: "--set \(text)", reason: "there is no name=value",
                    remedy: "Write --set http.port=9201")
            }
            flags[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        for (name, value) in [
            ("leaves", leaves), ("roles", roles), ("leaf.number", leaf), ("data", data),
            ("http.port", port),
        ] {
            flags[name] = value ?? flags[name]
        }
        return flags
    }
}
