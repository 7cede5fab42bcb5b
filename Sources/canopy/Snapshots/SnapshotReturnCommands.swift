// Having back what was kept: as new indices, or in place.

import Analysis
import ArgumentParser

struct SnapshotRestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Make new indices of what a snapshot keeps.")

    @Argument(help: "The snapshot's name.")
    var name: String

    @Option(help: "Which of its indices: names and patterns, separated by commas. All without it.")
    var index: String?

    @Option(help: ArgumentHelp("Another name for one. May be repeated.", valueName: "old=new"))
    var rename: [String] = []

    @OptionGroup var options: SnapshotOptions

    func validate() throws { _ = try renamed() }

    private func renamed() throws -> JSONObject {
        var names = JSONObject()
        for pair in rename {
            let parts = pair.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                throw ValidationError("--rename '\(pair)' is not of the form old=new")
            }
            names[String(parts[0])] = .string(String(parts[1]))
        }
        return names
    }

    func run() async throws {
        var body = JSONObject()
        if let index { body["indices"] = .string(index) }
        let names = try renamed()
        if !names.isEmpty { body["rename"] = .object(names) }
        let answer = try await options.ask(
            .POST, SnapshotOptions.path(name) + "/_restore", .object(body))
        options.show(answer) { SnapshotPage(style: $0).restored(answer["snapshot"]) }
    }
}

struct SnapshotRollBackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Put an index back to what it was: everything written since is gone at once.")

    @Argument(help: "The index.")
    var index: String

    @Option(help: "The snapshot to go back to.")
    var to: String?

    @Flag(help: "Go back to each shard's checkpoint before its newest.")
    var previous = false

    @OptionGroup var options: SnapshotOptions

    func validate() throws {
        guard (to == nil) == previous else {
            throw ValidationError("say where to: --to SNAPSHOT, or --previous")
        }
    }

    func run() async throws {
        let body: JSONValue = to.map { ["snapshot": .string($0)] } ?? ["to": .string("previous")]
        let path = "/" + ServerConnection.percentEncoded(index) + "/_rollback"
        let answer = try await options.ask(.POST, path, body)
        options.show(answer) { SnapshotPage(style: $0).rolledBack(answer["shards"]) }
    }
}
