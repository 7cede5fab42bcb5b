// Scrubbing a shard whose stored bytes were changed behind its back: found, mended, the same
// documents before and after, and the store alone is enough for whoever comes next.

import Analysis
import Segments
import Storage
import Synchronization
import Testing

@testable import Shards

@Suite struct ScrubbingTests {
    private let objects: TestObjectStore
    private let world: TestWorld

    init() {
        objects = TestObjectStore()
        world = TestWorld(objects: objects)
    }

    private func keys(_ part: String) -> [String] {
        objects.keys.filter { $0.hasPrefix("test/00000/" + part) }
    }

    /// Three segments with deletions, and a record that is in none.
    private func filled(_ world: TestWorld) async throws -> Shard {
        let shard = try await world.open()
        for round in 0..<3 {
            try await shard.write(
                (0..<40).map { index("\(round)-\($0)", #"{"t":"word\#($0 % 7) all"}"#) })
            try await shard.flush()
        }
        try await shard.write([delete("0-3"), index("1-4", #"{"t":"new"}"#)])
        try await shard.refresh()
        return shard
    }

    private func flip(_ key: String, byte: Int? = nil) async throws {
        var bytes = try #require(try await objects.read(key))
        bytes[byte ?? bytes.count / 2] ^= 8
        objects.replace(key, bytes)
    }

    /// One bit of what searches read of the segment.
    private func flipMapped(_ shard: Shard, _ name: String) throws {
        let entry = try #require(shard.contents.storedSegments[name])
        let start = try #require(entry.bytes.pointer.baseAddress)
        let middle = UnsafeMutableRawPointer(mutating: start) + entry.bytes.count / 2
        middle.storeBytes(of: middle.load(as: UInt8.self) ^ 1, as: UInt8.self)
    }

    private func scrub(_ shard: Shard) async -> ScrubReport { await shard.scrub { _ in } }

    private func expectSound(_ shard: Shard) async {
        let report = await scrub(shard)
        #expect(report.findings == [] && report.failure == nil && report.objects > 0)
    }

    // MARK: Nothing is wrong

    @Test func aSoundShardIsReadWhole() async throws {
        let shard = try await filled(world)
        let paced = Counted()
        let report = await shard.scrub { paced.add($0) }
        #expect(report.isSound && report.findings.isEmpty)
        let segments = await shard.status().segments.filter { !$0.isInMemory }
        let stored = segments.reduce(0) { $0 + $1.bytes }
        // Each segment in the store and here; of the log what is above the limit.
        let limit = try #require(await shard.collection.limit)
        let slots = keys("log/").compactMap { world.location.slot(ofKey: $0) }
            .filter { $0 > limit }
        #expect(report.objects == 2 * segments.count + slots.count)
        #expect(report.bytes > 2 * stored && report.bytes == paced.total)
        let copy = try await world.open(owner: "n2", as: .copy)
        let here = await scrub(copy)
        #expect(here.isSound && here.objects == segments.count && here.bytes == stored)
    }

    @Test func whatOnlyAKeptStateNeedsIsReadToo() async throws {
        let shard = try await filled(world)
        _ = try await shard.keep(id: "k", name: "friday")
        for round in 0..<3 {
            try await shard.write((0..<40).map { index("\(round)-\($0)", "{}") })
            try await shard.flush()
        }
        try await shard.forceMerge(maximumSegments: 1)
        try await shard.flush()
        let report = await scrub(shard)
        #expect(report.findings == [] && report.failure == nil)
        let kept = Set(await shard.progress.kept[0].segments.map(\.name))
        let alone = try #require(
            kept.subtracting(await shard.contents.storedSegments.keys).sorted().first)
        try await flip("test/00000/segments/" + alone)
        let found = await scrub(shard).findings
        #expect(found.count == 1 && found[0].object.hasSuffix(alone) && !found[0].isMended)
        #expect(found[0].reason.contains("friday"))
        try await shard.letGo(id: "k")
        await expectSound(shard)
    }

    /// Writes, flushes, merges and collections happen between any two reads.
    @Test(arguments: 0..<30 as Range<UInt64>)
    func aSoundShardIsNeverReported(_ seed: UInt64) async throws {
        let random = SeededRandom(seed: seed)
        let shard = try await filled(world)
        let copy = try await world.open(owner: "n2", as: .copy)
        for round in 0..<6 {
            let pace: ScrubPace = { _ in
                switch random.next(below: 8) {
                case 0: try await shard.flush()
                case 1: _ = try await shard.mergeOnce()
                case 2: try await shard.forceMerge(maximumSegments: 1)
                case 3: try await shard.settle()
                case 4:
                    try await copy.catchUp()
                    try await copy.adopt()
                case 5: try await shard.write([delete("0-\(random.next(below: 40))")])
                default: try await shard.write([index("\(random.next(below: 99))", "{}")])
                }
            }
            let report = await (round % 2 == 0 ? shard : copy).scrub(pace: pace)
            #expect(report.findings == [] && report.failure == nil, "seed \(seed)")
        }
        for one in [shard, copy] { try await one.catchUp() }
        try await shard.refresh()
        #expect(
            try await world.open(owner: "n3", as: .copy).snapshot.documents()
                == shard.snapshot.documents(), "seed \(seed)")
    }

    /// The new owner has rewritten and collected what the old one still believes in.
    @Test func whoWasDeposedReportsNothing() async throws {
        let old = try await filled(world)
        let new = try await world.open(owner: "n2")
        try await new.forceMerge(maximumSegments: 1)
        try await new.write([index("more", "{}")])
        try await new.flush()
        try await new.settle()
        let kept = objects.keys
        let report = await scrub(old)
        #expect(report.findings == [] && report.failure?.contains("owns the shard") == true)
        #expect(objects.keys == kept, "nothing is written")
        await expectSound(new)
        // Its next write tells it; then it follows.
        await #expect(throws: ShardError.self) { try await old.write([index("a", "{}")]) }
        try await old.catchUp()
        try await old.adopt()
        await expectSound(old)
    }

    @Test func whatArrivesDamagedOnceIsNoDamage() async throws {
        let shard = try await filled(world)
        for part in ["/segments/", "/log/"] {
            let seen = Counted()
            objects.alteration.withLock {
                $0 = { key, bytes in
                    guard key.contains(part), seen.add(1) == 2 else { return bytes }
                    return Array(bytes.dropLast() + [bytes[bytes.count - 1] ^ 1])
                }
            }
            await expectSound(shard)
            #expect(seen.total > 2)
        }
    }

    @Test func aStoreThatDoesNotAnswerIsNoDamage() async throws {
        let shard = try await filled(world)
        for part in ["/segments/", "/log/"] {
            objects.refuseReads(of: part)
            let report = await scrub(shard)
            #expect(report.findings == [] && report.failure?.contains("no answer") == true)
            #expect(!report.isSound)
        }
        await shard.close()
        #expect(await scrub(shard).failure?.contains("closed") == true)
    }

    // MARK: Segments

    @Test(arguments: ["flipped", "cut", "empty", "missing"])
    func aDamagedObjectIsWrittenAgain(_ damage: String) async throws {
        let shard = try await filled(world)
        let before = try #require(try shard.snapshot.documents())
        for key in keys("segments/") {
            let bytes = try #require(try await objects.read(key))
            switch damage {
            case "flipped": try await flip(key)
            case "cut": objects.replace(key, bytes.dropLast())
            case "empty": objects.replace(key, [])
            default: objects.replace(key, nil)
            }
        }
        let damaged = keys("segments/")
        await #expect(throws: ShardError.self) { _ = try await world.open(owner: "x", as: .copy) }
        let report = await scrub(shard)
        #expect(report.failure == nil && report.isSound)
        #expect(report.findings.map(\.kind) == [.segment, .segment, .segment])
        #expect(report.findings.allSatisfy { $0.isMended && $0.object.contains("/segments/") })
        #expect(try shard.snapshot.documents() == before)
        // Never written over, and gone.
        #expect(Set(keys("segments/")).isDisjoint(with: damaged))
        await expectSound(shard)
        let next = try await world.open(owner: "n2")
        #expect(try next.snapshot.documents() == before)
        let found = try shard.snapshot.ids(with: "word2", in: "t")
        #expect(!found.isEmpty)
        #expect(try next.snapshot.ids(with: "word2", in: "t") == found)
    }

    @Test func damagedBytesHereAreFetchedAgain() async throws {
        let shard = try await filled(world)
        let copy = try await world.open(owner: "n2", as: .copy)
        let before = try #require(try shard.snapshot.documents())
        for one in [shard, copy] {
            // Not everything is visible: that must stay so.
            try await shard.write([index("later", "{}")])
            try await copy.catchUp()
            let slot = one.snapshot.visibleSlot
            let name = try #require(one.contents.storedSegments.keys.sorted().first)
            let old = try #require(one.contents.storedSegments[name])
            try flipMapped(one, name)
            let report = await scrub(one)
            #expect(report.isSound && report.findings.map(\.kind) == [.copy])
            #expect(report.findings[0].object.hasSuffix(name))
            let new = try #require(one.contents.storedSegments[name])
            #expect(new.bytes !== old.bytes && new.live?.deletedCount == old.live?.deletedCount)
            // What searches see from now on.
            #expect(one.snapshot.segments.contains { $0.segment === new.reader })
            #expect(!one.snapshot.segments.contains { $0.segment === old.reader })
            #expect(one.snapshot.visibleSlot == slot)
            #expect(try one.snapshot.documents() == before)
            await expectSound(one)
        }
    }

    /// Local copies that changed while nobody had them open.
    @Test(arguments: [Shard.Role.owner, .copy])
    func decayedCopiesAreFetchedAgainWhenTheyAreOpened(_ role: Shard.Role) async throws {
        let shard = try await filled(world)
        let before = try #require(try shard.snapshot.documents())
        await shard.close()
        let segments = keys("segments/")
        #expect(segments.count >= 3)
        for (place, key) in segments.enumerated() {
            var bytes = try #require(try await objects.read(key))
            switch place % 3 {
            case 0: bytes[bytes.count / 2] ^= 8
            case 1: bytes.removeLast(bytes.count / 3)
            default: bytes = Array(repeating: 0, count: bytes.count)
            }
            objects.decay(key, bytes)
        }
        let later = try await world.open(owner: "n2", as: role)
        #expect(objects.decayed.isEmpty)
        try await later.refresh()
        #expect(try later.snapshot.documents() == before)
    }

    @Test func whatIsDamagedEverywhereIsToldUntilItIsRestored() async throws {
        let shard = try await filled(world)
        let copy = try await world.open(owner: "n2", as: .copy)
        let before = try #require(try shard.snapshot.documents())
        let key = try #require(keys("segments/").first)
        let name = String(key.split(separator: "/").last ?? "")
        let good = try #require(try await objects.read(key))
        try await flip(key)
        for (one, kind) in [(shard, ScrubFinding.Kind.segment), (copy, .copy)] {
            try flipMapped(one, name)
            for _ in 0..<2 {
                let report = await scrub(one)
                #expect(report.failure == nil && !report.isSound)
                let finding = try #require(report.findings.first)
                #expect(report.findings.count == 1 && finding.kind == kind)
                #expect(finding.object == key && finding.remedy.contains("backup"))
            }
        }
        // Merging would make the damage look sound.
        await #expect(throws: ShardError.self) {
            try await shard.forceMerge(maximumSegments: 1)
        }
        objects.replace(key, good)
        for one in [shard, copy] {
            let report = await scrub(one)
            #expect(report.isSound && report.findings.map(\.kind) == [.copy])
            #expect(try one.snapshot.documents() == before)
        }
        try await shard.forceMerge(maximumSegments: 1)
        await expectSound(shard)
    }

    @Test func aCopyLeavesTheStoreToItsOwner() async throws {
        let shard = try await filled(world)
        let copy = try await world.open(owner: "n2", as: .copy)
        let before = try #require(try shard.snapshot.documents())
        try await flip(try #require(keys("segments/").first))
        await expectSound(copy)
        #expect(await scrub(shard).findings.map(\.isMended) == [true])
        try await copy.catchUp()
        try await copy.adopt()
        #expect(try copy.snapshot.documents() == before)
        await expectSound(copy)
    }

    @Test func aStoreThatIsFullIsTold() async throws {
        let shard = try await filled(world)
        let key = try #require(keys("segments/").first)
        try await flip(key)
        objects.refuse(1_000)
        let report = await scrub(shard)
        #expect(report.findings.map(\.isMended) == [false])
        #expect(report.findings.first?.reason.contains("no space left") == true)
        objects.refuse(0)
        #expect(await scrub(shard).findings.map(\.isMended) == [true])
        await expectSound(shard)
    }

    // MARK: The log

    private func record(_ slot: UInt64) -> String { world.location.logKey(slot) }

    @Test(arguments: [true, false])
    func aDamagedRecordIsMadeUnnecessary(isCovered: Bool) async throws {
        let shard = try await filled(world)
        if isCovered { try await shard.flush() }
        let before = try #require(try shard.snapshot.documents())
        let limit = try #require(await shard.collection.limit)
        let covered = await shard.progress.covered.slot
        let slot = isCovered ? limit + 1 : covered + 2
        let kind = try LogRecord(try #require(try await objects.read(record(slot)))).kind
        #expect(isCovered == (slot <= covered) && (isCovered || kind == .batch))
        try await flip(record(slot))
        let report = await scrub(shard)
        #expect(report.isSound && report.findings.map(\.kind) == [.record])
        #expect(report.findings[0].object == record(slot))
        #expect(report.findings[0].remedy.contains("segment") == !isCovered)
        #expect(!keys("log/").contains(record(slot)))
        await expectSound(shard)
        try await shard.write([index("more", "{}")])
        let next = try await world.open(owner: "n2")
        #expect(try next.snapshot.documents()?.filter { $0.key != "more" } == before)
        #expect(try await next.text("more") == "{}")
    }

    /// Any record of any kind, in any way.
    @Test(arguments: 0..<40 as Range<UInt64>)
    func anyDamagedRecordIsFound(_ seed: UInt64) async throws {
        let random = SeededRandom(seed: seed)
        var shard = try await filled(world)
        if seed % 2 == 0 { shard = try await world.open(owner: "n2") }
        for number in 0..<random.next(in: 0..<4) {
            try await shard.write([index("x\(number)", "{}")])
        }
        if seed % 3 == 0 { try await shard.flush() }
        try await shard.refresh()
        let before = try #require(try shard.snapshot.documents())
        let (limit, covered) = (await shard.collection.limit, await shard.progress.covered.slot)
        let start = limit ?? covered
        let slots = keys("log/").compactMap { world.location.slot(ofKey: $0) }
            .filter { $0 > start }
        let slot = slots[random.next(in: 0..<slots.count)]
        let bytes = try #require(try await objects.read(record(slot)))
        switch random.next(below: 4) {
        case 0: objects.replace(record(slot), nil)
        case 1: objects.replace(record(slot), bytes.dropLast(random.next(in: 1..<bytes.count)))
        case 2:
            // Sound by itself, but not what was written.
            let record = try LogRecord(bytes)
            let other = LogRecord(
                kind: record.kind, slot: slot, previous: record.previous, owner: "other",
                body: record.body)
            objects.replace(self.record(slot), other.encoded())
        default: try await flip(record(slot), byte: random.next(in: 0..<bytes.count))
        }
        let report = await scrub(shard)
        #expect(report.isSound && report.findings.count == 1, "seed \(seed), slot \(slot)")
        #expect(report.findings.allSatisfy { $0.kind == .record })
        await expectSound(shard)
        let next = try await world.open(owner: "n3")
        #expect(try next.snapshot.documents() == before, "seed \(seed), slot \(slot)")
    }

    @Test func aMissingFenceIsWrittenAgainOrTold() async throws {
        let shard = try await filled(world)
        let mine = try await world.open(owner: "n2")
        let fence = try #require(UInt64(exactly: await mine.status().fence))
        let bytes = try await objects.read(record(fence))
        objects.replace(record(fence), nil)
        #expect(await scrub(mine).isSound)
        #expect(try await objects.read(record(fence)) == bytes)
        // The old owner, which knows nothing yet, still meets it.
        await #expect(throws: ShardError.self) { try await shard.write([index("a", "{}")]) }
        // Its bytes are not in memory any more.
        mine.recent.append(nil, slot: mine.appliedSlot)
        objects.replace(record(fence), nil)
        let report = await scrub(mine)
        #expect(!report.isSound && report.findings.map(\.object) == [record(fence)])
    }
}

/// A sum that may be added to from anywhere.
private final class Counted: Sendable {
    private let sum = Mutex(0)

    var total: Int { sum.withLock { $0 } }

    @discardableResult
    func add(_ count: Int) -> Int {
        sum.withLock { sum in
            sum += count
            return sum
        }
    }
}
