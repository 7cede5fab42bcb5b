// `canopy inspect`: looks into segment files and shard logs, and verifies them.

import ArgumentParser
import Foundation

struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show and verify what lies in a data folder.",
        discussion: """
            PATH is a segment file, a record of a shard's log, or a shard's folder (the one that \
            holds log/ and segments/). Every checksum is verified; the exit status is 1 when \
            something is damaged. Files are only read: a running server may keep using them.

            EXAMPLES
              canopy inspect data/objects/<uuid>/00000
              canopy inspect data/objects/<uuid>/00000/segments/<name>
              canopy inspect data/objects/<uuid>/00000/segments/<name> --terms title --prefix sw
              canopy inspect data/objects/<uuid>/00000/segments/<name> --document 42
              canopy inspect data/objects/<uuid>/00000/log/00000000000000000007
            """)

    @Argument(help: "Segment files, log records or shard folders.")
    var paths: [String]

    @Option(help: ArgumentHelp("List a field's terms with their counts.", valueName: "field"))
    var terms: String?

    @Option(help: "With --terms: only those that begin so.")
    var prefix = ""

    @Option(help: "Terms, records or operations listed at most.")
    var limit = 20

    @Option(help: ArgumentHelp("Print a document of a segment as JSON.", valueName: "id"))
    var document: String?

    @Flag(help: "Also decode every posting, position, value and document.")
    var deep = false

    func validate() throws {
        if paths.isEmpty { throw ValidationError("name a segment, a log record or a shard folder") }
        if limit < 0 { throw ValidationError("--limit must not be negative") }
    }

    func run() async throws {
        let style = TerminalStyle.detect(descriptor: 1)
        var isDamaged = false
        for path in paths {
            do {
                StandardStreams.writeOutput(try text(path, style))
            } catch {
                isDamaged = true
                StandardStreams.writeError("\(path): \(error)\n")
            }
        }
        if isDamaged { throw ExitCode.failure }
    }

    private func text(_ path: String, _ style: TerminalStyle) throws -> String {
        switch try InspectedPath.kind(of: path) {
        case .segment:
            let page = try SegmentPage(path: path, style: style)
            if let document { return try page.document(id: document) }
            if let terms { return try page.terms(field: terms, prefix: prefix, limit: limit) }
            return try page.overview() + (deep ? page.decodeEverything() : "")
        case .record(let slot):
            return try LogPage(style: style, limit: limit).record(path: path, slot: slot)
        case .shard:
            return try ShardPage(folder: path, style: style, limit: limit).text(deep: deep)
        }
    }
}
