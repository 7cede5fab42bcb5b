// Fills batches from a reader up to their limits.

/// When a batch is full.
struct BatchLimits: Sendable, Hashable {
    /// Bytes of a bulk body; one document may exceed it and then travels alone.
    var byteCount: Int
    var documentCount: Int
}

/// Cuts a source into batches; at most one batch and one record are in memory here.
struct BatchReader {
    private var reader: any RecordReader
    private let limits: BatchLimits
    private var record = ImportRecord()
    private var nextNumber: Int
    private var ended = false

    /// - Parameter firstNumber: Of the first batch, where those before it are known already.
    init(_ reader: any RecordReader, limits: BatchLimits, firstNumber: Int = 0) {
        self.reader = reader
        self.limits = limits
        nextNumber = firstNumber
    }

    var fraction: Double? { reader.fraction }

    /// The next batch, or nil at the end of the source.
    mutating func next() throws -> BulkBatch? {
        guard !ended else { return nil }
        var batch = BulkBatch(number: nextNumber, expectedBytes: limits.byteCount + 16_384)
        while batch.body.count < limits.byteCount,
            batch.items.count + batch.malformed.count < limits.documentCount
        {
            switch try reader.next(into: &record) {
            case .record:
                if let reason = batch.add(record) { refuse(reason, in: &batch) }
            case .malformed(let reason):
                refuse(reason, in: &batch)
            case .end:
                ended = true
            }
            if ended { break }
        }
        if batch.items.isEmpty && batch.malformed.isEmpty { return nil }
        batch.position = reader.position
        nextNumber += 1
        return batch
    }

    mutating func skip(to position: ReadPosition) throws { try reader.skip(to: position) }

    mutating func finish() throws {
        ended = true
        try reader.finish()
    }

    private func refuse(_ reason: String, in batch: inout BulkBatch) {
        let id = String(decoding: record.id, as: UTF8.self)
        batch.malformed.append(RefusedDocument(place: record.place, id: id, reason: reason))
    }
}
