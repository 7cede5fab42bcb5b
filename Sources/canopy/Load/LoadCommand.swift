// `canopy load`: an open-loop load test that does not flatter.

import ArgumentParser
import Foundation
import NIOHTTP1

struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Ask queries at given rates and report honest latencies.",
        discussion: """
            An open-loop test: requests are sent when a schedule says so, not when the server is \
            ready, and latency counts from the intended moment, waiting included. A server that \
            stalls is seen to stall. Percentiles are of answers, with time-outs counted at the \
            limit; refusals (429) and errors are reported apart.

            The query file holds a query per line; or JSON lines {"query": "…", "tags": ["…"]}, as \
            search-benchmark-game has them; or, in a .tsv file, an id, a tab and the query.

            EXAMPLES
              canopy load --index wiki --queries queries.txt --rate 500
              canopy load --index wiki --queries queries.txt --rate 200,400,800 --html report.html
              canopy load --index wiki --queries queries.txt --ramp 500:5000:500 --duration 20s
              canopy load --index wiki --queries q.txt --rate 2000 --no-cache --verify
              canopy load --index logs --queries q.txt --rate 50 --body \\
                '{"query":{"match":{"text":"{{query}}"}},"aggs":{"h":{"terms":{"field":"h"}}}}'

            READING THE RESULT
              answered/s below offered/s means overload: the queue grows and with it the latency.
              'took' is the server's own time; the rest is network, queues and this generator.
              'own CPU' is this process's share of a core: near 100 % its figures say little.

            --json writes everything found: {"url", "index", "query_file", "query_count", \
            "arrivals", "connections", "seed", "timeout_seconds", "steps": [{"offered_rate", \
            "achieved_rate", \
            "seconds", "overloaded", "offered", "answered", "refused_429", "timed_out", "partial", \
            "errors", "cache", "bytes", "latency": {"count", "mean", "p50", "p90", "p99", "p99.9", \
            "max"}, "took", "generator", "tags", "curve", "bars", "timeline"}], "verify"}, with \
            durations in nanoseconds.
            """)

    @OptionGroup var server: ServerOptions

    @Option(name: .shortAndLong, help: "The index to search; all of them when left out.")
    var index: String?

    @Option(help: "The file of queries.", completion: .file())
    var queries: String

    @Option(help: "Requests per second; several, separated by commas, make steps.")
    var rate: String?

    @Option(help: ArgumentHelp("Steps between two rates.", valueName: "from:to:step"))
    var ramp: String?

    @Option(help: "How long each step lasts.")
    var duration = DurationArgument(seconds: 10)

    @Option(help: "Unreported requests first, at the first rate.")
    var warmUp = DurationArgument(seconds: 1)

    @Option(help: "Poisson (independent users) or uniform (a metronome).")
    var arrivals = ArrivalPattern.poisson

    @Option(help: "Connections; one carries one request at a time.")
    var connections = 64

    @Option(help: "Give a request up after this long.")
    var timeout = DurationArgument(seconds: 10)

    @Option(help: "Hits to ask for.")
    var size = 10

    @Option(help: "How queries are to be read.")
    var syntax = QuerySyntax.queryString

    @Option(help: "The field to search; all of them when left out.")
    var field: String?

    @Option(help: "A body with {{query}} in it, or the path of a file that holds one.")
    var body: String?

    @Option(help: "Ask popular queries more often: the n-th with weight 1/n^Z (0: all alike).")
    var zipf = 0.0

    @Option(help: "Seed of arrivals and of the choice of queries.")
    var seed: UInt64 = 1

    @Flag(help: "Ask the server not to answer from its cache.")
    var noCache = false

    @Flag(help: "Check that equal queries get equal answers ('took' and '_scatter' aside).")
    var verify = false

    @Option(help: "Write everything found as JSON to this file ('-': standard output).")
    var json: String?

    @Option(help: "Write a page with charts to this file.", completion: .file())
    var html: String?

    func validate() throws {
        guard (rate == nil) != (ramp == nil) else {
            throw ValidationError("say either --rate or --ramp")
        }
        if let rate, RateSteps.list(rate) == nil {
            throw ValidationError("--rate '\(rate)' is not a list of rates such as 200,400,800")
        }
        if let ramp, RateSteps.ramp(ramp) == nil {
            throw ValidationError("--ramp '\(ramp)' is not of the form from:to:step, 100:2000:100")
        }
        guard (1...4096).contains(connections) else {
            throw ValidationError("--connections must be between 1 and 4096")
        }
        guard (0...10_000).contains(size) else {
            throw ValidationError("--size must be between 0 and 10000")
        }
        guard zipf >= 0, zipf <= 10 else {
            throw ValidationError("--zipf must be between 0 and 10")
        }
        guard duration.duration > .zero, timeout.duration > .zero else {
            throw ValidationError("--duration and --timeout must be above zero")
        }
        guard arrivalCount <= Self.arrivalLimit else {
            throw ValidationError("that is more than \(Self.arrivalLimit) requests")
        }
    }

    func run() async throws {
        let plan = try makePlan()
        let style = TerminalStyle.detect(descriptor: json == "-" ? 2 : 1)
        let progress = LoadProgress()
        let clock = SteadyClock()
        let ticker = Task { await Self.show(progress, clock) }
        let outcome: Result<LoadOutcome, any Error>
        do {
            outcome = .success(
                try await LoadDriver.run(plan, progress: progress) { step in
                    guard !StandardStreams.errorIsTerminal else { return }
                    let rate = Quantities.plain(step.offeredRate)
                    let p99 = Quantities.duration(seconds: Double(step.latency.p99) / 1e9)
                    let answered = Quantities.count(step.answered)
                    StandardStreams.writeError(
                        "\(rate)/s offered: \(answered) answered, p99 \(p99)\n")
                })
        } catch {
            outcome = .failure(error)
        }
        ticker.cancel()
        await ticker.value
        try report(try outcome.get(), plan, style)
    }

    private static let arrivalLimit = 1e9

    private var rates: [Double] {
        rate.flatMap(RateSteps.list) ?? ramp.flatMap(RateSteps.ramp) ?? []
    }

    private var arrivalCount: Double { rates.reduce(0, +) * duration.duration.seconds }

    private func makePlan() throws -> LoadPlan {
        guard let parts = URLComponents(string: server.url), let host = parts.host else {
            throw ValidationError("--url '\(server.url)' is no address")
        }
        let usesTLS = parts.scheme == "https"
        var headers = HTTPHeaders()
        headers.add(name: "host", value: parts.port.map { "\(host):\($0)" } ?? host)
        headers.add(name: "content-type", value: "application/json")
        headers.add(name: "user-agent", value: "canopy-load")
        for header in server.headerPairs {
            headers.replaceOrAdd(name: header.name, value: header.value)
        }
        let prefix = parts.path.hasSuffix("/") ? String(parts.path.dropLast()) : parts.path
        let path = index.map { "/" + ServerConnection.percentEncoded($0) } ?? ""
        let first = rates.first ?? 1
        let warm =
            warmUp.duration > .zero
            ? [LoadPlan.Step(rate: first, duration: warmUp.duration, isWarmUp: true)] : []
        return LoadPlan(
            host: host, port: parts.port ?? (usesTLS ? 443 : 80), usesTLS: usesTLS,
            target: prefix + path + "/_search" + (noCache ? "?request_cache=false" : ""),
            headers: headers, template: try makeTemplate(),
            queries: try QueryFile.read(path: queries),
            zipfExponent: zipf,
            steps: warm
                + rates.map {
                    LoadPlan.Step(rate: $0, duration: duration.duration, isWarmUp: false)
                },
            arrivals: arrivals, connections: connections, timeLimit: timeout.duration, seed: seed,
            comparesAnswers: verify)
    }

    private func makeTemplate() throws -> RequestTemplate {
        guard let body else { return try RequestTemplate(syntax: syntax, field: field, size: size) }
        if body.trimmed.hasPrefix("{") { return try RequestTemplate(body) }
        guard let data = FileManager.default.contents(atPath: body),
            let text = String(bytes: data, encoding: .utf8)
        else { throw LoadError("cannot read the body template \(body)") }
        return try RequestTemplate(text)
    }

    private func report(_ outcome: LoadOutcome, _ plan: LoadPlan, _ style: TerminalStyle) throws {
        let result = LoadResult(
            url: server.url, index: index ?? "", queryFile: queries, queryCount: plan.queries.count,
            arrivals: arrivals, connections: connections, seed: seed, timeLimit: timeout.duration,
            steps: outcome.steps, comparison: outcome.comparison,
            differingQueries: outcome.comparison?.examples.map { plan.queries[$0].text } ?? [])
        let text = LoadReportText(style: style).text(result)
        if json == "-" {
            StandardStreams.writeOutput(LoadReportJSON.encoded(result))
            StandardStreams.writeError(text)
        } else {
            StandardStreams.writeOutput(text)
        }
        if let json, json != "-" { try write(LoadReportJSON.encoded(result), to: json) }
        if let html { try write(Array(LoadReportPage(result: result).html().utf8), to: html) }
        let differed = outcome.comparison.map { $0.differing > 0 } ?? false
        let silent = outcome.steps.allSatisfy { $0.answered == 0 }
        if differed || silent { throw ExitCode.failure }
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path))
        } catch {
            throw LoadError("cannot write \(path): \(error.localizedDescription)")
        }
    }

    /// Draws the living line until cancelled.
    private static func show(_ progress: LoadProgress, _ clock: SteadyClock) async {
        guard StandardStreams.errorIsTerminal else { return }
        while (try? await clock.sleep(.milliseconds(200))) != nil {
            let text = progress.current.text.shortened(to: StandardStreams.errorColumns - 1)
            StandardStreams.writeError("\r\u{1B}[K" + text)
        }
        StandardStreams.writeError("\r\u{1B}[K")
    }
}
