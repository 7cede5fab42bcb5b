// Local copies: whole or not there, within their room, and fetched again when they have decayed.

import Foundation
import Logging
import Storage
import Synchronization
import Testing

@testable import Backends

@Suite struct CacheLedgerTests {
    private func entry(_ byteCount: Int) -> CacheLedger.Entry {
        .init(byteCount: byteCount, digest: .zero)
    }

    @Test func theLongestUnusedGoFirst() {
        var ledger = CacheLedger(byteBudget: 100)
        for name in ["a", "b", "c"] { ledger.insert(name, entry(30)) }
        ledger.use("a")
        #expect(ledger.makeRoom(for: 10) { _ in false }.isEmpty)
        #expect(ledger.makeRoom(for: 40) { _ in false }.map(\.name) == ["b"])
        #expect(ledger.names == ["a", "c"] && ledger.byteCount == 60)
    }

    @Test func whatIsInUseStays() {
        var ledger = CacheLedger(byteBudget: 50)
        for name in ["a", "b"] { ledger.insert(name, entry(40)) }
        #expect(ledger.makeRoom(for: 20) { $0 == "a" }.map(\.name) == ["b"])
        #expect(ledger["a"] != nil && ledger.byteCount == 40)
        ledger.insert("a", entry(10))
        #expect(ledger.byteCount == 10)
    }

    /// Random uses against the plain rule: never over the budget unless all that is left is in use.
    @Test func theBudgetHolds() {
        for seed in UInt64(0)..<50 {
            let random = SeededRandom(seed: seed)
            var ledger = CacheLedger(byteBudget: 1_000)
            for step in 0..<200 {
                let inUse = Set((0..<3).map { _ in "\(random.next(below: 20))" })
                let size = random.next(in: 1..<300)
                let name = "\(random.next(below: 20))"
                _ = ledger.makeRoom(for: size, isInUse: inUse.contains)
                let isOver = ledger.byteCount + size > 1_000
                #expect(
                    !isOver || ledger.names.allSatisfy(inUse.contains), "seed \(seed) step \(step)")
                ledger.insert(name, entry(size))
                let sum = ledger.names.compactMap { ledger[$0]?.byteCount }.reduce(0, +)
                #expect(ledger.byteCount == sum)
            }
        }
    }
}

