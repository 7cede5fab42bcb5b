// A batch of documents as one bulk request's body, with what is needed to tell each one's fate.

/// A document that did not go in, and why.
struct RefusedDocument: Sendable, Hashable {
    let place: RecordPlace
    /// The document's id; empty when its source could not be read.
    let id: String
    let reason: String
}

/// Consecutive records of a source, serialised.
struct BulkBatch: Sendable {
    struct Item: Sendable {
        let place: RecordPlace
        let id: String
        /// Where the item's two lines end in `body`; they begin where the previous item's end.
        let end: Int
    }

    /// Batches count from 0 in reading order.
    let number: Int
    private(set) var body: [UInt8] = []
    private(set) var items: [Item] = []
    /// Records of this stretch that are no documents.
    var malformed: [RefusedDocument] = []
    /// Where the source stood after the last record of this batch.
    var position = ReadPosition()

    init(number: Int, expectedBytes: Int) {
        self.number = number
        body.reserveCapacity(expectedBytes)
    }

    /// The longest id the server takes, in bytes of UTF-8.
    static let maximumIDBytes = 512

    /// Appends a record as an `index` action with its id, or a stable one made from its place.
    /// - Returns: why it cannot be sent, or nil.
    mutating func add(_ record: ImportRecord) -> String? {
        let id =
            record.id.isEmpty
            ? "\(record.place.source)-\(record.place.line)"
            : String(decoding: record.id, as: UTF8.self)
        guard id.utf8.count <= Self.maximumIDBytes else {
            return "the id has \(id.utf8.count) bytes; at most \(Self.maximumIDBytes) are taken"
        }
        body.append(contentsOf: "{\"index\":{\"_id\":".utf8)
        JSONText.appendString(id, to: &body)
        body.append(contentsOf: "}}\n".utf8)
        body.append(contentsOf: record.document)
        body.append(0x0A)
        items.append(Item(place: record.place, id: id, end: body.count))
        return nil
    }

    /// An item's document alone.
    func document(_ index: Int) -> ArraySlice<UInt8> {
        let lines = body[(index == 0 ? 0 : items[index - 1].end)..<items[index].end]
        // The action has no line feed in it.
        let action = lines.firstIndex(of: 0x0A) ?? lines.endIndex - 1
        return lines[(action + 1)..<(lines.endIndex - 1)]
    }

    /// The bytes of some items, for sending those again alone.
    func body(of indices: [Int]) -> [UInt8] {
        if indices.count == items.count { return body }
        var part: [UInt8] = []
        for index in indices {
            let start = index == 0 ? 0 : items[index - 1].end
            part.append(contentsOf: body[start..<items[index].end])
        }
        return part
    }
}
