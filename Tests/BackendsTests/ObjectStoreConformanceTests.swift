// What every object store must do, asked of a folder, of a bucket in memory, and of the servers
// that `tools/with-servers` starts.

import Logging
import Storage
import Testing

@testable import Backends

@Suite(.timeLimit(.minutes(5)))
struct ObjectStoreConformanceTests {
    enum Subject: Sendable, CustomTestStringConvertible {
        case folder, bucketInMemory, bucketWithCopies
        case server(RealServer), serverWithCopies(RealServer)

        static var all: [Subject] {
            let servers = RealServer.named("moto", "seaweedfs")
            return [.folder, .bucketInMemory, .bucketWithCopies] + servers.map(Subject.server)
                + servers.map(Subject.serverWithCopies)
        }

        var testDescription: String {
            switch self {
            case .folder: "folder"
            case .bucketInMemory: "bucket in memory"
            case .bucketWithCopies: "bucket in memory with copies"
            case .server(let server): server.name
            case .serverWithCopies(let server): server.name + " with copies"
            }
        }
    }

    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    func make(_ subject: Subject) async throws -> any ObjectStore {
        switch subject {
        case .folder:
            return FolderObjectStore(disk: LiveDisk(), root: folder.path, random: SystemRandom())
        case .bucketInMemory: return try bucket(nil)
        case .bucketWithCopies: return try bucket(cache())
        case .server(let server): return try await server.store()
        case .serverWithCopies(let server): return try await server.store(cache: cache())
        }
    }

    private func bucket(_ cache: ObjectCache?) throws -> any ObjectStore {
        let http = FakeS3()
        http.state.withLock { $0.pageSize = 3 }
        return S3ObjectStore(
            try .test(), http: http, cache: cache, clock: JumpingClock(),
            random: SystemRandom(), compute: InlinePool())
    }

    private func cache() throws -> ObjectCache {
        try ObjectCache(
            folder: folder.path, byteBudget: 1 << 20, disk: LiveDisk(), random: SystemRandom(),
            logger: Logger(label: "test"))
    }

    @Test(arguments: Subject.all)
    func keepsItsPromises(_ subject: Subject) async throws {
        let store = try await make(subject)
        try await store.check()
        try await store.checkContention()
        #expect(try await store.list(prefix: "", after: nil) == [])
    }