@Suite(.timeLimit(.minutes(5)))
struct ObjectCacheTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func cache(_ byteBudget: Int = 1 << 30) throws -> ObjectCache {
        try ObjectCache(
            folder: folder.path, byteBudget: byteBudget, disk: LiveDisk(),
            random: SystemRandom(), logger: Logger(label: "test"))
    }

    private func store(
        _ http: FakeS3, _ cache: ObjectCache, mapped: String = "segments/"
    ) throws -> S3ObjectStore {
        S3ObjectStore(
            try .test(), http: http, cache: cache, clock: JumpingClock(),
            random: SystemRandom(), compute: InlinePool(),
            isMappedLater: { $0.hasPrefix(mapped) })
    }

    private var files: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    }

    private func bytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        let random = SeededRandom(seed: seed)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    private func fetches(_ http: FakeS3) -> Int {
        http.calls.filter { $0.method == "GET" }.count
    }

    @Test func whatIsMappedAgainIsNotFetchedAgain() async throws {
        let http = FakeS3()
        let store = try store(http, cache())
        let content = bytes(1_000)
        #expect(await store.create("other/a", content) == .created)
        let first = try await store.map("other/a")
        let second = try await store.map("other/a")
        #expect(first === second && first?.copied() == content)
        #expect(fetches(http) == 1)
        // Another process finds the file.
        let later = try self.store(http, cache())
        #expect(try await later.map("other/a")?.copied() == content)
        #expect(fetches(http) == 1)
    }

    @Test func whatIsMappedLaterIsKeptWhenItIsMade() async throws {
        let http = FakeS3()
        let store = try store(http, cache())
        #expect(await store.create("segments/a", bytes(1_000)) == .created)
        #expect(await store.create("log/1", bytes(1_000)) == .created)
        #expect(files.count == 1)
        #expect(try await store.map("segments/a")?.copied() == bytes(1_000))
        #expect(fetches(http) == 0)
        try await store.delete("segments/a")
        #expect(files.isEmpty)
    }

    @Test func largeObjectsComeInParts() async throws {
        let http = FakeS3()
        let store = try store(http, cache())
        let content = bytes(5 * S3ObjectStore.partBytes + 17)
        #expect(await store.create("large", content) == .created)
        http.fail(.status(500), .unreachable, .cutShort, .answerLost)
        #expect(try await store.map("large")?.copied() == content)
        #expect(http.calls.filter { $0.method == "GET" }.count >= 6)
        #expect(files.count == 1)
    }

    @Test func manyAskersFetchOnce() async throws {
        let http = FakeS3()
        let store = try store(http, cache())
        #expect(await store.create("a", bytes(1_000)) == .created)
        await withTaskGroup(of: Int?.self) { group in
            for _ in 0..<20 { group.addTask { try? await store.map("a")?.count } }
            for await count in group { #expect(count == 1_000) }
        }
        #expect(fetches(http) == 1)
    }

    @Test func damagedCopiesAreFetchedAgain() async throws {
        let http = FakeS3()
        #expect(await (try store(http, cache())).create("segments/a", bytes(1_000)) == .created)
        let path = folder.path + "/" + (try #require(files.first))
        for damage in [bytes(1_000, seed: 2), bytes(999), []] {
            try Data(damage).write(to: URL(fileURLWithPath: path))
            let before = fetches(http)
            let store = try store(http, cache())
            // Whoever opens the bytes sees what has become of them.
            if try await store.map("segments/a")?.copied() == damage {
                await store.discardCopy(of: "segments/a")
            }
            #expect(try await store.map("segments/a")?.copied() == bytes(1_000))
            #expect(fetches(http) == before + 1)
        }
        try FileManager.default.removeItem(atPath: path)
        #expect(try await store(http, cache()).map("segments/a")?.copied() == bytes(1_000))
    }

    /// Copies that were verified by this process, and have changed since.
    @Test func discardedCopiesAreFetchedAgain() async throws {
        let http = FakeS3()
        let store = try store(http, cache())
        #expect(await store.create("segments/a", bytes(1_000)) == .created)
        let mapped = try #require(try await store.map("segments/a"))
        let path = folder.path + "/" + (try #require(files.first))
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.write(contentsOf: [bytes(1)[0] ^ 1])
        try file.close()
        #expect(mapped.copied() != bytes(1_000))
        #expect(try await store.map("segments/a") === mapped)
        // What the store itself has is asked for past the copy.
        #expect(try await store.read("segments/a", 0..<1_000) == bytes(1_000))
        await store.discardCopy(of: "segments/a")
        #expect(files.isEmpty)
        let before = fetches(http)
        let again = try #require(try await store.map("segments/a"))
        #expect(again !== mapped && again.copied() == bytes(1_000))
        #expect(fetches(http) == before + 1 && files.count == 1)
        // Who still reads the old bytes may go on.
        #expect(mapped.count == 1_000)
    }

    @Test func whatIsNotWholeGetsNoName() async throws {
        let http = FakeS3()
        let store = try store(http, cache())
        #expect(await store.create("a", bytes(1_000)) == .created)
        http.state.withLock { state in
            for key in state.objects.keys { state.objects[key]?.body[7] ^= 1 }
        }
        await #expect {
            try await store.map("a")
        } throws: { error in
            "\(error)".contains("object 'a'") && "\(error)".contains("not those that were stored")
        }
        #expect(files.isEmpty)
    }

    @Test func abandonedAndForeignFilesAreToldApart() async throws {
        let http = FakeS3()
        #expect(await (try store(http, cache())).create("segments/a", bytes(10)) == .created)
        for name in ["fetching-1", "mine.txt"] {
            try Data([1]).write(to: URL(fileURLWithPath: folder.path + "/" + name))
        }
        _ = try cache()
        #expect(files.count == 2 && files.contains("mine.txt"))
        _ = try cache(5)
        #expect(files == ["mine.txt"])
    }

    @Test func theRoomHoldsWhileMappingsStayValid() async throws {
        let http = FakeS3()
        let cache = try cache(10_000)
        let store = try store(http, cache, mapped: "none/")
        var held: [(UInt64, MappedBytes)] = []
        for number in UInt64(0)..<20 {
            let content = bytes(1_500, seed: number)
            #expect(await store.create("a/\(number)", content) == .created)
            let mapped = try #require(try await store.map("a/\(number)"))
            if number < 3 { held.append((number, mapped)) }
            #expect(await cache.byteCount <= 10_000)
        }
        for (number, mapped) in held { #expect(mapped.copied() == bytes(1_500, seed: number)) }
        let size = try files.reduce(0) { sum, name in
            sum + (try LiveDisk().size(folder.path + "/" + name) ?? 0)
        }
        #expect(size <= 10_000)
    }
}
