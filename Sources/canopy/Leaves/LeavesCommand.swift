// `canopy leaves`: which leaves hold what, and how many there should be.

import Analysis
import ArgumentParser

struct LeavesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "leaves",
        abstract: "Show the leaves; change how many hold the shards, while they serve.",
        discussion: """
            EXAMPLES
              canopy leaves                      who holds how many shards
              canopy leaves set 8 --wait         shards spread over eight leaves
              canopy leaves drain leaf-3 --wait  everything moves away from one, to stop it
              canopy leaves return leaf-3        it may hold shards again

            A shard moves by a copy: the new leaf reads its segments and follows its log, and only
            then does the old one let go. Searches and writes go on meanwhile, and no answer
            changes. In one process, set starts and stops leaves; where leaves are processes, start
            the new ones too: canopy serve --roles leaf --leaf 4
            """,
        subcommands: [
            LeavesShowCommand.self, LeavesSetCommand.self, LeavesDrainCommand.self,
            LeavesReturnCommand.self,
        ],
        defaultSubcommand: LeavesShowCommand.self)
}

struct LeavesShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Who holds how many shards (the default).")

    @OptionGroup var server: ServerOptions

    @Flag(help: "Print the answer of GET /_leaves as it is.")
    var json = false

    func run() async throws {
        let report = try await ServerConnection(server).json(.GET, "/_leaves")
        LeavesPage(json: json).show(report)
    }
}

struct LeavesSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Change the number of leaves that hold shards.")

    @Argument(help: "How many leaves should hold the shards.")
    var count: Int

    @OptionGroup var change: LeavesChange

    func run() async throws {
        try await change.run(.PUT, "/_leaves", ["count": .integer(Int64(count))])
    }
}

struct LeavesDrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain", abstract: "Move everything away from a leaf.")

    @OptionGroup var wish: LeafWishOptions

    func run() async throws { try await wish.run("_drain") }
}

struct LeavesReturnCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "return", abstract: "Let a drained leaf hold shards again.")

    @OptionGroup var wish: LeafWishOptions

    func run() async throws { try await wish.run("_return") }
}

/// What is wished for one leaf.
struct LeafWishOptions: ParsableArguments {
    @Argument(help: "The leaf's name, such as leaf-3.")
    var leaf: String

    @OptionGroup var change: LeavesChange

    func run(_ endpoint: String) async throws {
        let name = ServerConnection.percentEncoded(leaf)
        try await change.run(.POST, "/_leaves/\(name)/\(endpoint)")
    }
}
