// Workers that crash, stall and meet, in random orders: every batch is acknowledged exactly once,
// no item is lost, none is done twice, and no two workers send for one item at the same time.
import Storage
import Testing

@testable import canopy

/// A metadata store, a server that knows its idempotency keys, and workers whose clocks disagree.
private struct QueueSimulation {
    /// What a worker is about to write; decided anew when the page changed meanwhile.
    enum Step {
        case claim(WorkQueue.Number)
        case advance, finish, release
        case fail
    }

    struct Worker {
        var queue: WorkQueue
        /// Its clock is ahead by so much.
        let offset: Duration
        var progress = ItemProgress()
        var writing: (step: Step, change: WorkQueue.Change)?
        var sleepsUntil = Instant.zero
    }

    static let lease = Duration.seconds(6)
    static let workerCount = 3

    var random: SeededGenerator
    var now = Instant.zero
    var pages: [(items: [WorkItem], version: Int64)] = []
    var batchCounts: [[Int]] = []
    /// Items whose source fails before this batch.
    var badBatches: [WorkQueue.Number: Int] = [:]
    var workers: [Worker] = []
    var born = 0
    /// Whether workers crash and stall.
    var isRough = true
    /// Applied requests by their keys.
    var applied: [String: String] = [:]
    var sends = 0
    var finishings: [WorkQueue.Number: Int] = [:]

    /// - Parameter building: Whether the last items are shards, which wait for all others.
    init(seed: UInt64, building: Bool = false) {
        random = SeededGenerator(seed: seed)
        for page in 0..<3 {
            let items = (0..<4).map { place -> WorkItem in
                let number = page * 4 + place
                return building && number > 6
                    ? WorkItem(source: .shard(number - 7)) : QueueTesting.item("\(page).\(place)")
            }
            pages.append((items, 1))
            batchCounts.append(items.map { _ in Int.random(in: 0...5, using: &random) })
        }
        let bad = WorkQueue.Number(page: 1, place: 2)
        if !building || seed % 2 == 0 {
            badBatches[bad] = Int.random(in: 0...batchCounts[1][2], using: &random)
        }
        for _ in 0..<Self.workerCount { workers.append(birth()) }
    }

    mutating func birth() -> Worker {
        born += 1
        return Worker(
            queue: WorkQueue(holder: "worker-\(born)", lease: Self.lease, pageCount: 3),
            offset: .seconds(Int.random(in: 0...1_000, using: &random)))
    }

    mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &random) < percent
    }

    var isFinished: Bool {
        if pages.allSatisfy({ $0.items.allSatisfy(\.isFinished) }) { return true }
        return isStuck
    }

    /// Without one of the parts there are no shards.
    var isStuck: Bool {
        pages[2].items[0].source.isShard
            && pages.allSatisfy { $0.items.allSatisfy { $0.source.isShard || $0.isFinished } }
            && pages.contains { $0.items.contains { !$0.source.isShard && $0.state == .failed } }
    }

    /// Lets one worker make one step.
    mutating func step() {
        now = now + .milliseconds(Int.random(in: 0...300, using: &random))
        let place = Int.random(in: workers.indices, using: &random)
        guard workers[place].sleepsUntil <= now else { return }
        if isRough, chance(1) {
            workers[place] = birth()
            return
        }
        if isRough, chance(3) {
            let milliseconds = Int.random(in: 0...15_000, using: &random)
            workers[place].sleepsUntil = now + .milliseconds(milliseconds)
            return
        }
        var worker = workers[place]
        advance(&worker)
        workers[place] = worker
        let senders = workers.filter { $0.queue.maySend(at: now + $0.offset) }
        let numbers = senders.compactMap { $0.queue.held?.number }
        #expect(Set(numbers).count == numbers.count, "two workers send for one item")
    }

    private mutating func advance(_ worker: inout Worker) {
        let time = now + worker.offset
        if let (step, change) = worker.writing {
            write(step, change, &worker, time)
        } else if worker.queue.held == nil {
            for (number, page) in pages.enumerated() {
                worker.queue.learn(number, page.items, version: page.version, at: time)
            }
            if case .take(let number) = worker.queue.choose(at: time) {
                decide(.claim(number), &worker, time)
            }
        } else {
            work(&worker, time)
        }
    }

    /// Sends a batch, or decides on a change.
    private mutating func work(_ worker: inout Worker, _ time: Instant) {
        guard let number = worker.queue.held?.number else { return }
        if chance(20) { return decide(.advance, &worker, time) }
        guard worker.queue.maySend(at: time) else { return decide(.release, &worker, time) }
        let batch = worker.progress.batches
        if badBatches[number] == batch { return decide(.fail, &worker, time) }
        if batch == batchCounts[number.page][number.place] {
            return decide(.finish, &worker, time)
        }
        let key = ItemRun.key(QueueTesting.head(items: 12), number) + "\(batch)"
        let content = "\(number.page).\(number.place):\(batch)"
        #expect(applied[key] ?? content == content, "a key with other content")
        applied[key] = content
        sends += 1
        // The answer may be lost; the same is sent again then.
        if chance(90) { worker.progress.add(QueueTesting.receipt(batch)) }
    }

    private func change(_ step: Step, _ worker: Worker, _ time: Instant) -> WorkQueue.Change? {
        let progress = worker.progress
        switch step {
        case .claim(let number): return worker.queue.claiming(number, at: time)
        case .advance:
            return worker.queue.advancing(to: progress, documentsPerSecond: 1, at: time)
        case .finish: return worker.queue.finishing(with: progress, at: time)
        case .release: return worker.queue.releasing(at: progress, now: time)
        case .fail: return worker.queue.failing("damaged", at: progress, now: time)
        }
    }

    private mutating func decide(_ step: Step, _ worker: inout Worker, _ time: Instant) {
        worker.writing = change(step, worker, time).map { (step, $0) }
    }

    private mutating func write(
        _ step: Step, _ change: WorkQueue.Change, _ worker: inout Worker, _ time: Instant
    ) {
        worker.writing = nil
        let isCurrent = pages[change.page].version == change.expected
        if isCurrent { store(change) }
        if isCurrent, chance(95) {
            worker.queue.stored(change, version: pages[change.page].version, at: time)
            if let item = worker.queue.item, item.claim?.beat == 0 {
                worker.progress = item.progress
            }
            return
        }
        // Somebody was quicker, or the answer was lost: what is there now?
        let page = pages[change.page]
        worker.queue.learn(change.page, page.items, version: page.version, at: time)
        decide(step, &worker, time)
    }

    private mutating func store(_ change: WorkQueue.Change) {
        for (place, item) in change.items.enumerated() {
            let old = pages[change.page].items[place]
            let number = WorkQueue.Number(page: change.page, place: place)
            #expect(item.progress.batches >= old.progress.batches, "progress went back")
            #expect(item.claimCount >= old.claimCount)
            if old.state == .done { #expect(item == old, "what is done changes no more") }
            if item.source.isShard, item.claimCount > old.claimCount {
                let parts = pages.flatMap(\.items).filter { !$0.source.isShard }
                #expect(parts.allSatisfy { $0.state == .done }, "a shard without all parts")
            }
            if old.state != .done, item.state == .done { finishings[number, default: 0] += 1 }
        }
        pages[change.page] = (change.items, pages[change.page].version + 1)
    }

    mutating func retry() {
        for page in pages.indices {
            for place in pages[page].items.indices { pages[page].items[place].retry() }
            pages[page].version += 1
        }
    }

    mutating func run(steps limit: Int) {
        var steps = 0
        while !isFinished, steps < limit {
            step()
            steps += 1
        }
    }

    func check(_ seed: UInt64) {
        var expected: [String: String] = [:]
        for page in pages.indices {
            for (place, item) in pages[page].items.enumerated() {
                let number = WorkQueue.Number(page: page, place: place)
                let count = badBatches[number] ?? batchCounts[page][place]
                let isBad = badBatches[number] != nil
                #expect(item.state == (isBad ? .failed : .done), "seed \(seed)")
                #expect(finishings[number] == (isBad ? nil : 1), "seed \(seed)")
                #expect(item.progress.batches == count, "seed \(seed)")
                #expect(item.progress.indexed == Int64(3 * count), "seed \(seed)")
                for batch in 0..<count {
                    let key = ItemRun.key(QueueTesting.head(items: 12), number) + "\(batch)"
                    expected[key] = "\(page).\(place):\(batch)"
                }
            }
        }
        #expect(applied == expected, "seed \(seed)")
    }
}

@Suite struct QueueSimulationTests {
    @Test func whateverHappensEachBatchIsAcknowledgedOnce() {
        var repeats = 0
        var births = 0
        for seed in UInt64(0)..<100 {
            var simulation = QueueSimulation(seed: seed)
            simulation.run(steps: 20_000)
            // Items whose workers were lost again and again are set aside, good ones too.
            simulation.isRough = false
            simulation.retry()
            simulation.run(steps: 20_000)
            simulation.check(seed)
            repeats += simulation.sends - simulation.applied.count
            births += simulation.born - QueueSimulation.workerCount
        }
        // It was no stroll.
        #expect(repeats > 100 && births > 50)
    }

    @Test func shardsAreBuiltAfterAllPartsWhateverHappens() {
        var stuck = 0
        for seed in UInt64(1_000)..<1_020 {
            var simulation = QueueSimulation(seed: seed, building: true)
            simulation.run(steps: 20_000)
            stuck += simulation.isStuck ? 1 : 0
            simulation.isRough = false
            simulation.badBatches = [:]
            simulation.retry()
            simulation.run(steps: 20_000)
            simulation.check(seed)
        }
        #expect(stuck >= 10)
    }
}
