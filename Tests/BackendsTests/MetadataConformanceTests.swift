// What every metadata store must do, asked of a file, of objects in a folder and in buckets, and of
// etcd.

import Cluster
import Storage
import Testing

@testable import Backends

@Suite(.timeLimit(.minutes(5)))
struct MetadataConformanceTests {
    enum Subject: Sendable, CustomTestStringConvertible {
        case memory, file, objects
        case bucket(RealServer), etcd(RealServer)

        static var all: [Subject] {
            [.memory, .file, .objects]
                + RealServer.named("moto", "seaweedfs").map(Subject.bucket)
                + RealServer.named("etcd").map(Subject.etcd)
        }

        var testDescription: String {
            switch self {
            case .memory: "memory"
            case .file: "file"
            case .objects: "objects in a folder"
            case .bucket(let server): "objects in " + server.name
            case .etcd(let server): server.name
            }
        }
    }

    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Two nodes' views of one store, which begins empty.
    func make(_ subject: Subject) async throws -> [any MetadataStore] {
        let clock = SystemClock()
        switch subject {
        case .memory:
            let store = InMemoryMetadataStore(clock: clock)
            return [store, store]
        case .file:
            return try (0..<2).map { _ in
                try FileMetadataStore(folder: folder.path, clock: clock)
            }
        case .objects:
            return (0..<2).map { _ in
                let objects = FolderObjectStore(
                    disk: LiveDisk(), root: folder.path, random: SystemRandom())
                return ObjectMetadataStore(objects: objects, clock: clock, random: SystemRandom())
            }
        case .bucket(let server):
            let objects = try await server.store()
            return (0..<2).map { _ in
                ObjectMetadataStore(objects: objects, clock: clock, random: SystemRandom())
            }
        case .etcd(let server):
            let prefix = "test-" + SystemRandom().nextName()
            return try (0..<2).map { _ in
                EtcdMetadataStore(
                    try EtcdSettings(endpoints: server.url, prefix: prefix),
                    http: HTTPClientExchange(), watching: HTTPClientExchange(isFollowing: true),
                    clock: clock, random: SystemRandom(), policy: .patient)
            }
        }
    }

    private func stored(_ outcome: CompareAndSetOutcome) throws -> Int64 {
        guard case .stored(let version) = outcome else {
            throw MetadataError(key: "", reason: "a conflict", remedy: "none")
        }
        return version
    }

    @Test(arguments: Subject.all)
    func compareAndSetComparesAndSets(_ subject: Subject) async throws {
        let stores = try await make(subject)
        let (here, there) = (stores[0], stores[1])
        #expect(try await here.get("a") == nil)
        #expect(try await here.compareAndSet("a", expected: 5, value: [1]) == .conflict)
        let first = try stored(await here.compareAndSet("a", expected: nil, value: [1, 0xFF]))
        #expect(try await there.get("a") == VersionedValue(value: [1, 0xFF], version: first))
        #expect(try await there.compareAndSet("a", expected: nil, value: [2]) == .conflict)
        let second = try stored(await there.compareAndSet("b", expected: nil, value: []))
        #expect(try await here.get("b") == VersionedValue(value: [], version: second))
        let third = try stored(await there.compareAndSet("a", expected: first, value: [3]))
        #expect(first < second && second < third)
        #expect(try await here.compareAndSet("a", expected: first, value: [4]) == .conflict)
        let fourth = try stored(await here.compareAndSet("b", expected: second, value: nil))
        #expect(fourth > third)
        #expect(try await there.compareAndSet("b", expected: second, value: nil) == .conflict)
        #expect(try await there.get("b") == nil)
        let listing = try await there.list(prefix: "")
        #expect(listing.revision >= fourth)
        #expect(
            listing.entries
                == [MetadataEntry(key: "a", value: VersionedValue(value: [3], version: third))])
        _ = try stored(await there.compareAndSet("b", expected: nil, value: [5]))
        #expect(try await here.list(prefix: "").revision > listing.revision)
    }

    @Test(arguments: Subject.all)
    func listingsAreSortedAndOfOnePrefix(_ subject: Subject) async throws {
        let store = try await make(subject)[0]
        for key in ["x/b", "x/a", "xx", "y/a", "x/\u{E9}", "x/ea", "x0", "w/\u{7F}"] {
            _ = try stored(
                await store.compareAndSet(key, expected: nil, value: Array(key.utf8)))
        }
        let keys = try await store.list(prefix: "x/").entries.map { Array($0.key.utf8) }
        #expect(
            keys == ["x/a", "x/b", "x/ea", "x/\u{E9}"].map { Array($0.utf8) })
        #expect(try await store.list(prefix: "none").entries.isEmpty)
    }

    @Test(arguments: Subject.all)
    func watchersHearOfOtherNodes(_ subject: Subject) async throws {
        let stores = try await make(subject)
        let heard = Gate()
        let stream = stores[0].watch(prefix: "x/")
        let watcher = Task {
            for await _ in stream {
                // What is heard may be older than the change; then there is more to hear.
                if try await stores[0].get("x/2") != nil { break }
            }
            heard.open()
        }
        _ = try await stores[1].compareAndSet("y", expected: nil, value: [1])
        _ = try await stores[1].compareAndSet("x/1", expected: nil, value: [1])
        _ = try await stores[1].compareAndSet("x/2", expected: nil, value: [1])
        await heard.wait()
        try await watcher.value
    }

    @Test(arguments: Subject.all)
    func racingNodesLoseNothing(_ subject: Subject) async throws {
        let stores = try await make(subject)
        let count = UInt8(16)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                let store = stores[Int(number) % 2]
                group.addTask {
                    while true {
                        let old = try await store.get("count")
                        let next = (old?.value ?? []) + [number]
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
            #expect(value.sorted() == Array(0..<count))
        }
    }

    @Test(arguments: Subject.all)
    func leasesAreHeldByOne(_ subject: Subject) async throws {
        let stores = try await make(subject)
        let minute = Duration.seconds(60)
        let lease = try #require(
            try await stores[0].acquireLease("owner", holder: "a", duration: minute))
        #expect(try await stores[1].acquireLease("owner", holder: "b", duration: minute) == nil)
        let renewed = try #require(try await stores[0].renew(lease))
        #expect(renewed.holder == "a" && renewed.name == "owner")
        // The same holder may have it again, as after a restart; the older lease is then void.
        let again = try #require(
            try await stores[0].acquireLease("owner", holder: "a", duration: minute))
        #expect(again.version > lease.version)
        #expect(try await stores[0].renew(renewed) == nil)
        let newest = try #require(try await stores[0].renew(again))
        try await stores[0].release(newest)
        let taken = try #require(
            try await stores[1].acquireLease("owner", holder: "b", duration: minute))
        #expect(try await stores[0].renew(newest) == nil)
        try await stores[1].release(taken)
    }
}
