// What a group of write requests comes to, before anything is written.

import Analysis
import Storage

/// One request as the planner sees it.
struct PlanRequest: Sendable {
    let operations: [DocumentOperation]
    /// SHA-256 of the request's idempotency key.
    let key: SHA256Digest?
}

struct WritePlan: Sendable {
    enum Answer: Sendable {
        case outcomes([DocumentOutcome])
        case refused(ShardError)
    }

    var changes: [PlannedChange] = []
    /// In the order of the requests.
    var answers: [Answer] = []
    /// What to remember for requests with a key that change something.
    var remembered: [IdempotencyTable.Entry] = []
    /// The schema the documents were parsed with; larger than the one given when dynamic
    /// mapping found new fields.
    var schema: Schema
    /// The requests, by index, that found new fields.
    var growing: Set<Int> = []
    var nextSequenceNumber: Int64
    /// `ShardContents.State.seals` when it was made.
    let seals: Int
}

extension DocumentOperation {
    /// Everything that says what the operation does, for telling whether a repeated request is
    /// the same.
    func encode(_ writer: inout ByteWriter) {
        writer.uint8(action.rawValue)
        writer.string(id)
        writer.lengthPrefixed(source)
        writer.uint8((docAsUpsert ? 1 : 0) | (detectNoop ? 2 : 0) | (externalGTE ? 4 : 0))
        writer.lengthPrefixed(upsert ?? [])
        for number in [ifSequenceNumber, ifPrimaryTerm, externalVersion] {
            writer.uint8(number == nil ? 0 : 1)
            writer.signedVarint(number ?? 0)
        }
        writer.string(routing ?? "")
    }
}
