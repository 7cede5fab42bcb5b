// The folder store on a disk that crashes and refuses: an object is whole or absent, and one
// that was acknowledged is there.

import Storage
import Testing

@Suite struct CrashTests {
    private let object = [UInt8](0..<200)

    /// Each store names its temporary files by itself, as each process does.
    private func store(_ disk: FaultyDisk) -> FolderObjectStore {
        FolderObjectStore(
            disk: disk, root: "/data", threads: 0,
            random: SeededRandom(seed: UInt64(disk.callCount)))
    }

    private func freshDisk() throws -> FaultyDisk {
        let disk = FaultyDisk()
        try disk.createDirectory("/data")
        try disk.synchronizeDirectory("/")
        return disk
    }

    @Test func aCrashAtAnyStepLeavesAWholeObjectOrNone() async throws {
        for seed in UInt64(0)..<40 {
            for step in 1...20 {
                let disk = try freshDisk()
                disk.stop(atCall: disk.callCount + step)
                let outcome = await store(disk).create("a/b/c", object)
                disk.crash(SeededRandom(seed: seed))
                let after = store(disk)
                let found = try await after.read("a/b/c")
                #expect(found == nil || found == object, "seed \(seed), step \(step)")
                if outcome == .created {
                    #expect(found == object, "seed \(seed), step \(step)")
                }
                // The same bytes may be tried again until it is known.
                let again = await after.create("a/b/c", object)
                #expect(again == (found == nil ? .created : .exists))
                disk.crash(SeededRandom(seed: seed &+ 1))
                #expect(try await store(disk).read("a/b/c") == object)
            }
        }
    }

    @Test(arguments: ["open", "write", "fdatasync", "link", "fsync", "mkdir"])
    func arefusedCallIsUnknownAndTheNextTryWorks(call: String) async throws {
        let disk = try freshDisk()
        let store = store(disk)
        disk.refuse(call, code: FaultyDisk.noSpace)
        guard case .unknown(let reason) = await store.create("a/b", object) else {
            Issue.record("\(call) was refused, and nobody noticed")
            return
        }
        #expect(reason.hasPrefix(call))
        let again = await store.create("a/b", object)
        #expect(again == .created || (call == "fsync" && again == .exists))
        #expect(try await store.read("a/b") == object)
        #expect(try disk.entries(of: "/data/.temporary") == [])
    }

    @Test func abandonedFilesAreRemoved() async throws {
        let disk = try freshDisk()
        _ = await store(disk).create("a", object)
        disk.refuse("unlink", code: FaultyDisk.noSpace)
        _ = await store(disk).create("b", object)
        #expect(try disk.entries(of: "/data/.temporary")?.count == 1)
        try await store(disk).removeAbandonedFiles()
        #expect(try disk.entries(of: "/data/.temporary") == [])
        #expect(try await store(disk).list(prefix: "", after: nil) == ["a", "b"])
    }
}