    @Test(arguments: Subject.all)
    func createsReadsListsAndDeletes(_ subject: Subject) async throws {
        let store = try await make(subject)
        for key in ["a/log/1", "a/log/2", "a/log/10", "a/segments/x", "a-b/log/1", "ab/log/3"] {
            #expect(await store.create(key, Array(key.utf8)) == .created)
        }
        #expect(await store.create("a/log/1", [1]) == .exists)
        #expect(try await store.read("a/log/1") == Array("a/log/1".utf8))
        #expect(try await store.size("a/log/10") == 8)
        #expect(try await store.map("a/log/2")?.copied() == Array("a/log/2".utf8))
        #expect(try await store.read("a/log/9") == nil)
        #expect(try await store.map("a/log/9") == nil)
        #expect(try await store.size("none/log/9") == nil)
        #expect(
            try await store.list(prefix: "a/log/", after: nil)
                == ["a/log/1", "a/log/10", "a/log/2"])
        #expect(
            try await store.list(prefix: "a/log/", after: "a/log/1") == ["a/log/10", "a/log/2"])
        #expect(
            try await store.list(prefix: "a", after: nil) == [
                "a-b/log/1", "a/log/1", "a/log/10", "a/log/2", "a/segments/x", "ab/log/3",
            ])
        #expect(try await store.list(prefix: "none/", after: nil) == [])
        try await store.delete("a/log/1")
        try await store.delete("a/log/1")
        #expect(try await store.read("a/log/1") == nil)
        #expect(await store.create("a/log/1", [2]) == .created)
        #expect(try await store.map("a/log/1")?.copied() == [2])
    }

    @Test(arguments: Subject.all)
    func anyBytesComeBack(_ subject: Subject) async throws {
        let store = try await make(subject)
        let random = SeededRandom(seed: 3)
        for count in [0, 1, 100_000, 3 << 20] {
            let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            #expect(await store.create("bytes/\(count)", bytes) == .created)
            #expect(try await store.read("bytes/\(count)") == bytes)
            #expect(try await store.map("bytes/\(count)")?.copied() == bytes)
            #expect(try await store.size("bytes/\(count)") == count)
        }
    }

    @Test(arguments: Subject.all)
    func partsAreThoseOfTheWhole(_ subject: Subject) async throws {
        let store = try await make(subject)
        let random = SeededRandom(seed: 5)
        let bytes = (0..<100_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        #expect(await store.create("parts/a", bytes) == .created)
        let edges = [0, 1, 4_095, 4_096, 4_097, 8_192, 65_536, 99_999, 100_000]
        for start in edges {
            for end in edges where end >= start {
                #expect(
                    try await store.read("parts/a", start..<end) == Array(bytes[start..<end]),
                    "\(start)..<\(end)")
            }
        }
        #expect(try await store.read("parts/b", 0..<10) == nil)
        // Where there are no copies, there is nothing to forget.
        await store.discardCopy(of: "parts/a")
        #expect(try await store.map("parts/a")?.copied() == bytes)
    }

    @Test(arguments: Subject.all)
    func ofManyCreatorsOneWins(_ subject: Subject) async throws {
        let store = try await make(subject)
        for round in 0..<10 {
            let outcomes = await withTaskGroup(of: (UInt8, CreateOutcome).self) { group in
                for number in UInt8(0)..<8 {
                    group.addTask { (number, await store.create("race/\(round)", [number])) }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let winners = outcomes.filter { $0.1 == .created }
            #expect(winners.count == 1, "\(outcomes)")
            #expect(outcomes.allSatisfy { $0.1 == .created || $0.1 == .exists }, "\(outcomes)")
            #expect(try await store.read("race/\(round)") == winners.map(\.0))
        }
    }

    @Test(arguments: Subject.all)
    func dangerousKeysGoNowhere(_ subject: Subject) async throws {
        let store = try await make(subject)
        guard case .unknown(let reason) = await store.create("../escape", [1]) else {
            Issue.record("it was created")
            return
        }
        #expect(reason.contains("starts with a dot"))
        await #expect(throws: ObjectStoreError.self) { try await store.read("a/../../b") }
        await #expect(throws: ObjectStoreError.self) { try await store.map("a/../../b") }
        await #expect(throws: ObjectStoreError.self) { try await store.size("a b") }
        await #expect(throws: ObjectStoreError.self) { try await store.delete(".hidden") }
        await #expect(throws: ObjectStoreError.self) {
            try await store.list(prefix: "../", after: nil)
        }
    }

    /// A node is killed between a request's head and its body: nothing may be under the name.
    @Test(arguments: RealServer.named("seaweedfs"))
    func aCreateThatIsCutOffLeavesNothing(_ server: RealServer) async throws {
        let store = try await server.store(http: CutOffExchange())
        for round in 0..<10 {
            let bytes = [UInt8](repeating: UInt8(round), count: 300)
            #expect(await store.create("cut/\(round)", bytes) == .created)
            #expect(try await store.read("cut/\(round)") == bytes)
        }
    }

    @Test(arguments: RealServer.named("moto", "seaweedfs"))
    func listsGoOverManyPages(_ server: RealServer) async throws {
        let store = try await server.store()
        let keys = (0..<1_050).map { "many/\(10_000 + $0)" }
        await withTaskGroup(of: CreateOutcome.self) { group in
            for (number, key) in keys.enumerated() {
                if number >= 32, await group.next() != .created { Issue.record("not created") }
                group.addTask { await store.create(key, [1]) }
            }
        }
        #expect(try await store.list(prefix: "many/", after: nil) == keys)
        #expect(try await store.list(prefix: "many/", after: keys[9]) == Array(keys[10...]))
    }

    @Test(arguments: RealServer.named("liar"))
    func aStoreThatIgnoresConditionsIsRefused(_ server: RealServer) async throws {
        let store = try await server.store()
        await #expect {
            try await store.check()
        } throws: { error in
            "\(error)".contains("created instead of exists")
                && "\(error)".contains("does not keep the conditions")
        }
    }

    @Test(arguments: RealServer.named("seaweedfs"))
    func aWrongSecretIsNamed(_ server: RealServer) async throws {
        let store = S3ObjectStore(
            try .test(server.url, secret: "wrong"), http: HTTPClientExchange(), cache: nil,
            clock: SystemClock(),
            random: SystemRandom(), compute: InlinePool(), policy: .patient)
        await #expect {
            try await store.read("a")
        } throws: { error in
            "\(error)".contains("objects.secret_key") && !"\(error)".contains("wrong")
        }
    }
}
