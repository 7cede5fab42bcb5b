// Records and bodies: what is written is read back, every flipped bit and truncation is noticed,
// and hostile bytes never trap.

import Analysis
import Storage
import Testing

@testable import Shards

@Suite struct LogFormatTests {
    private let record = LogRecord(
        kind: .batch, slot: 7, previous: SHA256Digest(of: [1]), owner: "n1#ab",
        body: Array("body".utf8))

    private let checkpoint = CheckpointBody(
        coveredSlot: 41, coveredDigest: SHA256Digest(of: [2]), newestBatch: 40,
        nextSequenceNumber: 99, schema: [1, 2, 3],
        terms: {
            var terms = PrimaryTerms()
            terms.begin(1, at: 0)
            terms.begin(9, at: 50)
            return terms
        }(),
        segments: [
            .init(
                name: "1-ab", byteCount: 100, digest: SHA256Digest(of: [3]), documentCount: 10,
                live: [9])
        ],
        tombstones: [.init(id: [65], version: 3, sequenceNumber: 12)],
        answers: [
            .init(
                key: SHA256Digest(of: [4]), content: SHA256Digest(of: [5]), slot: 6,
                outcomes: [1, 2])
        ])

    @Test func recordsAreReadBack() throws {
        #expect(try LogRecord(record.encoded(), slot: 7) == record)
    }

    @Test func theExampleInTheCommentIsTrue() {
        let fence = LogRecord(kind: .fence, slot: 1, previous: .zero, owner: "n1", body: [])
        let bytes = fence.encoded()
        #expect(bytes.prefix(16) == [0x43, 0x4C, 0x4F, 0x47, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0])
        #expect(bytes[16..<48].allSatisfy { $0 == 0 })
        #expect(bytes[48..<52] == [2, 0x6E, 0x31, 0])
        #expect(bytes.count == 56)
    }

    @Test func everyFlippedBitAndTruncationIsNoticed() {
        let bytes = record.encoded()
        for bit in 0..<bytes.count * 8 {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: CorruptBytes.self) { try LogRecord(flipped, slot: 7) }
        }
        for count in 0..<bytes.count {
            #expect(throws: CorruptBytes.self) { try LogRecord(Array(bytes[..<count]), slot: 7) }
        }
        #expect(throws: CorruptBytes.self) { try LogRecord(bytes, slot: 8) }
        #expect(throws: CorruptBytes.self) { try LogRecord(bytes + [0], slot: 7) }
    }

    @Test func bodiesAreReadBack() throws {
        #expect(try CheckpointBody(checkpoint.encoded()) == checkpoint)
        let batch = BatchBody(
            schema: [7], answers: checkpoint.answers,
            operations: [
                LoggedOperation(id: [1], sequenceNumber: 3, version: 4, source: [123, 125]),
                LoggedOperation(id: [2, 3], sequenceNumber: 4, version: 1, source: nil),
            ])
        #expect(try BatchBody(batch.encoded()) == batch)
    }

    private var keeping: CheckpointBody {
        var body = checkpoint
        body.kept = [
            KeptCheckpoint(
                id: "x1", name: "daily", slot: 30, documentCount: 9, nextSequenceNumber: 40,
                schema: [4], segments: checkpoint.segments, tombstones: checkpoint.tombstones)
        ]
        body.replaces = true
        return body
    }

    @Test func whatIsKeptIsReadBackAndOlderBuildsRefuseIt() throws {
        let body = keeping
        #expect(body.version == LogRecord.keepingVersion)
        #expect(try CheckpointBody(body.encoded(), version: body.version) == body)
        // What was written before has no such part, and still has none where nothing is kept.
        #expect(checkpoint.version == LogRecord.firstVersion)
        #expect(body.encoded().starts(with: checkpoint.encoded()))
        let record = LogRecord(
            kind: .checkpoint, version: body.version, slot: 42, previous: .zero, owner: "n",
            body: body.encoded())
        #expect(record.encoded()[4] == 2)
        let read = try LogRecord(record.encoded(), slot: 42)
        #expect(read == record)
        #expect(try CheckpointBody(of: read) == body)
    }

    @Test func onlyCheckpointsHaveTheSecondVersionAndTheyCoverWhatTheyReplace() {
        let batch = LogRecord(
            kind: .batch, version: 2, slot: 7, previous: .zero, owner: "n", body: [])
        #expect(throws: CorruptBytes.self) { try LogRecord(batch.encoded(), slot: 7) }
        let third = LogRecord(
            kind: .checkpoint, version: 3, slot: 7, previous: .zero, owner: "n", body: [])
        #expect(throws: CorruptBytes.self) { try LogRecord(third.encoded(), slot: 7) }
        let late = LogRecord(
            kind: .checkpoint, version: 2, slot: 50, previous: .zero, owner: "n",
            body: keeping.encoded())
        #expect(throws: CorruptBytes.self) { try CheckpointBody(of: late) }
    }

    @Test func hostileBodiesNeverTrap() {
        let random = SeededRandom(seed: 11)
        let originals = [
            checkpoint.encoded(), keeping.encoded(),
            BatchBody(
                operations: [
                    LoggedOperation(id: [1], sequenceNumber: 3, version: 4, source: [123, 125])
                ]
            ).encoded(),
        ]
        var refused = 0
        for _ in 0..<4000 {
            var bytes = originals[random.next(in: 0..<3)]
            for _ in 0...random.next(in: 0..<4) {
                bytes[random.next(in: 0..<bytes.count)] = UInt8(truncatingIfNeeded: random.next())
            }
            bytes.removeLast(random.next(in: 0..<bytes.count))
            do { _ = try CheckpointBody(bytes) } catch { refused += 1 }
            do { _ = try CheckpointBody(bytes, version: 2) } catch { refused += 1 }
            do { _ = try BatchBody(bytes) } catch { refused += 1 }
        }
        #expect(refused > 4000)
    }

    @Test func outcomesAreRemembered() throws {
        let outcomes = [
            DocumentOutcome(
                id: "a", result: .created, version: 1, sequenceNumber: 5, primaryTerm: 2,
                slot: 3),
            DocumentOutcome(
                id: "b", error: DocumentFailure(type: "t", reason: "r", status: 409)),
            DocumentOutcome(id: "c", result: .noop, version: 4, sequenceNumber: 1),
        ]
        let stored = StoredAnswer.encode(outcomes)
        #expect(try StoredAnswer.decode(stored, ids: ["a", "b", "c"]) == outcomes)
        #expect(throws: CorruptBytes.self) { try StoredAnswer.decode(stored, ids: ["a"]) }
    }

    @Test func keysNameSlots() {
        let location = ShardLocation(indexUUID: "u", shard: 3)
        #expect(location.logKey(12) == "u/00003/log/00000000000000000012")
        #expect(location.slot(ofKey: location.logKey(.max)) == .max)
        #expect(location.slot(ofKey: "u/00003/log/12") == nil)
        #expect(location.slot(ofKey: "u/00004/log/00000000000000000012") == nil)
        #expect(location.fence(ofSegment: "17-abc") == 17)
        #expect(location.fence(ofSegment: "abc") == nil)
    }

    @Test func termsFollowFromSequenceNumbers() {
        let terms = checkpoint.terms
        #expect([-1, 0, 49, 50, 1000].map { terms.term(of: $0) } == [0, 1, 1, 9, 9])
        var repeated = terms
        repeated.begin(9, at: 60)
        #expect(repeated == terms)
        repeated.begin(12, at: 50)
        #expect(repeated.term(of: 50) == 12)
    }
}
