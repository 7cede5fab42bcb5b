// The rules of taking, keeping and losing items, one by one.
import Storage
import Testing

@testable import canopy

@Suite struct WorkQueueTests {
    /// A worker that knows one page of items.
    private func worker(
        _ holder: String, _ items: [WorkItem], version: Int64 = 1, at now: Instant = .zero
    ) -> WorkQueue {
        var queue = WorkQueue(holder: holder, lease: QueueTesting.lease, pageCount: 1)
        queue.learn(0, items, version: version, at: now)
        return queue
    }

    private func number(_ place: Int) -> WorkQueue.Number { .init(page: 0, place: place) }

    @Test func waitingItemsAreTakenInOrderAndThoseThatFailedLast() throws {
        var items = ["a", "b", "c"].map(QueueTesting.item)
        items[0].fail("damaged")
        #expect(worker("w", items).choose(at: .zero) == .take(number(1)))
        items[1].finish(with: ItemProgress())
        #expect(worker("w", items).choose(at: .zero) == .take(number(2)))
        items[2].finish(with: ItemProgress())
        #expect(worker("w", items).choose(at: .zero) == .take(number(0)))
        items[0].finish(with: ItemProgress())
        #expect(worker("w", items).choose(at: .zero) == .finished)
    }

    @Test func shardsWaitForAllPartsAndAreNotBuiltWithoutOne() throws {
        var items = ["a", "b"].map(QueueTesting.item)
        items += [0, 1].map { WorkItem(source: .shard($0)) }
        items[0].finish(with: QueueTesting.progress(2))
        items[1].claim(by: "other")
        var queue = worker("w", items)
        #expect(queue.choose(at: .zero) == .wait(.milliseconds(200)))
        #expect(queue.claiming(number(2), at: .zero) == nil)
        // The last part is no step to a shard of the same page: others may be open elsewhere.
        let taken = try #require(queue.claiming(number(1), at: .at(30)))
        queue.stored(taken, version: 2, at: .at(30))
        let done = try #require(
            queue.finishing(with: QueueTesting.progress(3), at: .at(31)))
        #expect(done.items[2].state == .waiting)
        queue.stored(done, version: 3, at: .at(31))
        #expect(queue.choose(at: .at(31)) == .take(number(2)))
        #expect(
            queue.chunks.map { "\($0.item.place)/\($0.chunk)" }
                == ["0/0", "0/1", "1/0", "1/1", "1/2"])
        let first = try #require(queue.claiming(number(2), at: .at(31)))
        queue.stored(first, version: 4, at: .at(31))
        let next = try #require(queue.finishing(with: ItemProgress(), at: .at(32)))
        #expect(next.items[3].claim?.holder == "w")

        items[1] = QueueTesting.item("b")
        for _ in 0..<WorkItem.attemptLimit { items[1].fail("gone") }
        #expect(worker("w", items).choose(at: .zero) == .finished)
        let summary = QueueSummary(worker("w", items).items)
        #expect(summary.isFinished && summary.state == "failed")
        items[1].retry()
        #expect(worker("w", items).choose(at: .zero) == .take(number(1)))
    }

    @Test func aClaimNamesItsHolderAndIsHeldOnceItIsStored() throws {
        var queue = worker("w", [QueueTesting.item("a")])
        let change = try #require(queue.claiming(number(0), at: .at(1)))
        #expect(change.expected == 1)
        #expect(change.items[0].claim == ItemClaim(holder: "w", number: 1))
        #expect(queue.held == nil && !queue.maySend(at: .at(1)))
        queue.stored(change, version: 2, at: .at(2))
        #expect(queue.held == .init(number: number(0), claim: 1, renewed: .at(1)))
        // By when the change was decided, not by when it was known to be made.
        #expect(queue.maySend(at: .at(30.9)) && !queue.maySend(at: .at(31)))
    }

    @Test func othersWaitForALeaseWithoutASignOfLife() throws {
        var items = [QueueTesting.item("a")]
        items[0].claim(by: "gone")
        items[0].advance(to: QueueTesting.progress(4), documentsPerSecond: 7)
        var queue = worker("w", items, at: .at(100))
        #expect(queue.choose(at: .at(100)) == .wait(.seconds(5)))
        #expect(queue.choose(at: .at(129)) == .wait(.seconds(1)))
        #expect(queue.claiming(number(0), at: .at(129)) == nil)
        items[0].advance(to: QueueTesting.progress(5), documentsPerSecond: 7)
        queue.learn(0, items, version: 2, at: .at(129))
        #expect(queue.choose(at: .at(131)) == .wait(.seconds(5)))
        #expect(!queue.isSilent(number(0), at: .at(158)))
        #expect(queue.isSilent(number(0), at: .at(159)))
        #expect(queue.choose(at: .at(159)) == .take(number(0)))
        let change = try #require(queue.claiming(number(0), at: .at(159)))
        #expect(change.items[0].claim == ItemClaim(holder: "w", number: 2))
        // From where the lost worker's last checkpoint was.
        #expect(change.items[0].progress == QueueTesting.progress(5))
        #expect(change.items[0].failures == 1)
    }

    @Test func anItemWhoseWorkersAreLostAgainAndAgainIsSetAside() throws {
        var items = [QueueTesting.item("a")]
        var now = Instant.zero
        for round in 1...WorkItem.attemptLimit {
            items[0].claim(by: "lost-\(round)")
            var queue = worker("w", items, at: now)
            now = now + QueueTesting.lease
            let change = try #require(queue.claiming(number(0), at: now))
            items = change.items
            queue.stored(change, version: 2, at: now)
            #expect((queue.held == nil) == (round == WorkItem.attemptLimit))
        }
        #expect(items[0].state == .failed)
        #expect(items[0].reason?.contains("lost-3") == true)
        #expect(worker("w", items).choose(at: now) == .finished)
        items[0].retry()
        #expect(items[0].state == .waiting && items[0].failures == 0)
    }

    @Test func whoeverLostAnItemDoesNotTouchItAnyMore() throws {
        var queue = worker("w", [QueueTesting.item("a")])
        let claim = try #require(queue.claiming(number(0), at: .zero))
        queue.stored(claim, version: 2, at: .zero)
        var items = claim.items
        items[0].claim(by: "other")
        queue.learn(0, items, version: 3, at: .at(40))
        #expect(queue.held == nil)
        let progress = QueueTesting.progress(1)
        #expect(queue.finishing(with: progress, at: .at(40)) == nil)
        #expect(queue.advancing(to: progress, documentsPerSecond: 0, at: .at(40)) == nil)
        #expect(queue.failing("reason", at: progress, now: .at(40)) == nil)
        #expect(queue.releasing(at: progress, now: .at(40)) == nil)
        // Older news changes nothing.
        queue.learn(0, claim.items, version: 2, at: .at(41))
        #expect(queue.claiming(number(0), at: .at(41)) == nil)
    }

    @Test func aClaimWhoseAnswerWasLostIsTakenUpAgainAtOnce() throws {
        var items = [QueueTesting.item("a")]
        items[0].claim(by: "w")
        let queue = worker("w", items)
        #expect(queue.choose(at: .zero) == .take(number(0)))
        let change = try #require(queue.claiming(number(0), at: .zero))
        #expect(change.items[0].claim?.number == 2 && change.items[0].failures == 0)
    }

    @Test func signsOfLifeCarryProgressAndKeepTheClaimFresh() throws {
        var queue = worker("w", [QueueTesting.item("a")])
        let claim = try #require(queue.claiming(number(0), at: .zero))
        queue.stored(claim, version: 2, at: .zero)
        let beat = try #require(
            queue.advancing(to: QueueTesting.progress(2), documentsPerSecond: 9, at: .at(10)))
        #expect(beat.items[0].claim?.beat == 1 && beat.items[0].claim?.documentsPerSecond == 9)
        #expect(beat.items[0].progress.batches == 2 && beat.items[0].progress.indexed == 6)
        queue.stored(beat, version: 3, at: .at(10))
        #expect(queue.maySend(at: .at(39)))
        // Progress never goes back.
        let late = try #require(
            queue.advancing(to: QueueTesting.progress(1), documentsPerSecond: 9, at: .at(11)))
        #expect(late.items[0].progress.batches == 2)
    }

    @Test func finishingTakesTheNextOfThePageWithTheSameChange() throws {
        var queue = worker("w", ["a", "b"].map(QueueTesting.item))
        let claim = try #require(queue.claiming(number(0), at: .zero))
        queue.stored(claim, version: 2, at: .zero)
        let first = try #require(queue.finishing(with: QueueTesting.progress(2), at: .at(1)))
        #expect(first.items[0].state == .done && first.items[0].progress.batches == 2)
        queue.stored(first, version: 3, at: .at(1))
        #expect(queue.held == .init(number: number(1), claim: 1, renewed: .at(1)))
        let last = try #require(queue.finishing(with: ItemProgress(), at: .at(2)))
        queue.stored(last, version: 4, at: .at(2))
        #expect(queue.held == nil && queue.choose(at: .at(2)) == .finished)
    }

    @Test func failuresWithoutProgressSetAnItemAside() {
        var item = QueueTesting.item("a")
        for round in 1..<WorkItem.attemptLimit {
            item.claim(by: "w")
            item.fail("cannot read /a", at: QueueTesting.progress(2))
            #expect(item.state == .waiting && item.failures == round)
        }
        // What goes further has another chance.
        item.claim(by: "w")
        item.fail("cannot read /a", at: QueueTesting.progress(3))
        #expect(item.failures == 1)
        for _ in 1..<WorkItem.attemptLimit { item.fail("cannot\nread /a") }
        #expect(item.state == .failed && item.reason == "cannot read /a")
        #expect(item.progress.batches == 3)
    }

    @Test func aWorkerThatIsToldToStopGivesItsItemBackWithoutBlame() throws {
        var queue = worker("w", [QueueTesting.item("a")])
        let claim = try #require(queue.claiming(number(0), at: .zero))
        queue.stored(claim, version: 2, at: .zero)
        let change = try #require(
            queue.releasing(at: QueueTesting.progress(5), now: .at(1)))
        #expect(change.items[0].state == .waiting && change.items[0].failures == 0)
        #expect(change.items[0].progress.batches == 5)
        queue.stored(change, version: 3, at: .at(1))
        #expect(queue.held == nil)
    }

    @Test func workersBeginOnDifferentPages() {
        var starts = Set<Int>()
        for number in 0..<40 {
            var queue = WorkQueue(
                holder: "host:\(number)", lease: QueueTesting.lease, pageCount: 4)
            for page in 0..<4 {
                queue.learn(page, [QueueTesting.item("\(page)")], version: 1, at: .zero)
            }
            if case .take(let number) = queue.choose(at: .zero) { starts.insert(number.page) }
        }
        #expect(starts == [0, 1, 2, 3])
    }

    @Test func acknowledgementsComeInAnyOrder() {
        let bad = RefusedDocument(
            place: RecordPlace(source: "a", line: 4), id: "x", reason: "no number")
        var all = ItemAcknowledgements(QueueTesting.progress(1))
        all.take(QueueTesting.receipt(3))
        all.take(QueueTesting.receipt(2, refused: [bad]))
        #expect(all.progress.batches == 1)
        all.take(QueueTesting.receipt(1))
        #expect(all.progress.batches == 4 && all.progress.indexed == 12)
        #expect(all.progress.refused == 1 && all.progress.examples == [bad])
        #expect(all.progress.position.byteOffset == 40)
    }
}
