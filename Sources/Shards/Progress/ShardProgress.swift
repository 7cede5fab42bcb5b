// What a shard knows beside the documents themselves; all of it follows from the log.

import Analysis
import Storage

struct ShardProgress: Sendable {
    /// A batch whose documents are in memory.
    struct Batch: Sendable {
        let slot: UInt64
        /// Its smallest sequence number; those of earlier batches are smaller.
        let firstNumber: Int64
        let byteCount: Int
    }

    private(set) var schema: Schema
    /// The newest schema in the log; nil when there is none.
    private(set) var loggedSchema: Schema?
    /// Whether the log already says that this is the schema.
    private(set) var isSchemaLogged = false
    /// Grows with every change of `schema`.
    private(set) var schemaGeneration = 0
    var nextSequenceNumber: Int64 = 0
    var terms = PrimaryTerms()
    var answers = IdempotencyTable()
    /// The slot of the newest batch whose documents are in; 0 when there is none.
    var newestBatch: UInt64 = 0
    /// What was asked to be kept, oldest first.
    var kept: [KeptCheckpoint] = []
    /// Everything up to here is in the stored segments, as a checkpoint lists them.
    private(set) var covered = LogPosition.start
    /// Those after the covered slot, in order.
    private(set) var batches: [Batch] = []
    /// Bytes of those batches.
    private(set) var logBytes = 0

    init(schema: Schema) {
        self.schema = schema
    }

    // MARK: Schema

    mutating func adopt(_ new: Schema) {
        guard new != schema else { return }
        schema = new
        isSchemaLogged = false
        schemaGeneration += 1
    }

    /// The log says that documents from here on were parsed with this schema.
    mutating func adopt(logged new: Schema) {
        adopt(new)
        isSchemaLogged = true
        loggedSchema = new
    }

    /// A record that was written with this schema is in the log; `generation` was its.
    mutating func noteLogged(_ logged: Schema, generation: Int) {
        loggedSchema = logged
        if generation == schemaGeneration { isSchemaLogged = true }
    }

    /// The next batch says the schema, though the log does already.
    mutating func repeatSchema() { isSchemaLogged = false }

    /// Goes back to what the log says, as whoever follows it must. Returns what it knew.
    mutating func returnToLoggedSchema() -> Schema {
        let known = schema
        if let loggedSchema { adopt(logged: loggedSchema) }
        return known
    }

    /// Takes the metadata store's schema, with the fields of documents here that it lacks: one that
    /// came back from a backup must not give their names to fields of other types. Where it has
    /// done so already, it stands as it is.
    mutating func adopt(given: Schema) {
        guard given != schema else { return }
        adopt((try? given.adding(growth: schema)) ?? given)
    }

    /// The log's schema was in force when its documents were parsed; the metadata store's may be
    /// newer, or older if it was restored from a backup.
    mutating func adopt(ifNewer given: Schema) {
        if given.version > schema.version { adopt(given: given) }
    }

    // MARK: Records

    /// The batch's documents are in memory; its sequence numbers are `numbers`.
    mutating func note(
        batch slot: UInt64, byteCount: Int, numbers: Range<Int64>,
        answers new: [IdempotencyTable.Entry]
    ) {
        nextSequenceNumber = max(nextSequenceNumber, numbers.upperBound)
        newestBatch = max(newestBatch, slot)
        if !numbers.isEmpty {
            batches.append(
                Batch(slot: slot, firstNumber: numbers.lowerBound, byteCount: byteCount))
            logBytes += byteCount
        }
        for entry in new { answers.insert(entry) }
    }

    /// Documents numbered below this were written by records up to `slot`, which is not below
    /// the covered one.
    func firstNumber(after slot: UInt64) -> Int64 {
        batches.first { $0.slot > slot }?.firstNumber ?? nextSequenceNumber
    }

    mutating func cover(_ position: LogPosition) {
        covered = position
        let end = batches.firstIndex { $0.slot > position.slot } ?? batches.count
        logBytes -= batches[..<end].reduce(0) { $0 + $1.byteCount }
        batches.removeFirst(end)
    }
}
