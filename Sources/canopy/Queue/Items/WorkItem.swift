// One item of a queue: what it is read from, who has it, and how far it came.

/// How far an item's batches are acknowledged, without a gap.
struct ItemProgress: Sendable, Hashable {
    /// Refused documents kept with an item, to be shown.
    static let exampleLimit = 5
    /// Characters of a refusal's reason that are kept.
    private static let reasonLength = 300

    /// Acknowledged batches; the next one has this number.
    var batches = 0
    /// Where the source stood after them.
    var position = ReadPosition()
    var indexed: Int64 = 0
    var refused: Int64 = 0
    /// Of bulk requests.
    var byteCount: Int64 = 0
    /// The first refusals.
    var examples: [RefusedDocument] = []

    /// Adds the next batch.
    mutating func add(_ receipt: BulkReceipt) {
        batches += 1
        position = receipt.position
        indexed += Int64(receipt.indexed)
        refused += Int64(receipt.refused.count)
        byteCount += Int64(receipt.byteCount)
        for document in receipt.refused.prefix(Self.exampleLimit - examples.count) {
            examples.append(
                RefusedDocument(
                    place: document.place, id: document.id,
                    reason: document.reason.shortened(to: Self.reasonLength)))
        }
    }
}

/// Brings acknowledgements, which come in any order, into the order of batches.
struct ItemAcknowledgements: Sendable {
    private(set) var progress: ItemProgress
    private var waiting: [Int: BulkReceipt] = [:]

    init(_ progress: ItemProgress) { self.progress = progress }

    mutating func take(_ receipt: BulkReceipt) {
        waiting[receipt.number] = receipt
        while let next = waiting.removeValue(forKey: progress.batches) { progress.add(next) }
    }
}

/// A worker's hold on an item. It has run out when nothing of it changed for the queue's lease by
/// the clock of whoever wants the item: no clocks need agree.
struct ItemClaim: Sendable, Hashable {
    var holder: String
    /// The how many-th claim of the item: tells this claim from all others.
    var number: Int
    /// Grows with every sign of life.
    var beat: Int64 = 0
    /// Between the last two signs of life.
    var documentsPerSecond: Int64 = 0
}

struct WorkItem: Sendable, Hashable {
    enum State: Sendable, Hashable {
        case waiting
        case claimed(ItemClaim)
        case done
        /// Set aside after `attemptLimit` attempts without progress.
        case failed
    }

    /// Attempts in a row that fail, or whose worker is lost, before an item is set aside.
    static let attemptLimit = 3
    /// Characters of a reason that are kept.
    private static let reasonLength = 500

    var source: ItemSource
    var state = State.waiting
    var progress = ItemProgress()
    var claimCount = 0
    /// Attempts in a row that brought nothing.
    var failures = 0
    /// Why the last of them failed.
    var reason: String?

    var claim: ItemClaim? {
        if case .claimed(let claim) = state { claim } else { nil }
    }

    var isFinished: Bool { state == .done || state == .failed }

    // MARK: Steps

    mutating func claim(by holder: String) {
        claimCount += 1
        state = .claimed(ItemClaim(holder: holder, number: claimCount))
    }

    /// A sign of life of whoever has the item, with what was reached.
    mutating func advance(to reached: ItemProgress, documentsPerSecond rate: Int64) {
        guard case .claimed(var claim) = state else { return }
        claim.beat += 1
        claim.documentsPerSecond = rate
        state = .claimed(claim)
        take(reached)
    }

    mutating func finish(with reached: ItemProgress) {
        take(reached)
        failures = 0
        reason = nil
        state = .done
    }

    /// Goes back to the others, or is set aside.
    mutating func fail(_ reason: String, at reached: ItemProgress? = nil) {
        if let reached { take(reached) }
        failures += 1
        self.reason = reason.printable.shortened(to: Self.reasonLength)
        state = failures >= Self.attemptLimit ? .failed : .waiting
    }

    /// Goes back to the others, by no fault of its own.
    mutating func release(at reached: ItemProgress) {
        take(reached)
        state = .waiting
    }

    /// Once more, if it was set aside.
    mutating func retry() {
        guard state == .failed else { return }
        failures = 0
        state = .waiting
    }

    private mutating func take(_ reached: ItemProgress) {
        guard reached.batches > progress.batches else { return }
        progress = reached
        failures = 0
    }
}
