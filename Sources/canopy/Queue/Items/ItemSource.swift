// What one item of a queue is read from: a file, a part of one, some files of a folder, an object;
// or the shard that it is.

/// Where an item's documents are, and what tells that they are still those of the queue's making.
struct ItemSource: Sendable, Hashable {
    enum Place: Sendable, Hashable {
        /// An absolute path, the same for every worker.
        case file(String)
        /// A key of the configured bucket.
        case object(String)
        /// A shard of an offline build, written from the parts that all other items become.
        case shard(Int)
    }

    var place: Place
    /// For messages and for the ids of documents that have none; no two files share one.
    var name: String
    var format: SourceFormat
    /// A part of the bytes, whole lines; nil for everything.
    var bytes: Range<Int64>?
    /// Lines before the part.
    var linesBefore: Int64 = 0
    /// Of a folder: files after this path (nil: from the first), up to and including `through`.
    var after: String?
    var through: String?
    /// Of the whole file or object; zero for a folder.
    var byteCount: Int64 = 0
    /// Nanoseconds since 1970; zero for objects and folders.
    var modified: Int64 = 0

    /// Nil: it is read from sources.
    var shard: Int? {
        if case .shard(let number) = place { number } else { nil }
    }

    var isShard: Bool { shard != nil }

    /// For people: the name, and which part of it.
    var title: String {
        if let bytes {
            return "\(name) [\(Quantities.bytes(bytes.lowerBound)) to "
                + "\(Quantities.bytes(bytes.upperBound))]"
        }
        if let through { return "\(name) [… to \(through)]" }
        return name
    }

    static func shard(_ number: Int) -> ItemSource {
        ItemSource(place: .shard(number), name: "shard \(number)", format: .ndjson)
    }

    /// Bytes to be read, as far as that is known.
    var size: Int64 { bytes.map { $0.upperBound - $0.lowerBound } ?? byteCount }
}
