// What every importer's reader yields: one document at a time, with where it came from.

/// One document as it will be sent, reused from record to record so that nothing is allocated.
struct ImportRecord {
    /// A JSON object on one line, UTF-8.
    var document: [UInt8] = []
    /// The document's own id; empty when it has none and its place must serve.
    var id: [UInt8] = []
    var place = RecordPlace(source: "", line: 0)

    mutating func clear() {
        document.removeAll(keepingCapacity: true)
        id.removeAll(keepingCapacity: true)
    }
}

/// Where a record begins. Lines count from 1; for a folder the source is the file's path.
struct RecordPlace: Sendable, Hashable, CustomStringConvertible {
    var source: String
    var line: Int64

    var description: String { line > 0 ? "\(source):\(line)" : source }
}

enum RecordStep: Equatable {
    case record
    /// The bytes at the record's place are no document; reading goes on after them.
    case malformed(reason: String)
    case end
}

/// How far a source has been read: what a checkpoint remembers.
struct ReadPosition: Sendable, Hashable {
    /// Bytes of the (decompressed) source up to and including the last record.
    var byteOffset: Int64 = 0
    /// The last path taken from a folder, relative to it.
    var path: String?
}

/// Yields the records of one source in order, holding one record (or a bounded sample) in memory.
protocol RecordReader {
    /// The position just after the record last returned.
    var position: ReadPosition { get }
    /// Share of the source read so far, 0…1, when its size is known.
    var fraction: Double? { get }

    /// Reads one record. After `.end` it keeps answering `.end`.
    /// - Throws: `ImportError` when the source itself fails.
    mutating func next(into record: inout ImportRecord) throws -> RecordStep

    /// Moves past everything up to a position an earlier run reached.
    mutating func skip(to position: ReadPosition) throws

    /// Ends the reading early or late: stops a decompressor and reports its failure.
    mutating func finish() throws
}
