// `canopy search`: asks a query and shows the answer to a person.

import Analysis
import ArgumentParser

struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Ask a query and show the hits.",
        discussion: """
            The query is in Lucene's syntax: words, "phrases", +must -not, AND OR NOT, \
            field:value, field:[1 TO 5], prefix*. Without a query, everything is listed.

            EXAMPLES
              canopy search 'replicated log' --index wiki
              canopy search 'title:swift -draft' --index notes --size 3
              canopy search editor --index packages --facet section --facet priority
              canopy search --index packages --sort installed_size:desc --size 5
              canopy search 'error AND host:web1' --index 'logs-*' --json | jq .hits.total
            """)

    @Argument(help: "The query; everything when left out.")
    var query: String?

    @Option(name: .shortAndLong, help: "The indices to search (a,b*); all when left out.")
    var index: String?

    @OptionGroup var server: ServerOptions

    @Option(help: "Hits to show.")
    var size = 10

    @Option(help: "Hits to pass over first.")
    var from = 0

    @Option(
        help: ArgumentHelp(
            "The fields to search and to show; all when left out.", valueName: "a,b"))
    var fields: String?

    @Option(help: "Count the most frequent values of a field. May be repeated.")
    var facet: [String] = []

    @Option(
        help: ArgumentHelp(
            "Order by a field, ascending unless it ends in :desc. May be repeated.",
            valueName: "field[:desc]"))
    var sort: [String] = []

    @Flag(help: "Print the server's answer as it is.")
    var json = false

    func validate() throws {
        guard size >= 0, from >= 0, size + from <= 10_000 else {
            throw ValidationError("--from and --size may reach 10000 hits together, no further")
        }
    }

    func run() async throws {
        let connection = ServerConnection(server)
        let target = index.map { "/" + ServerConnection.percentEncoded($0) } ?? ""
        let mapping = try await connection.json(.GET, target + "/_mapping")
        let request = SearchBody(
            query: query, size: size, from: from,
            fields: fields?.split(separator: ",").map(\.trimmed) ?? [], facets: facet, sort: sort,
            schema: MappedFields(mapping))
        let clock = SteadyClock()
        let answer = try await connection.send(
            .POST, target + "/_search", body: try request.json().encoded())
        let elapsed = clock.now
        guard answer.status == 200 else {
            throw ServerRefusal(description: "the search failed: \(answer.problem)")
        }
        if json {
            StandardStreams.writeOutput(answer.body + [0x0A])
            return
        }
        let page = SearchPage(
            style: TerminalStyle.detect(descriptor: 1), columns: StandardStreams.errorColumns,
            from: from, fields: request.fields)
        StandardStreams.writeOutput(
            page.text(
                try JSONParser.parse(answer.body), elapsed: elapsed,
                cacheVerdict: answer.cacheVerdict))
    }
}
