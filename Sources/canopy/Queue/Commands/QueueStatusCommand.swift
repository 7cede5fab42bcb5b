// `canopy queue status`: how far a queue is, and who works on it.

import Analysis
import ArgumentParser
import Storage

struct QueueStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show a queue's items, workers, refusals and failures.",
        discussion: """
            EXAMPLES
              canopy queue status                     every queue, a line each
              canopy queue status wiki
              canopy queue status wiki --watch
              canopy queue status wiki --json | jq .items

            Counts are those of the last checkpoints, at most a third of the lease old. The exit \
            status is 1 when items were set aside.
            """)

    @Argument(help: "The queue's name; all queues when left out.")
    var name: String?

    @Flag(help: "Keep showing until the queue is finished.")
    var watch = false

    @Option(help: "With --watch: the time between two looks.")
    var every = DurationArgument(seconds: 2)

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var stores: ClusterStoreOptions

    func validate() throws {
        guard every.duration >= .milliseconds(100) else {
            throw ValidationError("--every must be at least 100ms")
        }
        if watch, name == nil { throw ValidationError("--watch needs a queue's name") }
    }

    func run() async throws {
        let opened = try await stores.open()
        let store = QueueStore(metadata: opened.metadata)
        let page = QueueStatusPage(style: .detect(descriptor: 1))
        guard let name else { return try await list(store, page) }
        var (head, _) = try await store.head(name)
        var queue = WorkQueue(holder: "", lease: head.lease, pageCount: head.pageCount)
        while true {
            for page in try await store.pages(of: head) {
                queue.learn(
                    page.number, page.items, version: page.version, at: opened.clock.now)
            }
            let summary = QueueSummary(queue.items)
            if json {
                StandardStreams.writeOutput(summary.json(head).encoded() + [0x0A])
            } else {
                if watch, page.style.isEnabled { StandardStreams.writeOutput("\u{1B}[H\u{1B}[2J") }
                let silent = summary.holdings.map(\.number)
                    .filter { queue.isSilent($0, at: opened.clock.now) }
                StandardStreams.writeOutput(page.text(head, summary, silent: Set(silent)))
            }
            if !watch || (head.isReady && summary.isFinished) {
                if summary.failed > 0 { throw ExitCode.failure }
                return
            }
            try await opened.clock.sleep(for: every.duration)
            let known = head.id
            head = try await store.head(name).head
            if head.id != known {
                queue = WorkQueue(holder: "", lease: head.lease, pageCount: head.pageCount)
            }
        }
    }

    private func list(_ store: QueueStore, _ page: QueueStatusPage) async throws {
        var queues: [(head: QueueHead, summary: QueueSummary)] = []
        for head in try await store.heads() {
            queues.append((head, QueueSummary(pages: try await store.pages(of: head))))
        }
        if json {
            let all = JSONValue.array(queues.map { $0.summary.json($0.head) })
            StandardStreams.writeOutput(all.encoded() + [0x0A])
        } else {
            StandardStreams.writeOutput(page.list(queues))
        }
        if queues.contains(where: { $0.summary.failed > 0 }) { throw ExitCode.failure }
    }
}
