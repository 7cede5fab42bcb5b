// Records of a shard's log: their bodies of any bytes, and whole ones behind a right checksum.

import Storage

@testable import Shards

enum LogTarget {
    static let target = FuzzTarget(
        name: "log", reads: "LogRecord, BatchBody, CheckpointBody, StoredAnswer", seeds: seeds,
        run: run)

    private static let slot: UInt64 = 7

    /// what the bytes are: a record without its checksum, or the body of a kind of record.
    static func run(_ bytes: UnsafeRawBufferPointer) throws {
        var input = FuzzInput(bytes)
        let choice = input.byte()
        let rest = [UInt8](input.rest)
        switch choice & 3 {
        case 0:
            var writer = ByteWriter()
            writer.raw(rest)
            writer.uint32(CRC32C.checksum(rest))
            let record = try LogRecord(writer.bytes, slot: slot)
            let again = try LogRecord(record.encoded(), slot: slot)
            try require(again == record, "a record is read back as another")
            _ = try InspectedRecord(writer.bytes, slot: slot)
        case 1:
            let body = try BatchBody(rest)
            try require(try BatchBody(body.encoded()) == body, "a batch is read back as another")
            for answer in body.answers {
                _ = try? StoredAnswer.decode(answer.outcomes, ids: ["a", "b"])
            }
        case 2:
            let keeps = choice & 4 != 0
            let body = try CheckpointBody(
                rest, version: keeps ? LogRecord.keepingVersion : LogRecord.firstVersion)
            try require(
                try CheckpointBody(body.encoded(), version: body.version) == body,
                "a checkpoint is read back as another")
        default: _ = try StoredAnswer.decode(rest, ids: ["a", "b", "c"])
        }
    }

    static func seeds() -> [[UInt8]] {
        let digest = SHA256Digest(of: [1])
        let answers = [
            IdempotencyTable.Entry(key: digest, content: digest, slot: 6, outcomes: [1, 2])
        ]
        let batch = BatchBody(
            schema: [7], answers: answers,
            operations: [
                LoggedOperation(id: [65], sequenceNumber: 3, version: 4, source: [123, 125]),
                LoggedOperation(id: [66], sequenceNumber: 4, version: 1, source: nil),
            ]
        ).encoded()
        var terms = PrimaryTerms()
        terms.begin(1, at: 0)
        terms.begin(9, at: 50)
        var checkpoint = CheckpointBody(
            coveredSlot: 41, coveredDigest: digest, newestBatch: 40, nextSequenceNumber: 99,
            schema: [1, 2, 3], terms: terms,
            segments: [
                .init(name: "1-ab", byteCount: 9, digest: digest, documentCount: 10, live: [])
            ],
            tombstones: [.init(id: [65], version: 3, sequenceNumber: 12)], answers: answers)
        let first = checkpoint.encoded()
        checkpoint.kept = [
            KeptCheckpoint(
                id: "x", name: "daily", slot: 30, documentCount: 9, nextSequenceNumber: 40,
                schema: [1], segments: checkpoint.segments, tombstones: checkpoint.tombstones)
        ]
        checkpoint.replaces = true
        let keeping = checkpoint.encoded()
        let bodies: [(LogRecord.Kind, UInt16, [UInt8])] = [
            (.fence, 1, []), (.batch, 1, batch), (.checkpoint, 1, first),
            (.checkpoint, 2, keeping),
        ]
        let records = bodies.map { kind, version, body in
            [0]
                + LogRecord(
                    kind: kind, version: version, slot: slot, previous: digest, owner: "n1",
                    body: body
                ).encoded().dropLast(4)
        }
        // An index of a document, made anew, and a refusal.
        let answer: [UInt8] = [0, 1, 2, 4, 6, 8, 1, 1, 65, 1, 66, 144, 3, 0, 2, 2, 4, 6, 8]
        return records + [[1] + batch, [2] + first, [6] + keeping, [3] + answer]
    }
}
