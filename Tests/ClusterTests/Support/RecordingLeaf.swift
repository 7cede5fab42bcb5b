// A leaf that remembers what it was asked and answers at random.

import Analysis
import Queries
import Storage
import Synchronization

@testable import Cluster

final class RecordingLeaf: LeafService {
    let messages: RandomMessages
    private let last = Mutex<(request: (any Sendable)?, response: (any Sendable)?)>((nil, nil))

    init(seed: UInt64) {
        messages = RandomMessages(seed: seed)
    }

    func lastRequest<R: Sendable>(_ type: R.Type) -> R? { last.withLock { $0.request as? R } }
    func lastResponse<R: Sendable>(_ type: R.Type) -> R? { last.withLock { $0.response as? R } }

    private func answer<R: Sendable>(_ request: any Sendable, _ response: R) -> R {
        last.withLock { $0 = (request, response) }
        return response
    }

    func search(
        _ request: LeafSearchRequest, deadline: Instant
    ) async throws -> LeafSearchResponse {
        let make = messages
        let top = make.maybe { make.topHits() }
        var response = LeafSearchResponse(
            top: top, statistics: make.statistics(),
            slots: make.slots(), schemaVersion: make.count(), pin: make.random.next(),
            failures: make.failures(), documentCount: make.count(), queued: make.duration(),
            planned: make.duration(), scored: make.duration(),
            documents: (top?.hits.dropFirst(2) ?? []).map { _ in make.fetchedDocument() },
            fetched: make.duration())
        response.suggested = make.statistics()
        response.completions = make.list {
            make.list(9) {
                Completion(
                    entry: CompletionEntry(
                        weight: make.int(0..<1 << 31), form: Array("oak".utf8),
                        surface: make.bytes()),
                    hit: Hit(
                        score: nil, tieKey: make.random.next(), address: make.address()))
            }
        }
        return answer(request, response)
    }

    func fetch(_ request: LeafFetchRequest, deadline: Instant) async throws -> LeafFetchResponse {
        let make = messages
        return answer(
            request,
            LeafFetchResponse(
                documents: make.list { make.fetchedDocument() }, took: make.duration()))
    }

    func write(_ request: LeafWriteRequest, deadline: Instant) async throws -> LeafWriteResponse {
        let make = messages
        return answer(
            request,
            LeafWriteResponse(
                groups: make.list {
                    ShardWriteResult(shard: make.shard(), outcomes: make.list { make.outcome() })
                }, slots: make.slots()))
    }

    func get(_ request: LeafGetRequest, deadline: Instant) async throws -> LeafGetResponse {
        let make = messages
        return answer(
            request,
            LeafGetResponse(
                document: make.maybe {
                    StoredDocument(
                        source: make.bytes(), version: make.integer(),
                        sequenceNumber: make.integer(), primaryTerm: make.integer())
                }))
    }

    func refresh(
        _ request: LeafRefreshRequest, deadline: Instant
    ) async throws -> LeafRefreshResponse {
        answer(
            request, LeafRefreshResponse(slots: messages.slots(), failures: messages.failures()))
    }

    func status(
        _ request: LeafStatusRequest, deadline: Instant
    ) async throws -> LeafStatusResponse {
        let make = messages
        let node = NodeReport(
            name: make.text(), version: make.text(), processID: make.count(),
            uptime: make.duration(), residentBytes: make.count(), searchesRunning: 3,
            searchesWaiting: 4, pins: 5)
        return answer(
            request,
            LeafStatusResponse(
                node: node,
                shards: make.list {
                    ShardStatus(
                        indexUUID: make.text(), shard: make.shard(),
                        state: ShardState.allCases[make.int(0..<3)],
                        reason: make.maybe { make.text() }, documentCount: make.count(),
                        deletedCount: make.count(), byteCount: make.count(),
                        memoryBytes: make.count(),
                        segments: make.list {
                            SegmentStatus(
                                name: make.text(), documentCount: make.count(),
                                deletedCount: make.count(), byteCount: make.count())
                        }, visibleSlot: make.integer(), committedSlot: make.integer(),
                        primaryTerm: make.integer(), maximumSequenceNumber: make.integer(),
                        role: make.pick(ShardRole.allCases), appliedSlot: make.integer(),
                        isCaughtUp: make.flag(), damage: make.maybe { make.text() })
                }))
    }

    func scrub(_ request: LeafScrubRequest, deadline: Instant) async throws -> LeafScrubResponse {
        let make = messages
        return answer(
            request,
            LeafScrubResponse(
                shards: make.list {
                    ScrubbedShard(
                        indexUUID: make.text(), shard: make.shard(), isPending: make.flag(),
                        age: make.duration(), objectCount: make.count(), byteCount: make.count(),
                        findings: make.list {
                            ScrubbedDamage(
                                kind: make.text(), object: make.text(), reason: make.text(),
                                remedy: make.text(), isMended: make.flag())
                        }, failure: make.maybe { make.text() })
                }))
    }

    func generations(
        _ request: LeafGenerationsRequest, deadline: Instant
    ) async throws -> LeafGenerationsResponse {
        let make = messages
        return answer(
            request,
            LeafGenerationsResponse(
                sequence: make.random.next(),
                slots: make.list {
                    ShardGeneration(
                        indexUUID: make.text(), shard: make.shard(), visibleSlot: make.integer(),
                        schemaVersion: make.integer())
                }))
    }

    func follow(
        _ request: LeafFollowRequest, deadline: Instant
    ) async throws -> LeafFollowResponse {
        let make = messages
        return answer(
            request,
            LeafFollowResponse(
                shards: make.list {
                    FollowedShard(
                        indexUUID: "uuid", shard: make.shard(), records: make.list { make.bytes() },
                        committedSlot: make.integer(), isBehind: make.flag(), isOwner: make.flag())
                }))
    }

    func open(_ request: LeafOpenRequest, deadline: Instant) async throws -> LeafOpenResponse {
        answer(request, LeafOpenResponse(failures: messages.failures()))
    }

    func snapshot(
        _ request: LeafSnapshotRequest, deadline: Instant
    ) async throws -> LeafSnapshotResponse {
        let make = messages
        return answer(
            request,
            LeafSnapshotResponse(
                shards: make.list {
                    LeafSnapshotResponse.Shard(
                        shard: make.shard(),
                        state: SnapshotShard(
                            slot: make.count(), documents: make.count(), bytes: make.count()),
                        visibleSlot: make.count())
                }, failures: make.failures()))
    }

    func drop(_ request: LeafDropRequest, deadline: Instant) async throws {
        answer(request, ())
    }
}
