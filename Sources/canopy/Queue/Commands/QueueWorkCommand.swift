// `canopy queue work`: takes items of a queue and indexes them, in this process or in several.

import ArgumentParser
import Foundation
import Storage
import Synchronization

struct QueueWorkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "work",
        abstract: "Index a queue's items, with one or several workers.",
        discussion: """
            Takes items that nobody has, reads them, and sends their documents in bulk requests, \
            until the queue is finished. --workers starts so many processes; the same command may \
            run on other machines at the same time, with the same --config. Of an offline queue it \
            makes parts, then shards, and publishes the index, and asks no server.

            EXAMPLES
              canopy queue work wiki
              canopy queue work wiki --workers 4
              canopy queue work wiki --url http://root-0:9200 --url http://root-1:9200

            Several --url are roots of one cluster: requests take them in turn, and go to the next \
            when one is away. Ctrl-C gives back what is under way; a worker that is killed loses \
            its item to another when its lease runs out. Each bulk request carries an idempotency \
            key of queue, item and batch, so that one that is sent again changes nothing.

            The exit status is 0 when the queue is finished and nothing was refused or set aside.
            """)

    @Argument(help: "The queue's name.")
    var name: String

    @Option(help: "Worker processes.")
    var workers = 1

    @Option(name: .customLong("url"), help: "Where Canopy answers. May be repeated.")
    var urls: [String] = ["http://127.0.0.1:9200"]

    @Option(
        name: .customLong("header"),
        help: ArgumentHelp(
            "A header for every request, such as 'Authorization: ApiKey …'. May be repeated.",
            valueName: "name: value"))
    var headers: [String] = []

    @Option(name: .shortAndLong, help: "Bulk requests in flight, for each worker.")
    var concurrency = 2

    @Flag(help: "Print the summary as JSON.")
    var json = false

    /// A worker that another `work` started: tells what it does on standard output, and ends when
    /// its standard input does.
    @Flag(help: .hidden)
    var child = false

    @OptionGroup var stores: ClusterStoreOptions

    /// Between two looks at how the whole queue stands.
    private static let lookInterval: Duration = .seconds(2)
    private static let tellInterval: Duration = .milliseconds(500)

    func validate() throws {
        if !(1...256).contains(workers) {
            throw ValidationError("--workers must be between 1 and 256")
        }
        if !(1...64).contains(concurrency) {
            throw ValidationError("--concurrency must be between 1 and 64")
        }
        for url in urls { try ServerOptions.check(url: url, option: "--url") }
        _ = try ServerOptions.pairs(headers)
    }

    func run() async throws {
        let opened = try await stores.open()
        let store = QueueStore(metadata: opened.metadata)
        let (head, _) = try await store.head(name)
        guard head.isReady else {
            throw QueueError(
                place: "queue \(name)",
                reason: "it is not ready: its making goes on, or was interrupted",
                remedy: "Wait, or canopy queue delete \(name) and create it again")
        }
        if let build = try opened.build(head), head.offline?.isPublished == false {
            try await build.checkMark()
        }
        if child { return try await tell(head, store, opened) }
        let display = ImportDisplay(isQuiet: json && !StandardStreams.errorIsTerminal)
        let clock = SteadyClock()
        let progress = TeamProgress()
        let ticker = Task {
            var line = ImportProgressLine()
            await display.follow(clock) {
                let counts = progress.counts.progress
                return progress.head + " · " + line.text(counts, elapsed: clock.now.seconds)
            }
        }
        let looker = Task { await Self.look(head, store, progress, clock) }
        let outcome = await outcome(head, store, opened, progress) { display.message($0) }
        looker.cancel()
        ticker.cancel()
        await ticker.value
        if let trouble = outcome { display.message(trouble) }
        let summary = QueueSummary(pages: try await store.pages(of: head))
        if summary.isFinished, summary.failed == 0 || head.offline == nil {
            try await complete(head, store, opened) { display.message($0) }
        }
        show(head, summary, clock.now, isWell: outcome == nil)
        guard outcome == nil, summary.isFinished, summary.failed == 0, summary.refused == 0 else {
            throw ExitCode.failure
        }
    }

    /// Does the work.
    /// - Returns: why it ended before the queue was finished, or nil.
    private func outcome(
        _ head: QueueHead, _ store: QueueStore, _ opened: ClusterStoreOptions.Stores,
        _ progress: TeamProgress, _ report: @escaping @Sendable (String) -> Void
    ) async -> String? {
        do {
            let isStopped: Bool
            if workers == 1 {
                let cache = try ScratchFolder(head, opened)
                defer { cache?.remove() }
                let worker = try worker(head, store, opened, cache, report)
                progress.started()
                isStopped = try await following(worker, every: Self.tellInterval) {
                    progress.took($0, of: 0)
                }
            } else {
                let team = WorkerTeam(
                    count: workers, arguments: childArguments, progress: progress, report: report)
                let lost = Mutex(0)
                isStopped = try await StopRequests.heeding {
                    let count = try await team.run()
                    lost.withLock { $0 = count }
                }
                if lost.withLock({ $0 == workers }) {
                    return "every worker ended before its time"
                }
            }
            return isStopped ? "stopped; the same command goes on from here" : nil
        } catch {
            return "\(error)"
        }
    }

    /// Runs a worker and tells its counts now and then, and at its end.
    private func following(
        _ worker: QueueWorker, every interval: Duration, endOfInput: Bool = false,
        _ tell: @escaping @Sendable (WorkerCounts) -> Void
    ) async throws -> Bool {
        let clock = SteadyClock()
        let teller = Task {
            while (try? await clock.sleep(interval)) != nil {
                tell(WorkerCounts(worker.progress.current))
            }
        }
        defer {
            teller.cancel()
            tell(WorkerCounts(worker.progress.current))
        }
        return try await StopRequests.heeding(endOfInput: endOfInput) { try await worker.run() }
    }

    /// The life of a worker that another command started.
    private func tell(
        _ head: QueueHead, _ store: QueueStore, _ opened: ClusterStoreOptions.Stores
    ) async throws {
        let cache = try ScratchFolder(head, opened)
        defer { cache?.remove() }
        let worker = try worker(head, store, opened, cache) {
            StandardStreams.writeOutput(WorkerEvent.message($0).encoded())
        }
        do {
            _ = try await following(worker, every: Self.tellInterval, endOfInput: true) {
                StandardStreams.writeOutput(WorkerEvent.counts($0).encoded())
            }
        } catch {
            StandardStreams.writeOutput(WorkerEvent.message("\(error)").encoded())
            throw ExitCode.failure
        }
    }

    private func worker(
        _ head: QueueHead, _ store: QueueStore, _ opened: ClusterStoreOptions.Stores,
        _ cache: ScratchFolder?, _ report: @escaping @Sendable (String) -> Void
    ) throws -> QueueWorker {
        let process = ProcessInfo.processInfo
        let holder =
            "\(process.hostName):\(process.processIdentifier):\(opened.random.nextName().prefix(6))"
        let pairs = try ServerOptions.pairs(headers)
        return QueueWorker(
            head: head, store: store,
            keeper: ItemKeeper(head, store, holder: holder, clock: opened.clock),
            connections: urls.map { ServerConnection(url: $0, headers: pairs) },
            concurrency: concurrency, bucket: opened.bucket,
            offline: try opened.offlineWork(head, cache: cache), clock: opened.clock,
            report: report)
    }

    private var childArguments: [String] {
        var arguments = ["queue", "work", name, "--child", "--concurrency", "\(concurrency)"]
        for url in urls { arguments += ["--url", url] }
        for header in headers { arguments += ["--header", header] }
        return arguments + stores.arguments
    }

    private static func look(
        _ head: QueueHead, _ store: QueueStore, _ progress: TeamProgress, _ clock: SteadyClock
    ) async {
        repeat {
            if let pages = try? await store.pages(of: head) {
                let summary = QueueSummary(pages: pages)
                progress.stands(
                    done: summary.done + summary.failed, total: summary.itemCount)
            }
        } while (try? await clock.sleep(lookInterval)) != nil
    }

    /// Makes what went in searchable before saying that it is in.
    private func complete(
        _ head: QueueHead, _ store: QueueStore, _ opened: ClusterStoreOptions.Stores,
        _ report: (String) -> Void
    ) async throws {
        guard head.offline != nil else { return try await refresh(head) }
        report(
            try await IndexPublication(store: store, opened: opened)
                .run(store.head(name).head))
    }

    private func refresh(_ head: QueueHead) async throws {
        var problem = ""
        for url in urls {
            let connection = ServerConnection(url: url, headers: try ServerOptions.pairs(headers))
            let path = "/\(ServerConnection.percentEncoded(head.index))/_refresh"
            do {
                let answer = try await connection.send(.POST, path)
                if (200..<300).contains(answer.status) { return }
                problem = answer.problem
            } catch let error as ServerUnreachable {
                problem = "\(error)"
            }
        }
        throw ServerRefusal(
            description: "everything went in, but the refresh of \(head.index) failed: \(problem)")
    }

    private func show(
        _ head: QueueHead, _ summary: QueueSummary, _ elapsed: Duration, isWell: Bool
    ) {
        if json {
            StandardStreams.writeOutput(summary.json(head).encoded() + [0x0A])
            return
        }
        let style = TerminalStyle.detect(descriptor: 1)
        let page = QueueStatusPage(style: style).text(head, summary)
        let took = isWell ? "this command worked for \(Quantities.duration(elapsed))\n" : ""
        StandardStreams.writeOutput(page + took)
    }
}
