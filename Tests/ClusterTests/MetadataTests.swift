// Metadata stores: compare-and-set, watching, leases, and files that survive interruption.

import Foundation
import Storage
import Synchronization
import Testing

@testable import Cluster

enum StoreKind: String, CaseIterable, Sendable {
    case memory, file, objects
}

@Suite(.timeLimit(.minutes(1)))
struct MetadataTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    func make(_ kind: StoreKind, _ clock: any NodeClock) throws -> any MetadataStore {
        switch kind {
        case .memory: InMemoryMetadataStore(clock: clock)
        case .file: try FileMetadataStore(folder: folder.path, clock: clock)
        case .objects:
            ObjectMetadataStore(
                objects: FolderObjectStore(
                    disk: LiveDisk(), root: folder.path, random: SystemRandom()), clock: clock,
                random: SystemRandom())
        }
    }

    @Test(arguments: StoreKind.allCases)
    func compareAndSetComparesAndSets(_ kind: StoreKind) async throws {
        let store = try make(kind, ManualClock())
        #expect(try await store.get("a") == nil)
        #expect(try await store.compareAndSet("a", expected: 5, value: [1]) == .conflict)
        #expect(try await store.compareAndSet("a", expected: nil, value: [1]) == .stored(1))
        #expect(try await store.compareAndSet("a", expected: nil, value: [2]) == .conflict)
        #expect(try await store.compareAndSet("b", expected: nil, value: []) == .stored(2))
        #expect(try await store.compareAndSet("a", expected: 1, value: [3]) == .stored(3))
        #expect(try await store.compareAndSet("a", expected: 1, value: [4]) == .conflict)
        #expect(try await store.get("a") == VersionedValue(value: [3], version: 3))
        #expect(try await store.compareAndSet("b", expected: 2, value: nil) == .stored(4))
        #expect(try await store.get("b") == nil)
        let listing = try await store.list(prefix: "")
        #expect(listing.revision == 4 && listing.entries.map(\.key) == ["a"])
    }

    @Test(arguments: StoreKind.allCases)
    func listingsAreSortedAndOfOnePrefix(_ kind: StoreKind) async throws {
        let store = try make(kind, ManualClock())
        for key in ["x/b", "x/a", "xx", "y/a", "x/\u{E9}", "x/e\u{301}"] {
            _ = try await store.compareAndSet(key, expected: nil, value: Array(key.utf8))
        }
        let keys = try await store.list(prefix: "x/").entries.map { Array($0.key.utf8) }
        #expect(keys.contains(Array("x/a".utf8)) && keys.contains(Array("x/b".utf8)))
        #expect(zip(keys, keys.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
        #expect(!keys.contains(Array("xx".utf8)))
    }

    @Test(arguments: StoreKind.allCases)
    func watchersHearOfTheirPrefixOnly(_ kind: StoreKind) async throws {
        let store = try make(kind, JumpingClock())
        let heard = Gate()
        let stream = store.watch(prefix: "x/")
        let watcher = Task {
            for await _ in stream {
                heard.open()
                return
            }
        }
        _ = try await store.compareAndSet("y", expected: nil, value: [1])
        _ = try await store.compareAndSet("x/1", expected: nil, value: [1])
        await heard.wait()
        await watcher.value
    }

    @Test func watchersHearOfOtherProcesses() async throws {
        let mine = try FileMetadataStore(folder: folder.path, clock: JumpingClock())
        let theirs = try FileMetadataStore(folder: folder.path, clock: ManualClock())
        let stream = mine.watch(prefix: "x/")
        let heard = Task {
            for await _ in stream { return true }
            return false
        }
        _ = try await theirs.compareAndSet("x/1", expected: nil, value: [1])
        #expect(await heard.value)
        #expect(try await mine.get("x/1")?.value == [1])
    }

    @Test func racingStoresOnOneFolderLoseNothing() async throws {
        let stores = try (0..<3).map { _ in
            try FileMetadataStore(folder: folder.path, clock: ManualClock())
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<45 {
                let store = stores[number % 3]
                group.addTask {
                    while true {
                        let old = try await store.get("count")
                        let next = (old?.value ?? []) + [UInt8(number)]
                        let outcome = try await store.compareAndSet(
                            "count", expected: old?.version, value: next)
                        if outcome != .conflict { return }
                    }
                }
            }
            try await group.waitForAll()
        }
        for store in stores {
            let value = try #require(try await store.get("count")).value
            #expect(value.sorted() == (0..<45).map { UInt8($0) })
        }
    }

    @Test func aWriteThatFailsAnywhereLeavesOldOrNew() async throws {
        for failing in 0..<6 {
            let disk = RefusingDisk(failing: failing)
            let store = try FileMetadataStore(
                folder: folder.path, clock: ManualClock(), disk: disk)
            let old = try await store.get("a")
            disk.isArmed.store(true, ordering: .relaxed)
            let new = [UInt8(failing)]
            let outcome = try? await store.compareAndSet(
                "a", expected: old?.version, value: new)
            disk.isArmed.store(false, ordering: .relaxed)
            let reopened = try FileMetadataStore(folder: folder.path, clock: ManualClock())
            let value = try await reopened.get("a")
            if outcome == nil {
                #expect(value == old || value?.value == new)
            } else {
                #expect(value?.value == new)
            }
            #expect(try await store.get("a") == value)
        }
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func damagedFilesAreRefused(_ seed: UInt64) throws {
        let random = SeededRandom(seed: seed)
        var table = MetadataTable()
        for number in 0..<5 {
            _ = table.compareAndSet("key-\(number)", expected: nil, value: [1, 2, 3])
        }
        var bytes = table.encoded()
        #expect(try MetadataTable(encoded: bytes, place: "test") == table)
        if random.next(below: 4) == 0 {
            bytes.removeLast(random.next(in: 1..<bytes.count))
        } else {
            bytes[random.next(in: 0..<bytes.count)] ^= UInt8(1 + random.next(below: 255))
        }
        #expect(throws: CorruptBytes.self) { try MetadataTable(encoded: bytes, place: "test") }
        try Data(bytes).write(to: URL(fileURLWithPath: folder.path + "/metadata"))
        #expect(throws: MetadataError.self) {
            try FileMetadataStore(folder: folder.path, clock: ManualClock())
        }
    }

    @Test(arguments: StoreKind.allCases)
    func leasesRunOutWhenNobodyRenewsThem(_ kind: StoreKind) async throws {
        let clock = ManualClock()
        let store = try make(kind, clock)
        let ten = Duration.seconds(10)
        var lease = try #require(
            try await store.acquireLease("owner", holder: "a", duration: ten))
        #expect(try await store.acquireLease("owner", holder: "b", duration: ten) == nil)
        clock.advance(by: .seconds(9))
        lease = try #require(try await store.renew(lease))
        #expect(try await store.acquireLease("owner", holder: "b", duration: ten) == nil)
        clock.advance(by: .seconds(9))
        #expect(try await store.acquireLease("owner", holder: "b", duration: ten) == nil)
        clock.advance(by: .seconds(1))
        let taken = try #require(
            try await store.acquireLease("owner", holder: "b", duration: ten))
        #expect(try await store.renew(lease) == nil)
        try await store.release(taken)
        #expect(try await store.acquireLease("owner", holder: "a", duration: ten) != nil)
    }
}

