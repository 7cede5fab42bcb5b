// Requests and answers as messages: nothing is lost on the way, and nothing that arrives can do
// harm.

import Analysis
import Queries
import Storage
import Testing

@testable import Cluster

/// A client and a leaf with a transport between them.
struct MessageFixture {
    let clock = ManualClock()
    let leaf: RecordingLeaf
    let client: LeafClient
    var deadline: Instant { clock.now + .seconds(60) }

    init(seed: UInt64) async throws {
        leaf = RecordingLeaf(seed: seed)
        let transport = InProcessTransport(clock: clock)
        let node = LeafNode(name: "leaf-0", address: NodeAddress("leaf-0"))
        _ = try await transport.serve(at: node.address, LeafDispatcher(leaf))
        client = LeafClient(node: node, transport: transport)
    }
}

@Suite(.timeLimit(.minutes(1)))
struct MessageTests {
    @Test(arguments: 0..<150 as Range<UInt64>)
    func searchesArriveAsTheyWereSent(_ seed: UInt64) async throws {
        let fixture = try await MessageFixture(seed: seed)
        let make = RandomMessages(seed: seed &+ 1)
        let search = LeafSearchRequest(
            indexUUID: "uuid", indexName: make.text(), shards: make.list { make.shard() },
            schemaVersion: make.integer(), query: make.shardQuery(),
            statistics: make.maybe { make.statistics() }, pin: make.maybe { make.random.next() },
            what: make.maybe { make.fetchSpecification() }, documentCount: make.int(0..<1000),
            released: make.list { make.random.next() }, requiredSlots: make.slots())
        let found = try await fixture.client.search(search, deadline: fixture.deadline)
        #expect(fixture.leaf.lastRequest(LeafSearchRequest.self) == search, "seed \(seed)")
        #expect(fixture.leaf.lastResponse(LeafSearchResponse.self) == found, "seed \(seed)")

        let fetch = LeafFetchRequest(
            pin: make.random.next(), addresses: make.list(9) { make.address() },
            what: make.fetchSpecification(), release: make.flag())
        let fetched = try await fixture.client.fetch(fetch, deadline: fixture.deadline)
        #expect(fixture.leaf.lastRequest(LeafFetchRequest.self) == fetch, "seed \(seed)")
        #expect(fixture.leaf.lastResponse(LeafFetchResponse.self) == fetched, "seed \(seed)")
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func whatRequestsShareArrivesWithEachOfThem(_ seed: UInt64) async throws {
        let fixture = try await MessageFixture(seed: seed)
        let make = RandomMessages(seed: seed &+ 1)
        let (name, version) = (make.text(), make.integer())
        let (query, statistics) = (make.shardQuery(), make.maybe { make.statistics() })
        let encoding = SharedEncoding()
        for _ in 0..<3 {
            let search = LeafSearchRequest(
                indexUUID: "uuid", indexName: name, shards: make.list { make.shard() },
                schemaVersion: version, query: query, statistics: statistics,
                pin: make.maybe { make.random.next() }, requiredSlots: make.slots(),
                encoding: encoding)
            _ = try await fixture.client.search(search, deadline: fixture.deadline)
            #expect(fixture.leaf.lastRequest(LeafSearchRequest.self) == search, "seed \(seed)")
        }
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func writesArriveAsTheyWereSent(_ seed: UInt64) async throws {
        let fixture = try await MessageFixture(seed: seed)
        let make = RandomMessages(seed: seed &+ 1)
        let write = LeafWriteRequest(
            indexUUID: "uuid", schemaVersion: make.integer(),
            groups: make.list {
                ShardWrite(
                    shard: make.shard(), operations: make.list(9) { make.operation() },
                    idempotencyKey: make.maybe { make.text() })
            }, refresh: RefreshPolicy.allCases[make.int(0..<3)])
        let written = try await fixture.client.write(write, deadline: fixture.deadline)
        #expect(fixture.leaf.lastRequest(LeafWriteRequest.self) == write, "seed \(seed)")
        #expect(fixture.leaf.lastResponse(LeafWriteResponse.self) == written, "seed \(seed)")

        let get = LeafGetRequest(
            indexUUID: "uuid", shard: make.shard(), id: make.text(),
            requiredSlot: make.maybe { make.integer() })
        let got = try await fixture.client.get(get, deadline: fixture.deadline)
        #expect(fixture.leaf.lastRequest(LeafGetRequest.self) == get, "seed \(seed)")
        #expect(fixture.leaf.lastResponse(LeafGetResponse.self) == got, "seed \(seed)")

        let refresh = LeafRefreshRequest(
            indexUUID: "uuid", shards: make.list { make.shard() }, flush: make.flag())
        let refreshed = try await fixture.client.refresh(refresh, deadline: fixture.deadline)
        #expect(fixture.leaf.lastRequest(LeafRefreshRequest.self) == refresh, "seed \(seed)")
        #expect(fixture.leaf.lastResponse(LeafRefreshResponse.self) == refreshed, "seed \(seed)")
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func theRestArrivesAsItWasSent(_ seed: UInt64) async throws {
        let fixture = try await MessageFixture(seed: seed)
        let make = RandomMessages(seed: seed &+ 1)
        let status = LeafStatusRequest(indexUUID: make.maybe { make.text() })
        let report = try await fixture.client.status(status, deadline: fixture.deadline)
        #expect(fixture.leaf.lastRequest(LeafStatusRequest.self) == status, "seed \(seed)")
        #expect(fixture.leaf.lastResponse(LeafStatusResponse.self) == report, "seed \(seed)")

        let scrub = LeafScrubRequest(
            starts: make.flag(),
            indexUUIDs: make.maybe { (0..<make.int(0..<3)).map { "uuid\($0)" } })
        let found = try await fixture.client.scrub(scrub, deadline: fixture.deadline)
        #expect(fixture.leaf.lastRequest(LeafScrubRequest.self) == scrub, "seed \(seed)")
        #expect(fixture.leaf.lastResponse(LeafScrubResponse.self) == found, "seed \(seed)")

        let poll = LeafGenerationsRequest(
            since: make.random.next(), interested: make.list { make.text() })
        let news = try await fixture.client.generations(poll, deadline: fixture.deadline)
        #expect(fixture.leaf.lastRequest(LeafGenerationsRequest.self) == poll, "seed \(seed)")
        #expect(fixture.leaf.lastResponse(LeafGenerationsResponse.self) == news, "seed \(seed)")

        let follow = LeafFollowRequest(
            positions: make.list {
                FollowPosition(indexUUID: "uuid", shard: make.shard(), slot: make.integer())
            })
        let followed = try await fixture.client.follow(follow, deadline: fixture.deadline)
        #expect(fixture.leaf.lastRequest(LeafFollowRequest.self) == follow, "seed \(seed)")
        #expect(fixture.leaf.lastResponse(LeafFollowResponse.self) == followed, "seed \(seed)")

        let open = LeafOpenRequest(indexUUID: "uuid", shards: make.list { make.shard() })
        let opened = try await fixture.client.open(open, deadline: fixture.deadline)
        #expect(fixture.leaf.lastRequest(LeafOpenRequest.self) == open, "seed \(seed)")
        #expect(fixture.leaf.lastResponse(LeafOpenResponse.self) == opened, "seed \(seed)")

        let keep = LeafSnapshotRequest(
            indexUUID: "uuid", shards: make.list { make.shard() },
            action: make.pick([
                .keep(id: make.text(), name: make.text()), .letGo(id: make.text()),
                .rollBack(id: make.text()), .rollBackToPrevious,
            ]))
        let kept = try await fixture.client.snapshot(keep, deadline: fixture.deadline)
        #expect(fixture.leaf.lastRequest(LeafSnapshotRequest.self) == keep, "seed \(seed)")
        #expect(fixture.leaf.lastResponse(LeafSnapshotResponse.self) == kept, "seed \(seed)")

        let drop = LeafDropRequest(indexUUID: "uuid")
        try await fixture.client.drop(drop, deadline: fixture.deadline)
        #expect(fixture.leaf.lastRequest(LeafDropRequest.self) == drop, "seed \(seed)")
    }

    @Test(arguments: 0..<400 as Range<UInt64>)
    func damagedMessagesAreErrorsAndNeverTrap(_ seed: UInt64) async throws {
        let make = RandomMessages(seed: seed)
        let dispatcher = LeafDispatcher(RecordingLeaf(seed: seed))
        let search = LeafSearchRequest(
            indexUUID: "uuid", shards: [1], schemaVersion: 1, query: make.shardQuery(),
            statistics: make.statistics())
        let write = LeafWriteRequest(
            indexUUID: "uuid", schemaVersion: 1,
            groups: [ShardWrite(shard: 3, operations: make.list(9) { make.operation() })])
        let payloads = [
            try MessageCoding.encode(WireSearchRequest(search)),
            try MessageCoding.encode(WireWriteRequest(write)), make.bytes(),
        ]
        for kind in MessageKind.allCases {
            var payload = payloads[make.int(0..<3)]
            for _ in 0..<make.int(0..<4) where !payload.isEmpty {
                payload[make.int(0..<payload.count)] = UInt8(make.int(0..<256))
            }
            if make.flag() { payload = Array(payload.prefix(make.int(0..<payload.count + 1))) }
            do {
                _ = try await dispatcher.handle(kind, payload, deadline: .distantFuture)
            } catch {
                #expect(error is RemoteError, "seed \(seed): \(error)")
            }
        }
    }

    @Test func shardsThatCannotBeAreNotFollowed() throws {
        func isRefused(_ change: (inout WireFollowPosition) -> Void) -> Bool {
            var position = WireFollowPosition.with { $0.indexUuid = "uuid" }
            change(&position)
            let followed = WireFollowedShard.with {
                $0.indexUuid = position.indexUuid
                $0.shard = position.shard
            }
            let request = try? WireFollowRequest.with { $0.positions = [position] }.request()
            let response = try? WireFollowResponse.with { $0.shards = [followed] }.response()
            return request == nil && response == nil
        }
        #expect(!isRefused { $0.shard = 1023 })
        #expect(isRefused { $0.shard = 1024 })
        #expect(isRefused { $0.indexUuid = "../etc" })
        #expect(isRefused { $0.indexUuid = "" })

        var wire = try WireStatusResponse(
            LeafStatusResponse(
                node: NodeReport(name: "n"),
                shards: [ShardStatus(indexUUID: "u", shard: 1, state: .started, role: .copy)]))
        #expect(try wire.response().shards[0].role == .copy)
        wire.shards[0].role = 3
        #expect(throws: RemoteError.self) { try wire.response() }
    }

    @Test func queriesThatNestTooDeepAreRefusedOnBothSides() throws {
        var query = Query.matchNone
        for _ in 0..<MessageCoding.queryDepthLimit - 1 {
            query = .constantScore(query, boost: 1)
        }
        #expect(try WireQuery(query).query() == query)
        let bytes = try MessageCoding.encode(WireQuery(query))
        #expect(try MessageCoding.decode(WireQuery.self, bytes).query() == query)
        #expect(throws: RemoteError.self) { try WireQuery(.constantScore(query, boost: 1)) }

        // The filters of functions take the most messages per query.
        var function = Query.matchNone
        for _ in 0..<MessageCoding.queryDepthLimit - 1 {
            function = .functionScore(
                FunctionScoreQuery(
                    query: .matchNone, functions: [ScoreFunction(.constant, filter: function)]))
        }
        let nested = try MessageCoding.encode(WireQuery(function))
        #expect(try MessageCoding.decode(WireQuery.self, nested).query() == function)

        // A nest of bytes that no encoder of ours would make.
        var nest: [UInt8] = []
        for _ in 0..<5_000 { nest = Self.field(8, Self.field(1, nest)) }
        #expect(throws: RemoteError.self) { try MessageCoding.decode(WireQuery.self, nest) }
    }

    /// A length-delimited protobuf field.
    private static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        var length = bytes.count
        var result = [number << 3 | 2]
        while length >= 0x80 {
            result.append(UInt8(length & 0x7F) | 0x80)
            length >>= 7
        }
        return result + [UInt8(length)] + bytes
    }

    @Test func onlyTheNormalFormTravels() {
        let queries: [Query] = [
            .match(MatchQuery(field: "a", value: "b")), .rawTerm(field: "a", value: 1, boost: 1),
            .queryString(QueryStringQuery(text: "a")),
        ]
        for query in queries {
            #expect(throws: RemoteError.self) { try WireQuery(query) }
        }
    }

    @Test func secondScoresBelongToTheFirstHits() throws {
        func refused(_ change: (inout WireTopHits) -> Void) throws -> Bool {
            var hits: [Hit] = []
            for number in 0..<3 {
                hits.append(
                    Hit(
                        score: 1, tieKey: UInt64(number),
                        address: HitAddress(shard: 0, segment: 0, document: UInt32(number)),
                        secondScores: number < 2 ? [0.5, nil] : []))
            }
            var wire = try WireTopHits(TopHits(hits: hits))
            change(&wire)
            do {
                return try wire.topHits().hits != hits
            } catch {
                return true
            }
        }
        #expect(try !refused { _ in })
        #expect(try refused { $0.secondScores.removeLast() })
        #expect(try refused { $0.secondScores += [1, 2, 3, 4] })
        #expect(try refused { $0.rescoreCount = 0 })
        #expect(try refused { $0.rescoreCount = 99 })
    }

    @Test func numbersOutOfBoundsAreRefused() throws {
        func refused(_ change: (inout WireSearchRequest) -> Void) throws -> Bool {
            var wire = try WireSearchRequest(
                LeafSearchRequest(
                    indexUUID: "uuid", shards: [0], schemaVersion: 1,
                    query: ShardQuery(query: .matchAll(boost: 1), count: 10)))
            change(&wire)
            do {
                _ = try wire.request()
                return false
            } catch {
                return true
            }
        }
        #expect(try !refused { _ in })
        #expect(try refused { $0.query.count = 10_001 })
        #expect(try refused { $0.shards = [1024] })
        #expect(try refused { $0.indexUuid = "../etc" })
        #expect(try refused { $0.indexUuid = "a/b" })
        #expect(try refused { $0.indexUuid = "" })
        #expect(try refused { $0.query.query.matchAll = .nan })
        #expect(try refused { $0.query.clearTracking() })
        for (mode, isKnown) in [("sum", true), ("median", false)] {
            let function = WireFunctionScoreQuery.with {
                $0.query.matchAll = 1
                $0.scoreMode = mode
                $0.boostMode = "sum"
            }
            #expect(try refused { $0.query.query.functionScore = function } == !isKnown)
        }
        for (window, count, isAllowed) in [
            (10_000, 16, true), (10_001, 1, false), (1, 17, false),
        ] as [(UInt32, Int, Bool)] {
            let rescore = WireRescore.with {
                $0.query.matchAll = 1
                $0.scoreMode = "total"
                $0.windowSize = window
            }
            #expect(
                try refused { $0.query.rescores = Array(repeating: rescore, count: count) }
                    == !isAllowed)
        }
        #expect(try refused { $0.query.query.phrase.positions = [1] })
        #expect(try refused { $0.statistics.fields = [.with { $0.documentFrequencies = [1] }] })
    }
}
