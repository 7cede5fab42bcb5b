// The body of a batch: operations whose conflicts are resolved, so that replaying them needs no
// decision, and what the requests that carried a key were answered.
//
//     batch     = schema: length-prefixed (empty: as before), answers, operations
//     answers   = count, { key digest 32, content digest 32, encoded outcomes }
//     operations = count, { kind u8 (0 index, 1 delete), id, sequence, version, source }

import Storage

/// One resolved change of one document.
struct LoggedOperation: Sendable, Hashable {
    /// UTF-8, 1 to 512 bytes.
    let id: [UInt8]
    let sequenceNumber: Int64
    let version: Int64
    /// Nil deletes.
    let source: [UInt8]?
}

struct BatchBody: Sendable, Hashable {
    /// The mapping the sources were parsed with, when it is not that of the batch before.
    var schema: [UInt8] = []
    var answers: [IdempotencyTable.Entry] = []
    var operations: [LoggedOperation] = []

    func encoded() -> [UInt8] {
        let sources = operations.reduce(0) { $0 + ($1.source?.count ?? 0) + $1.id.count + 24 }
        var writer = ByteWriter(capacity: sources + schema.count + 256)
        writer.lengthPrefixed(schema)
        writer.varint(answers.count)
        for answer in answers { answer.encode(&writer) }
        writer.varint(operations.count)
        for operation in operations {
            writer.uint8(operation.source == nil ? 1 : 0)
            writer.lengthPrefixed(operation.id)
            writer.signedVarint(operation.sequenceNumber)
            writer.signedVarint(operation.version)
            if let source = operation.source { writer.lengthPrefixed(source) }
        }
        return writer.bytes
    }

    init(
        schema: [UInt8] = [], answers: [IdempotencyTable.Entry] = [],
        operations: [LoggedOperation] = []
    ) {
        self.schema = schema
        self.answers = answers
        self.operations = operations
    }

    init(_ bytes: [UInt8]) throws(CorruptBytes) {
        var reader = ByteReader(bytes, place: "batch")
        schema = try reader.lengthPrefixed()
        for _ in 0..<(try reader.varint(upTo: reader.remaining)) {
            answers.append(try IdempotencyTable.Entry(&reader))
        }
        for _ in 0..<(try reader.varint(upTo: reader.remaining)) {
            let kind = try reader.uint8()
            guard kind <= 1 else { throw reader.corrupt("operation \(kind) is unknown") }
            let id = try reader.lengthPrefixed()
            let sequenceNumber = try reader.signedVarint()
            let version = try reader.signedVarint()
            guard (0..<LogRecord.numberLimit).contains(sequenceNumber),
                (0..<LogRecord.numberLimit).contains(version)
            else { throw reader.corrupt("a sequence number or version is too large") }
            operations.append(
                LoggedOperation(
                    id: id, sequenceNumber: sequenceNumber, version: version,
                    source: kind == 0 ? try reader.lengthPrefixed() : nil))
        }
        try reader.expectEnd()
    }
}