/// A live disk whose nth change fails while it is armed.
private final class RefusingDisk: Disk {
    let isArmed = Atomic(false)
    private let left: Mutex<Int>
    private let live = LiveDisk()

    init(failing: Int) {
        left = Mutex(failing)
    }

    private func step(_ call: String, _ path: String) throws(DiskError) {
        guard isArmed.load(ordering: .relaxed) else { return }
        let fails = left.withLock { left in
            left -= 1
            return left == -1
        }
        if fails { throw DiskError(path: path, call: call, code: EIO, reason: "armed to fail") }
    }

    func create(_ path: String) throws(DiskError) -> OpenFile {
        try step("open", path)
        return try live.create(path)
    }

    func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(DiskError) {
        let half = bytes.count / 2
        try live.write(UnsafeRawBufferPointer(rebasing: bytes[..<half]), to: file)
        try step("write", file.path)
        try live.write(UnsafeRawBufferPointer(rebasing: bytes[half...]), to: file)
    }

    func synchronize(_ file: OpenFile) throws(DiskError) {
        try step("fdatasync", file.path)
        try live.synchronize(file)
    }

    func close(_ file: OpenFile) { live.close(file) }

    func link(_ path: String, to name: String) throws(DiskError) -> Bool {
        try live.link(path, to: name)
    }

    func unlink(_ path: String) throws(DiskError) -> Bool {
        try step("unlink", path)
        return try live.unlink(path)
    }

    func rename(_ path: String, to name: String) throws(DiskError) {
        try step("rename", path)
        try live.rename(path, to: name)
    }

    func createDirectory(_ path: String) throws(DiskError) { try live.createDirectory(path) }

    func synchronizeDirectory(_ path: String) throws(DiskError) {
        try step("fsync", path)
        try live.synchronizeDirectory(path)
    }

    func entries(of directory: String) throws(DiskError) -> [DirectoryEntry]? {
        try live.entries(of: directory)
    }

    func read(_ path: String) throws(DiskError) -> [UInt8]? { try live.read(path) }
    func size(_ path: String) throws(DiskError) -> Int? { try live.size(path) }
    func map(_ path: String) throws(DiskError) -> MappedBytes? { try live.map(path) }
}
