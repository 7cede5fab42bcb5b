// `_snapshot`, `_rollback` and `_cat/snapshots` over the wire.

import Cluster
import Queries
import Testing

@testable import Front

@Suite struct SnapshotTests {
    @Test func makesListsAndDeletes() async throws {
        try await FrontHarness().run { client in
            let made = try await client("PUT", "/_snapshot/daily", #"{"indices":"books,poems"}"#)
            #expect(made.status == 200)
            #expect(
                made.body.contains(
                    #"{"snapshot":{"snapshot":"daily","uuid":"id-daily","state":"SUCCESS","#
                        + #""start_time_in_millis":1700000000123,"indices":["books","poems"],"#
                        + #""documents":42,"bytes":4200,"#
                        + #""shards":{"total":4,"failed":0,"successful":4}"#))
            #expect(made.body.contains(#""slots":[7,9]"#))
            let again = try await client("PUT", "/_snapshot/daily")
            #expect(again.status == 400)
            #expect(again.body.contains("invalid_snapshot_name_exception"))
            _ = try await client("PUT", "/_snapshot/all?wait_for_completion=true")
            let listed = try await client("GET", "/_snapshot")
            #expect(listed.body.hasPrefix(#"{"snapshots":[{"snapshot":"daily""#))
            #expect(listed.body.contains(#""snapshot":"all""#))
            let one = try await client("GET", "/_snapshot/all")
            #expect(!one.body.contains("daily"))
            let table = try await client("GET", "/_cat/snapshots?v")
            #expect(table.body.contains("daily SUCCESS  1700000000       2            4"))
            #expect(try await client("DELETE", "/_snapshot/daily").status == 200)
            #expect(try await client("GET", "/_snapshot/daily").status == 404)
            #expect(try await client("DELETE", "/_snapshot/daily").status == 404)
        }
    }

    @Test func restoresAndRollsBack() async throws {
        let harness = FrontHarness()
        try await harness.run { client in
            _ = try await client("PUT", "/_snapshot/daily")
            let restored = try await client(
                "POST", "/_snapshot/daily/_restore",
                #"{"indices":["books","p*"],"rename":{"books":"old-books"}}"#)
            #expect(
                restored.body.hasPrefix(
                    #"{"snapshot":{"snapshot":"daily","indices":["old-books"],"#
                        + #""shards":{"total":2,"failed":0,"successful":2}}}"#))
            _ = try await client("POST", "/_snapshot/daily/_restore")
            #expect(
                harness.snapshots.state.withLock { $0.restored } == [
                    RestoreRequest(
                        indices: ["books", "p*"], renamed: ["books": "old-books"]),
                    RestoreRequest(),
                ])
            let back = try await client("POST", "/books/_rollback", #"{"snapshot":"daily"}"#)
            #expect(back.status == 200)
            #expect(
                back.body.hasPrefix(
                    #"{"acknowledged":true,"shards":[{"index":"books","shard":0,"slot":7,"#
                        + #""documents":10}],"_shards":{"total":2,"successful":2"#))
            harness.snapshots.state.withLock {
                $0.failure = ShardFailure(
                    index: "books", shard: 1, node: "leaf-1", type: "test", reason: "it is away")
            }
            let half = try await client("POST", "/books/_rollback", #"{"to":"previous"}"#)
            #expect(half.status == 503)
            #expect(half.body.contains(#""acknowledged":false"#))
            #expect(half.body.contains("it is away"))
            #expect(
                harness.snapshots.state.withLock { $0.rolledBack } == [
                    .snapshot("daily"), .previous,
                ])
        }
    }

    @Test(arguments: [
        ("PUT", "/_snapshot/x", #"{"index":"a"}"#, 400),
        ("PUT", "/_snapshot/x", #"{"indices":[1]}"#, 400), ("PUT", "/_snapshot/x", "[]", 400),
        ("PUT", "/_snapshot/x?force", "", 400), ("PUT", "/_snapshot", "", 405),
        ("POST", "/_snapshot/none/_restore", "", 404),
        ("POST", "/_snapshot/none/_restore", #"{"rename":{"a":1}}"#, 400),
        ("POST", "/_snapshot/none/_restore", #"{"rename":"a"}"#, 400),
        ("GET", "/_snapshot/none/_restore", "", 405), ("POST", "/_snapshot/a/_status", "", 400),
        ("POST", "/books/_rollback", "", 400), ("POST", "/books/_rollback", #"{"to":"x"}"#, 400),
        ("POST", "/books/_rollback", #"{"to":"previous","snapshot":"a"}"#, 400),
        ("POST", "/_rollback", #"{"to":"previous"}"#, 400),
        ("GET", "/_cat/snapshots/x", "", 400),
    ])
    func refusesWhatItDoesNotKnow(
        _ method: String, _ path: String, _ body: String, _ status: Int
    ) async throws {
        try await FrontHarness().run { client in
            let answer = try await client(method, path, body.isEmpty ? nil : body)
            #expect(answer.status == status, "\(answer.body)")
        }
    }
}
