// Some of a folder's documents: those after one path, up to another.

struct FolderPartReader: RecordReader {
    private var reader: FolderReader
    private let through: String
    private var isPast = false

    init(root: String, after: String?, through: String) throws {
        reader = try FolderReader(root: root)
        self.through = through
        if let after { try reader.skip(to: ReadPosition(path: after)) }
    }

    var position: ReadPosition { reader.position }
    var fraction: Double? { reader.fraction }

    mutating func next(into record: inout ImportRecord) throws -> RecordStep {
        if isPast { return .end }
        let step = try reader.next(into: &record)
        guard step != .end, PathOrder.precedes(through, record.place.source) else { return step }
        isPast = true
        return .end
    }

    mutating func skip(to position: ReadPosition) throws { try reader.skip(to: position) }

    mutating func finish() throws { try reader.finish() }
}

/// The order in which folders are walked: by the bytes of names, depth first.
enum PathOrder {
    static func precedes(_ left: String, _ right: String) -> Bool {
        let (left, right) = (left.split(separator: "/"), right.split(separator: "/"))
        for (one, other) in zip(left, right) where one != other {
            return one.utf8.lexicographicallyPrecedes(other.utf8)
        }
        return left.count < right.count
    }
}
