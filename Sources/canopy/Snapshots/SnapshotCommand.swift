// `canopy snapshot`: keep indices as they are, and have them back.

import Analysis
import ArgumentParser
import NIOHTTP1

struct SnapshotCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot",
        abstract: "Keep indices as they are, and have them back.",
        discussion: """
            EXAMPLES
              canopy snapshot create monday --index 'articles,logs-*'
              canopy snapshot                          which there are
              canopy snapshot rollback articles --to monday
              canopy snapshot restore monday --index articles --rename articles=as-of-monday
              canopy snapshot delete monday

            A snapshot copies nothing: segments that an index has now stay as long as it names
            them. So it takes a moment, and it is in the same store as the index: it helps
            against mistakes, not against losing the bucket or the folder.
            """,
        subcommands: [
            SnapshotListCommand.self, SnapshotShowCommand.self, SnapshotCreateCommand.self,
            SnapshotDeleteCommand.self, SnapshotRestoreCommand.self, SnapshotRollBackCommand.self,
        ],
        defaultSubcommand: SnapshotListCommand.self)
}

/// What all of them take.
struct SnapshotOptions: ParsableArguments {
    @OptionGroup var server: ServerOptions

    @Flag(help: "Print the server's answer as it is.")
    var json = false

    func ask(
        _ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil
    ) async throws -> JSONValue {
        try await ServerConnection(server).json(method, path, body: body)
    }

    func show(_ answer: JSONValue, _ text: (TerminalStyle) -> String) {
        if json {
            StandardStreams.writeOutput(answer.encoded() + [0x0A])
        } else {
            StandardStreams.writeOutput(text(TerminalStyle.detect(descriptor: 1)))
        }
    }

    static func path(_ name: String) -> String {
        "/_snapshot/" + ServerConnection.percentEncoded(name)
    }
}

struct SnapshotListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Which snapshots there are (the default).")

    @OptionGroup var options: SnapshotOptions

    func run() async throws {
        let answer = try await options.ask(.GET, "/_snapshot")
        options.show(answer) { SnapshotPage(style: $0).list(answer["snapshots"]) }
    }
}

struct SnapshotShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "What is in a snapshot.")

    @Argument(help: "The snapshot's name.")
    var name: String

    @OptionGroup var options: SnapshotOptions

    func run() async throws {
        let answer = try await options.ask(.GET, SnapshotOptions.path(name))
        options.show(answer) { SnapshotPage(style: $0).details(answer["snapshots"]) }
    }
}

struct SnapshotCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Keep indices as they are now.")

    @Argument(help: "The snapshot's name: lowercase letters, digits, '_', '-' and '.'.")
    var name: String

    @Option(help: "Which indices: names and patterns, separated by commas. All without it.")
    var index: String?

    @OptionGroup var options: SnapshotOptions

    func run() async throws {
        var body = JSONObject()
        if let index { body["indices"] = .string(index) }
        let answer = try await options.ask(.PUT, SnapshotOptions.path(name), .object(body))
        options.show(answer) {
            SnapshotPage(style: $0).details(.array([answer["snapshot"] ?? .null]))
        }
    }
}

struct SnapshotDeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Let a snapshot go; its indices stay, the remains of deleted ones do not.")

    @Argument(help: "The snapshot's name.")
    var name: String

    @OptionGroup var options: SnapshotOptions

    func run() async throws {
        let answer = try await options.ask(.DELETE, SnapshotOptions.path(name))
        options.show(answer) { _ in "\(name.printable) is deleted\n" }
    }
}
