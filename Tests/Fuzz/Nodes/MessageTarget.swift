// Messages of any bytes: what is read is written and read again.

#if FUZZ_CLUSTER
    import Analysis
    import NIOCore
    import Queries
    import Storage
    import SwiftProtobuf

    @testable import Cluster

    enum MessageTarget {
        static let target = FuzzTarget(
            name: "message", reads: "protobuf messages between nodes, requests and answers",
            seeds: seeds, run: run)

        private static let readers: [@Sendable ([UInt8]) throws -> Void] = [
            { try check($0, { try $0.request() }, { try WireSearchRequest($0) }) },
            { try check($0, { try $0.response() }, { try WireSearchResponse($0) }) },
            { try check($0, { try $0.request() }, { try WireFetchRequest($0) }) },
            { try check($0, { try $0.response() }, { WireFetchResponse($0) }) },
            { try check($0, { try $0.request() }, { try WireWriteRequest($0) }) },
            { try check($0, { try $0.response() }, { try WireWriteResponse($0) }) },
            { try check($0, { try $0.request() }, { try WireGetRequest($0) }) },
            { try check($0, { $0.response }, { WireGetResponse($0) }) },
            { try check($0, { try $0.request() }, { try WireRefreshRequest($0) }) },
            { try check($0, { try $0.response() }, { try WireRefreshResponse($0) }) },
            { try check($0, { try $0.response() }, { try WireStatusResponse($0) }) },
            { try check($0, { try $0.response() }, { try WireGenerationsResponse($0) }) },
            { try check($0, { try $0.request() }, { try WireOpenRequest($0) }) },
            { _ = RemoteError(frame: ByteBuffer(bytes: $0)) },
            { try check($0, { try $0.request() }, { try WireFollowRequest($0) }) },
            { try check($0, { try $0.response() }, { try WireFollowResponse($0) }) },
            { try check($0, { try $0.request() }, { try WireSnapshotRequest($0) }) },
            { try check($0, { try $0.response() }, { try WireSnapshotResponse($0) }) },
        ]

        /// which message, its bytes.
        static func run(_ bytes: UnsafeRawBufferPointer) throws {
            var input = FuzzInput(bytes)
            try readers[Int(input.byte()) % readers.count]([UInt8](input.rest))
        }

        private static func check<Wire: Message, Value: Equatable>(
            _ bytes: [UInt8], _ read: (Wire) throws -> Value, _ write: (Value) throws -> Wire
        ) throws {
            let value = try read(MessageCoding.decode(Wire.self, bytes))
            let again: Value
            do {
                let written = try MessageCoding.encode(write(value))
                again = try read(MessageCoding.decode(Wire.self, written))
            } catch {
                throw Finding(description: "\(value) cannot be sent on: \(error)")
            }
            // What holds a NaN is not equal to itself.
            try require(again == value || value != value, "\(value) is read back as \(again)")
        }

        private static func seeds() throws -> [[UInt8]] {
            let failures = [ShardFailure(index: "i", shard: 1, node: "n", type: "t", reason: "r")]
            let hit = Hit(
                score: 1.5, sortValues: [.integer(3), .missing, .bytes([65])], tieKey: 9,
                address: HitAddress(shard: 1, segment: 2, document: 3))
            let top = TopHits(
                hits: [hit], total: TotalHits(value: 7, isLowerBound: true), maximumScore: 1.5,
                facets: ["a": .terms([.integer(1): 2]), "b": .ranges([3, 4])])
            let write = DocumentOperation(action: .index, id: "1", source: [123, 125])
            let outcome = DocumentOutcome(
                id: "1", result: .created, version: 1, sequenceNumber: 2, slot: 3)
            let messages: [(Int, any Message)] = [
                (
                    1,
                    try WireSearchResponse(
                        LeafSearchResponse(top: top, slots: [1: 2], pin: 5, failures: failures))
                ),
                (
                    2,
                    try WireFetchRequest(
                        LeafFetchRequest(
                            pin: 4, addresses: [hit.address],
                            what: FetchSpecification(
                                source: .paths(includes: ["a*"], excludes: ["b"]),
                                highlight: HighlightRequest(fields: [HighlightField(name: "body")]))
                        ))
                ),
                (
                    3,
                    WireFetchResponse(
                        LeafFetchResponse(documents: [
                            FetchedDocument(
                                id: [66], source: [123, 125], version: 1, sequenceNumber: 2)
                        ]))
                ),
                (
                    4,
                    try WireWriteRequest(
                        LeafWriteRequest(
                            indexUUID: "u", schemaVersion: 1,
                            groups: [ShardWrite(shard: 1, operations: [write], idempotencyKey: "k")]
                        ))
                ),
                (
                    5,
                    try WireWriteResponse(
                        LeafWriteResponse(
                            groups: [ShardWriteResult(shard: 1, outcomes: [outcome])], slots: [1: 2]
                        ))
                ),
                (6, try WireGetRequest(LeafGetRequest(indexUUID: "u", shard: 1, id: "1"))),
                (
                    7,
                    WireGetResponse(
                        LeafGetResponse(
                            document: StoredDocument(
                                source: [123, 125], version: 1, sequenceNumber: 2, primaryTerm: 1)))
                ),
                (8, try WireRefreshRequest(LeafRefreshRequest(indexUUID: "u", shards: [0, 1]))),
                (
                    9,
                    try WireRefreshResponse(LeafRefreshResponse(slots: [1: 2], failures: failures))
                ),
                (
                    10,
                    try WireStatusResponse(
                        LeafStatusResponse(
                            node: NodeReport(name: "n"),
                            shards: [ShardStatus(indexUUID: "u", shard: 1, state: .started)]))
                ),
                (
                    11,
                    try WireGenerationsResponse(
                        LeafGenerationsResponse(
                            sequence: 3,
                            slots: [
                                ShardGeneration(
                                    indexUUID: "u", shard: 1, visibleSlot: 2, schemaVersion: 1)
                            ]))
                ),
                (12, try WireOpenRequest(LeafOpenRequest(indexUUID: "u", shards: [1]))),
                (13, RemoteError(type: "t", reason: "r", status: 503).wire),
                (
                    14,
                    try WireFollowRequest(
                        LeafFollowRequest(
                            positions: [FollowPosition(indexUUID: "u", shard: 1, slot: -1)]))
                ),
                (
                    15,
                    try WireFollowResponse(
                        LeafFollowResponse(
                            shards: [FollowedShard(indexUUID: "u", shard: 1, records: [[1], []])]))
                ),
            ]
            var seeds = try messages.map { [UInt8($0)] + (try MessageCoding.encode($1)) }
            seeds += try LeafSearchTarget.seeds().map { [0] + $0 }
            return seeds
        }
    }
#endif
