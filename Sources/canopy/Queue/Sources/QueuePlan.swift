// Which items sources make: files, parts of large ones, and groups of a folder's documents.
// Decides only: what there is, and where lines end, is handed in.

/// A file or object that was found.
struct FoundFile: Sendable, Hashable {
    var place: ItemSource.Place
    /// From its source's root, or its last part.
    var name: String
    var format: SourceFormat
    var byteCount: Int64
    var modified: Int64 = 0
    /// Where lines may be cut; nil: read as a whole.
    var parts: [LinePart]?

    var isCompressed: Bool {
        ByteStream.compressedSuffixes.contains { name.lowercased().hasSuffix($0) }
    }

    /// Whether it is worth cutting.
    func isLarge(partBytes: Int64) -> Bool {
        format == .ndjson && !isCompressed && byteCount > partBytes
    }
}

/// A text, Markdown or HTML file of a folder: one document.
struct FoundDocument: Sendable, Hashable {
    var root: String
    var path: String
    var byteCount: Int64
}

struct QueuePlan: Sendable {
    /// Documents of a folder in one item.
    static let documentCount = 500

    var files: [FoundFile] = []
    /// In the order of each folder's walk.
    var documents: [FoundDocument] = []
    /// Files of other kinds.
    var leftOut = 0

    var byteCount: Int64 {
        files.reduce(0) { $0 + $1.byteCount } + documents.reduce(0) { $0 + $1.byteCount }
    }

    /// - Throws: `QueueError` when there is nothing to do, too much, or what cannot be told apart.
    func items(partBytes: Int64) throws -> [WorkItem] {
        let sources = try fileItems() + documentItems(partBytes: partBytes)
        guard !sources.isEmpty else {
            throw QueueError(
                place: "the sources", reason: "nothing in them can be imported",
                remedy: "Files are told by their names (.ndjson, .jsonl, .json, .csv, .tsv, .txt, "
                    + ".md, .html, compressed or not); say --format for others")
        }
        guard sources.count <= QueueHead.itemLimit else {
            throw QueueError(
                place: "the sources",
                reason: "they make \(Quantities.count(sources.count)) items; at most "
                    + "\(Quantities.count(QueueHead.itemLimit)) fit into a queue",
                remedy: "Take larger --into-parts, or make several queues")
        }
        return sources.map { WorkItem(source: $0) }
    }

    private func fileItems() -> [ItemSource] {
        var seen = Set<ItemSource.Place>()
        let files = files.filter { seen.insert($0.place).inserted }
        let names = Dictionary(grouping: files, by: \.name)
        return files.flatMap { file in
            var source = ItemSource(
                place: file.place, name: file.name, format: file.format,
                byteCount: file.byteCount, modified: file.modified)
            // Names become ids, where documents have none of their own.
            if names[file.name]?.count != 1 { source.name = file.place.text }
            guard let parts = file.parts else { return [source] }
            return parts.map { part in
                var item = source
                item.bytes = part.bytes
                item.linesBefore = part.linesBefore
                return item
            }
        }
    }

    private func documentItems(partBytes: Int64) throws -> [ItemSource] {
        var roots: [String: String] = [:]
        var items: [ItemSource] = []
        var last: FoundDocument?
        var count = 0
        var bytes: Int64 = 0
        for document in documents {
            if let other = roots.updateValue(document.root, forKey: document.path) {
                if other == document.root { continue }
                throw QueueError(
                    place: document.root + "/" + document.path,
                    reason: "its document would have the id '\(document.path)', as the one in "
                        + other,
                    remedy: "Name the folder above both, or make a queue for each")
            }
            let isNew = last?.root != document.root
            if isNew || count == Self.documentCount || bytes >= partBytes {
                items.append(
                    ItemSource(
                        place: .file(document.root),
                        name: document.root.split(separator: "/").last.map(String.init) ?? "/",
                        format: .folder, after: isNew ? nil : last?.path))
                count = 0
                bytes = 0
            }
            items[items.count - 1].through = document.path
            items[items.count - 1].byteCount += document.byteCount
            count += 1
            bytes += document.byteCount
            last = document
        }
        return items
    }
}

extension ItemSource.Place {
    /// The path or key.
    var text: String {
        switch self {
        case .file(let path): path
        case .object(let key): key
        case .shard(let number): "shard \(number)"
        }
    }
}
