// How a queue stands, counted from its items.

import Analysis

struct QueueSummary: Sendable {
    /// An item somebody has.
    struct Holding: Sendable {
        var number: WorkQueue.Number
        var claim: ItemClaim
        var title: String
        var progress: ItemProgress
    }

    /// An item that was set aside, or failed and waits for its next attempt.
    struct Trouble: Sendable {
        var title: String
        var reason: String
        var failures: Int
        var isSetAside: Bool
    }

    /// Items of one phase of an offline build.
    struct Phase: Sendable, Hashable {
        var total = 0
        var done = 0
        var failed = 0

        var isDone: Bool { done == total }
        /// What is left was set aside.
        var isStuck: Bool { failed > 0 && done + failed == total }

        fileprivate mutating func count(_ state: WorkItem.State) {
            total += 1
            if state == .done { done += 1 }
            if state == .failed { failed += 1 }
        }

        fileprivate var json: JSONValue {
            ["total": .integer(Int64(total)), "done": .integer(Int64(done))]
        }
    }

    /// Items that are read from sources, and shards of an offline build.
    var parts = Phase()
    var shards = Phase()
    /// Documents in parts of an offline build.
    var prepared: Int64 = 0
    var waiting = 0
    var done = 0
    var failed = 0
    var holdings: [Holding] = []
    var troubles: [Trouble] = []
    var indexed: Int64 = 0
    var refused: Int64 = 0
    /// Of bulk requests.
    var byteCount: Int64 = 0
    /// Sum over those who work, as each last told.
    var documentsPerSecond: Int64 = 0
    /// The first refused documents of each item.
    var refusals: [RefusedDocument] = []

    /// Refusals shown at most.
    static let refusalLimit = 100

    init(_ items: [(number: WorkQueue.Number, item: WorkItem)]) {
        let isOffline = items.contains { $0.item.source.isShard }
        for (number, item) in items {
            let isPrepared = isOffline && !item.source.isShard
            if item.source.isShard { shards.count(item.state) } else { parts.count(item.state) }
            switch item.state {
            case .waiting: waiting += 1
            case .done: done += 1
            case .failed: failed += 1
            case .claimed(let claim):
                documentsPerSecond += claim.documentsPerSecond
                holdings.append(
                    Holding(
                        number: number, claim: claim, title: item.source.title,
                        progress: item.progress))
            }
            if isPrepared {
                prepared += item.progress.indexed
            } else {
                indexed += item.progress.indexed
            }
            refused += item.progress.refused
            if !isPrepared { byteCount += item.progress.byteCount }
            refusals += item.progress.examples.prefix(Self.refusalLimit - refusals.count)
            if let reason = item.reason, item.state != .done {
                troubles.append(
                    Trouble(
                        title: item.source.title, reason: reason, failures: item.failures,
                        isSetAside: item.state == .failed))
            }
        }
    }

    init(pages: [QueueStore.Page]) {
        self.init(
            pages.flatMap { page in
                page.items.enumerated().map {
                    (
                        number: WorkQueue.Number(page: page.number, place: $0.offset),
                        item: $0.element
                    )
                }
            })
    }

    var itemCount: Int { waiting + done + failed + holdings.count }
    var isOffline: Bool { shards.total > 0 }
    /// Nothing is left to do: shards are not built without all parts.
    var isFinished: Bool {
        holdings.isEmpty && (waiting == 0 || (isOffline && parts.isStuck))
    }

    /// In a word, for machines and people.
    var state: String {
        if !isFinished { return holdings.isEmpty ? "waiting" : "working" }
        return failed > 0 ? "failed" : "done"
    }

    /// What an offline build is at.
    func phase(_ head: QueueHead) -> String {
        if head.offline?.isPublished == true { return "published" }
        return parts.isDone ? (shards.isDone ? "publishing" : "shards") : "parts"
    }

    func json(_ head: QueueHead) -> JSONValue {
        guard isOffline, var object = common(head).objectValue else { return common(head) }
        object["offline"] = [
            "phase": .string(phase(head)), "parts": parts.json, "shards": shards.json,
            "prepared": .integer(prepared),
            "published": .bool(head.offline?.isPublished == true),
        ]
        return .object(object)
    }

    private func common(_ head: QueueHead) -> JSONValue {
        [
            "name": .string(head.name), "index": .string(head.index), "state": .string(state),
            "ready": .bool(head.isReady), "created": .integer(head.created),
            "sources": .array(head.sources.map { .string($0) }),
            "lease_seconds": .number(head.lease.seconds),
            "items": [
                "total": .integer(Int64(itemCount)), "waiting": .integer(Int64(waiting)),
                "claimed": .integer(Int64(holdings.count)), "done": .integer(Int64(done)),
                "failed": .integer(Int64(failed)),
            ],
            "indexed": .integer(indexed), "refused": .integer(refused),
            "bytes": .integer(byteCount),
            "documents_per_second": .integer(documentsPerSecond),
            "workers": .array(
                holdings.map { holding in
                    [
                        "holder": .string(holding.claim.holder), "item": .string(holding.title),
                        "batches": .integer(Int64(holding.progress.batches)),
                        "indexed": .integer(holding.progress.indexed),
                        "documents_per_second": .integer(holding.claim.documentsPerSecond),
                        "beat": .integer(holding.claim.beat),
                    ]
                }),
            "troubles": .array(
                troubles.map { trouble in
                    [
                        "item": .string(trouble.title), "reason": .string(trouble.reason),
                        "failures": .integer(Int64(trouble.failures)),
                        "set_aside": .bool(trouble.isSetAside),
                    ]
                }),
            "refusals": .array(refusals.map(\.json)),
        ]
    }
}
