// Which item a worker takes, and what it writes when it takes one, gives a sign of life, finishes
// or fails. Decides only: the pages it is told of and the time are handed in, and every step is a
// change of one page, made by compare-and-set.
//
// Why nothing is lost or done twice: an item is somebody's only through a change of its page that
// nobody else made meanwhile, and it is marked done by its holder alone. A worker stops sending
// when its claim is older, by its own clock, than the lease; another takes the item over after it
// saw no sign of life for as long by its own, and goes on from the last checkpoint. What both may
// have sent in between are the same batches under the same idempotency keys.

import Storage

/// A queue as one worker sees it.
struct WorkQueue: Sendable {
    /// An item's place in its queue.
    struct Number: Hashable, Sendable, Comparable {
        var page: Int
        var place: Int

        static func < (left: Number, right: Number) -> Bool {
            (left.page, left.place) < (right.page, right.place)
        }
    }

    /// What this worker has.
    struct Held: Sendable, Hashable {
        var number: Number
        /// Which claim of the item is ours.
        var claim: Int
        /// When the last sign of life was begun.
        var renewed: Instant
    }

    /// A page as it is to be, if it still has the expected version.
    struct Change: Sendable, Hashable {
        let page: Int
        let expected: Int64
        let items: [WorkItem]
        /// What this worker has once the change is made.
        fileprivate let held: Held?
    }

    enum Choice: Sendable, Hashable {
        case take(Number)
        /// Others work on what is left; look again after this long.
        case wait(Duration)
        /// Nothing is left to do.
        case finished
    }

    private struct Page: Sendable {
        var items: [WorkItem]
        var version: Int64
    }

    /// A claim's last sign of life, and since when it is known.
    private struct Sighting: Sendable {
        let claim: ItemClaim
        let since: Instant
    }

    /// Signs of life in the time of a lease.
    static let beatsPerLease = 3
    private static let waitsPerLease = 4
    private static let shortestWait = Duration.milliseconds(200)
    private static let longestWait = Duration.seconds(5)

    let holder: String
    let lease: Duration
    /// In the order of their numbers, all of them once they were listed.
    private var pages: [Int: Page] = [:]
    private var sightings: [Number: Sighting] = [:]
    private(set) var held: Held?
    /// Workers begin to look at different pages, so as not to meet.
    private let firstPage: Int

    init(holder: String, lease: Duration, pageCount: Int) {
        self.holder = holder
        self.lease = lease
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in holder.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        firstPage = Int(hash % UInt64(max(1, pageCount)))
    }

    /// The item this worker has.
    var item: WorkItem? { held.flatMap { pages[$0.number.page]?.items[$0.number.place] } }

    // MARK: What is known

    /// Takes a page as it was found; older ones than known change nothing.
    mutating func learn(_ page: Int, _ items: [WorkItem], version: Int64, at now: Instant) {
        guard version >= pages[page]?.version ?? .min else { return }
        pages[page] = Page(items: items, version: version)
        for (place, item) in items.enumerated() {
            let number = Number(page: page, place: place)
            guard let claim = item.claim else {
                sightings[number] = nil
                continue
            }
            if sightings[number]?.claim != claim {
                sightings[number] = Sighting(claim: claim, since: now)
            }
        }
        if let held, held.number.page == page, !isMine(items, held) { self.held = nil }
    }

    /// Whether a claim gave no sign of life for the time of a lease.
    func isSilent(_ number: Number, at now: Instant) -> Bool {
        guard let sighting = sightings[number] else { return false }
        return now - sighting.since >= lease
    }

    /// Whether this worker may still send batches of its item.
    func maySend(at now: Instant) -> Bool {
        held.map { now - $0.renewed < lease } ?? false
    }

    /// Which item to take; to be asked by a worker that has none.
    func choose(at now: Instant) -> Choice {
        var best: Number?
        var fewest = Int.max
        var isFinished = true
        let gate = gate
        let order = pages.keys.sorted()
        let start = order.firstIndex { $0 >= firstPage } ?? 0
        for page in order[start...] + order[..<start] {
            for (place, item) in (pages[page]?.items ?? []).enumerated() where !item.isFinished {
                if item.source.isShard, gate == .shut { continue }
                isFinished = false
                if item.source.isShard, gate == .waits { continue }
                let number = Number(page: page, place: place)
                // What failed comes after what has not been tried.
                if item.failures < fewest, isFree(number, item, at: now) {
                    best = number
                    fewest = item.failures
                }
            }
        }
        if let best { return .take(best) }
        return isFinished ? .finished : .wait(wait(at: now))
    }

    /// Whether its last items are shards.
    private var buildsShards: Bool {
        pages.keys.max().flatMap { pages[$0]?.items.last?.source.isShard } ?? false
    }

