// Objects of other programs: any key, in ranges, over a network that loses answers.

import Storage
import Testing

@testable import Backends

@Suite struct ForeignObjectsTests {
    private let http = FakeS3()

    private func objects() throws -> ForeignObjects {
        ForeignObjects(
            try .test(), http: http, clock: JumpingClock(), random: SeededRandom(seed: 1))
    }

    private func put(_ path: String, _ bytes: [UInt8]) {
        http.state.withLock { $0.objects["http://127.0.0.1:1/canopy/" + path] = (bytes, [:]) }
    }

    @Test func everyKeyIsListedAndReadWithoutTheClustersPrefix() async throws {
        http.state.withLock { $0.pageSize = 2 }
        put("exports/day%3D1/part%200.ndjson", Array(0..<100))
        put("exports/a.csv", [1, 2, 3])
        put("exports/b.csv", [])
        put("tests/one/log/1", [9])
        let objects = try objects()
        let found = try await objects.list(prefix: "exports/")
        #expect(
            found == [
                .init(key: "exports/a.csv", byteCount: 3),
                .init(key: "exports/b.csv", byteCount: 0),
                .init(key: "exports/day=1/part 0.ndjson", byteCount: 100),
            ])
        let key = "exports/day=1/part 0.ndjson"
        #expect(try await objects.size(key) == 100)
        #expect(try await objects.size("exports/none") == nil)
        http.fail(.status(500), .cutShort)
        #expect(try await objects.read(key, 10..<15) == [10, 11, 12, 13, 14])
        let error = await #expect(throws: ObjectStoreError.self) {
            try await objects.read("exports/none", 0..<1)
        }
        #expect(error?.description.contains("exports/none") == true)
    }

    @Test func theClustersOwnKeysAreSentAsTheyAre() throws {
        let call = try S3Request(operation: .read, key: "a-b/c_d.e/0123").call(
            .test(), at: SigningTime(wallMilliseconds: 0))
        #expect(call.url == "http://127.0.0.1:1/canopy/a-b/c_d.e/0123")
    }
}
