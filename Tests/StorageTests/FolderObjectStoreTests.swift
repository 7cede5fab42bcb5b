// The folder store on a real file system: its promises, its names, its threads.

import Storage
import Testing

@Suite struct FolderObjectStoreTests {
    private func make(_ folder: TemporaryFolder) -> FolderObjectStore {
        FolderObjectStore(
            disk: LiveDisk(), root: folder.path, random: SystemRandom())
    }

    @Test func keepsItsPromises() async throws {
        let folder = try TemporaryFolder()
        try await make(folder).check()
        try await make(folder).checkContention()
        #expect(try await make(folder).list(prefix: "", after: nil) == [])
    }

    @Test func createsReadsListsAndDeletes() async throws {
        let folder = try TemporaryFolder()
        let store = make(folder)
        for key in ["a/log/1", "a/log/2", "a/log/10", "a/segments/x", "ab/log/3"] {
            #expect(await store.create(key, Array(key.utf8)) == .created)
        }
        #expect(await store.create("a/log/1", [1]) == .exists)
        #expect(try await store.read("a/log/1") == Array("a/log/1".utf8))
        #expect(try await store.size("a/log/10") == 8)
        #expect(try await store.map("a/log/2")?.count == 7)
        #expect(try await store.read("a/log/9") == nil)
        #expect(try await store.map("a/log/9") == nil)
        #expect(try await store.size("none/log/9") == nil)
        #expect(
            try await store.list(prefix: "a/log/", after: nil)
                == ["a/log/1", "a/log/10", "a/log/2"])
        #expect(try await store.list(prefix: "a/log/", after: "a/log/1").count == 2)
        #expect(try await store.list(prefix: "a", after: nil).count == 5)
        #expect(try await store.list(prefix: "none/", after: nil) == [])
        try await store.delete("a/log/1")
        try await store.delete("a/log/1")
        #expect(await store.create("a/log/1", [2]) == .created)
        #expect(await store.create("empty", []) == .created)
        #expect(try await store.map("empty")?.count == 0)
    }

    @Test func dangerousKeysGoNowhere() async throws {
        let folder = try TemporaryFolder()
        let store = make(folder)
        let outcome = await store.create("../escape", [1])
        guard case .unknown(let reason) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(reason.contains("starts with a dot"))
        await #expect(throws: ObjectStoreError.self) { try await store.read("a/../../b") }
        await #expect(throws: ObjectStoreError.self) {
            try await store.list(prefix: "../", after: nil)
        }
    }

    @Test func ofManyCreatorsOneWins() async throws {
        let folder = try TemporaryFolder()
        let stores = [make(folder), make(folder)]
        for round in 0..<10 {
            let outcomes = await withTaskGroup(of: (UInt8, CreateOutcome).self) { group in
                for number in UInt8(0)..<8 {
                    group.addTask {
                        (number, await stores[Int(number) % 2].create("race/\(round)", [number]))
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let winners = outcomes.filter { $0.1 == .created }
            #expect(winners.count == 1)
            #expect(outcomes.allSatisfy { $0.1 == .created || $0.1 == .exists })
            #expect(try await stores[0].read("race/\(round)") == winners.map(\.0))
        }
    }

    @Test func aDeletedDirectoryIsMadeAgain() async throws {
        let disk = FaultyDisk()
        try disk.createDirectory("/data")
        let store = FolderObjectStore(
            disk: disk, root: "/data", threads: 0, random: SeededRandom(seed: 1))
        #expect(await store.create("index/0", [1]) == .created)
        _ = try disk.unlink("/data/index/0")
        _ = try disk.unlink("/data/index")
        guard case .unknown = await store.create("index/0", [1]) else {
            Issue.record("the directory is gone")
            return
        }
        #expect(await store.create("index/0", [1]) == .created)
    }

    @Test func aStoreThatLiesIsRefused() async throws {
        for lie in [LyingStore.Lie.overwrites, .listsStale, .forgets] {
            let folder = try TemporaryFolder()
            let liar = LyingStore(make(folder), lie)
            await #expect(throws: ObjectStoreError.self, "\(lie)") { try await liar.check() }
        }
        for lie in [LyingStore.Lie.forgets, .crownsMany] {
            let folder = try TemporaryFolder()
            let liar = LyingStore(make(folder), lie)
            await #expect(throws: ObjectStoreError.self, "\(lie)") {
                try await liar.checkContention()
            }
        }
    }

    @Test func aFolderHasOneHolder() throws {
        let folder = try TemporaryFolder()
        var lock: FolderLock? = try FolderLock(folder: folder.path)
        #expect(lock?.path == folder.path + "/lock")
        #expect {
            try FolderLock(folder: folder.path)
        } throws: { error in
            let words = "\(error)"
            return words.contains("in use by process") && words.contains("another folder")
        }
        lock = nil
        _ = try FolderLock(folder: folder.path)
        #expect(throws: FolderLock.Refusal.self) { try FolderLock(folder: folder.path + "/no") }
    }
}