    /// Whether shards may be built: from all parts, or not at all.
    private enum Gate {
        case open
        /// Others work on parts.
        case waits
        /// Parts were set aside, and all others are done.
        case shut
    }

    private var gate: Gate {
        var isShut = false
        for page in pages.values {
            for item in page.items where !item.source.isShard && item.state != .done {
                guard item.state == .failed else { return .waits }
                isShut = true
            }
        }
        return isShut ? .shut : .open
    }

    private func isFree(_ number: Number, _ item: WorkItem, at now: Instant) -> Bool {
        guard let claim = item.claim else { return item.state == .waiting }
        // One of ours that we do not have: the answer to its change was lost.
        return claim.holder == holder || isSilent(number, at: now)
    }

    private func wait(at now: Instant) -> Duration {
        let expiries = sightings.values.map { $0.since + lease - now }
        var look = min(max(lease / Self.waitsPerLease, Self.shortestWait), Self.longestWait)
        // Soon there may be shards to build. Looking costs as much as there are pages.
        if buildsShards { look = min(look, Self.shortestWait * pages.count) }
        return max(min(expiries.min() ?? look, look), .milliseconds(1))
    }

    private func isMine(_ items: [WorkItem], _ held: Held) -> Bool {
        guard let claim = items[held.number.place].claim else { return false }
        return claim.holder == holder && claim.number == held.claim
    }

    // MARK: What is written

    /// Takes an item that was chosen. One whose workers were lost again and again is set aside by
    /// the same change.
    func claiming(_ number: Number, at now: Instant) -> Change? {
        guard var page = pages[number.page], isFree(number, page.items[number.place], at: now),
            !page.items[number.place].source.isShard || gate == .open
        else { return nil }
        let held = claim(number, in: &page, at: now)
        return change(number.page, page, held: held)
    }

    /// A sign of life, with how far the item is.
    func advancing(
        to progress: ItemProgress, documentsPerSecond rate: Int64, at now: Instant
    ) -> Change? {
        step(at: now, keeping: true) { $0.advance(to: progress, documentsPerSecond: rate) }
    }

    /// Marks the item as done and takes another of its page with the same change, if there is one.
    func finishing(with progress: ItemProgress, at now: Instant) -> Change? {
        guard let held, var page = pages[held.number.page] else { return nil }
        let isShard = page.items[held.number.place].source.isShard
        page.items[held.number.place].finish(with: progress)
        var next: Held?
        let waiting = page.items.indices.filter {
            page.items[$0].state == .waiting && page.items[$0].source.isShard == isShard
        }
        if let place = waiting.min(by: { page.items[$0].failures < page.items[$1].failures }) {
            next = claim(Number(page: held.number.page, place: place), in: &page, at: now)
        }
        return change(held.number.page, page, held: next)
    }

    /// Gives the item back with what went wrong, or sets it aside.
    func failing(_ reason: String, at progress: ItemProgress, now: Instant) -> Change? {
        step(at: now, keeping: false) { $0.fail(reason, at: progress) }
    }

    /// Gives the item back, by no fault of its own.
    func releasing(at progress: ItemProgress, now: Instant) -> Change? {
        step(at: now, keeping: false) { $0.release(at: progress) }
    }

    /// Nothing more is known to be held, whatever the entries say.
    mutating func forget() { held = nil }

    /// A change was made.
    mutating func stored(_ change: Change, version: Int64, at now: Instant) {
        held = change.held
        learn(change.page, change.items, version: version, at: now)
    }

    private func step(
        at now: Instant, keeping: Bool, _ body: (inout WorkItem) -> Void
    ) -> Change? {
        guard var held, var page = pages[held.number.page] else { return nil }
        body(&page.items[held.number.place])
        held.renewed = now
        return change(held.number.page, page, held: keeping ? held : nil)
    }

    private func claim(_ number: Number, in page: inout Page, at now: Instant) -> Held? {
        if let lost = page.items[number.place].claim, lost.holder != holder {
            page.items[number.place].fail(
                "its worker \(lost.holder) gave no sign of life for "
                    + Quantities.duration(lease))
        }
        guard page.items[number.place].state != .failed else { return nil }
        page.items[number.place].claim(by: holder)
        return Held(number: number, claim: page.items[number.place].claimCount, renewed: now)
    }

    private func change(_ number: Int, _ page: Page, held: Held?) -> Change {
        Change(page: number, expected: page.version, items: page.items, held: held)
    }
}

extension WorkQueue {
    /// All items as they are known, in order.
    var items: [(number: Number, item: WorkItem)] {
        pages.keys.sorted().flatMap { page in
            (pages[page]?.items ?? []).enumerated().map {
                (number: Number(page: page, place: $0.offset), item: $0.element)
            }
        }
    }
}
