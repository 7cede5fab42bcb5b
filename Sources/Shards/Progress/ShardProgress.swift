// What an owner knows beside the documents themselves; all of it follows from the log.

import Analysis
import Storage

struct ShardProgress: Sendable {
    var schema: Schema
    /// Whether the log already says that this is the schema.
    var isSchemaLogged = false
    /// Grows with every change of `schema`.
    var schemaGeneration = 0
    var nextSequenceNumber: Int64 = 0
    var terms = PrimaryTerms()
    var answers = IdempotencyTable()
    /// The slot of the newest batch whose documents are in; 0 when there is none.
    var newestBatch: UInt64 = 0
    /// Everything up to here is in segment objects that a checkpoint lists.
    var coveredSlot: UInt64 = 0
    var coveredDigest = SHA256Digest.zero
    /// Bytes of records since then.
    var logBytes = 0

    init(schema: Schema) {
        self.schema = schema
    }

    mutating func adopt(_ new: Schema) {
        guard new != schema else { return }
        schema = new
        isSchemaLogged = false
        schemaGeneration += 1
    }
}
