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
        for (number, item) in items {
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
            indexed += item.progress.indexed
            refused += item.progress.refused
            byteCount += item.progress.byteCount
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
    /// Nothing is left to do.
    var isFinished: Bool { waiting == 0 && holdings.isEmpty }

    /// In a word, for machines and people.
    var state: String {
        if !isFinished { return holdings.isEmpty ? "waiting" : "working" }
        return failed > 0 ? "failed" : "done"
    }

    func json(_ head: QueueHead) -> JSONValue {
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
