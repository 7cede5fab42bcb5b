// Outcomes as they are remembered: without the ids, which the repeated request brings along.

import Analysis
import Storage

enum StoredAnswer {
    /// Per outcome: 0, result, version, sequence number, slot, term; or 1, type, reason, status.
    static func encode(_ outcomes: [DocumentOutcome]) -> [UInt8] {
        var writer = ByteWriter(capacity: outcomes.count * 8)
        for outcome in outcomes {
            if let failure = outcome.error {
                writer.uint8(1)
                writer.string(failure.type)
                writer.string(failure.reason)
                writer.varint(failure.status)
            } else {
                writer.uint8(0)
                writer.uint8(outcome.result?.rawValue ?? .max)
                writer.signedVarint(outcome.version)
                writer.signedVarint(outcome.sequenceNumber)
                writer.signedVarint(outcome.slot)
                writer.signedVarint(outcome.primaryTerm)
            }
        }
        return writer.bytes
    }

    static func decode(
        _ bytes: [UInt8], ids: [String]
    ) throws(CorruptBytes) -> [DocumentOutcome] {
        var reader = ByteReader(bytes, place: "stored answer")
        var outcomes: [DocumentOutcome] = []
        for id in ids {
            if try reader.uint8() == 0 {
                let result = DocumentResult(rawValue: try reader.uint8())
                outcomes.append(
                    DocumentOutcome(
                        id: id, result: result, version: try reader.signedVarint(),
                        sequenceNumber: try reader.signedVarint(),
                        slot: try reader.signedVarint()))
                outcomes[outcomes.count - 1].primaryTerm = try reader.signedVarint()
            } else {
                let failure = DocumentFailure(
                    type: try reader.string(), reason: try reader.string(),
                    status: try reader.varint(upTo: 999))
                outcomes.append(DocumentOutcome(id: id, error: failure))
            }
        }
        try reader.expectEnd()
        return outcomes
    }
}
