// Which owner gave out a sequence number: a document's primary term follows from its sequence
// number, so segments need not store it.

import Storage

struct PrimaryTerms: Sendable, Hashable {
    struct Start: Sendable, Hashable {
        let sequenceNumber: Int64
        let term: Int64
    }

    /// Ascending in both.
    private(set) var starts: [Start] = []

    init() {}

    /// From this sequence number on, writes belong to `term`. Owners that wrote nothing leave
    /// no trace; terms already known change nothing.
    mutating func begin(_ term: Int64, at sequenceNumber: Int64) {
        if let last = starts.last, last.term >= term { return }
        if starts.last?.sequenceNumber == sequenceNumber { starts.removeLast() }
        starts.append(Start(sequenceNumber: sequenceNumber, term: term))
    }

    /// The newest owner's; 0 when there was none.
    var newest: Int64 { starts.last?.term ?? 0 }

    func term(of sequenceNumber: Int64) -> Int64 {
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle].sequenceNumber <= sequenceNumber {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low == 0 ? 0 : starts[low - 1].term
    }

    func encode(_ writer: inout ByteWriter) {
        writer.varint(starts.count)
        for start in starts {
            writer.signedVarint(start.sequenceNumber)
            writer.signedVarint(start.term)
        }
    }

    init(_ reader: inout ByteReader) throws(CorruptBytes) {
        for _ in 0..<(try reader.varint(upTo: reader.remaining)) {
            let sequenceNumber = try reader.signedVarint()
            let term = try reader.signedVarint()
            if let last = starts.last, last.sequenceNumber >= sequenceNumber {
                throw reader.corrupt("the primary terms are out of order")
            }
            starts.append(Start(sequenceNumber: sequenceNumber, term: term))
        }
    }
}
