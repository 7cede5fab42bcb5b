// What a queue is, beside its items: where the documents go and how they are cut into batches.

import Analysis

/// The entry `queue/NAME` of the metadata store.
struct QueueHead: Sendable, Equatable {
    /// Items of one queue at most: more would make the metadata large.
    static let itemLimit = 50_000

    var name: String
    /// Random: tells this queue from another of its name. Begins every idempotency key.
    var id: String
    var index: String
    /// Shards of the index, if it has to be made.
    var shardCount: Int
    /// The index's mapping, if it has to be made; nil: what fits the first source that is read.
    var mappings: JSONValue?
    var idField: String?
    var columns: [String]?
    /// The same for every worker, so that batches are cut alike.
    var batchLimits: BatchLimits
    /// A worker that gave no sign of life for as long has lost its item.
    var lease: Duration
    /// As they were given.
    var sources: [String]
    var itemCount: Int
    /// Milliseconds since 1970.
    var created: Int64
    /// All items are there.
    var isReady = false
    /// The index the first worker met; one that is deleted and made anew is another.
    var indexUUID: String?
    /// The index it builds beside the cluster; nil: the documents go to the roots.
    var offline: OfflineIndex?

    static let version: Int64 = 1
    static let prefix = "queue/"

    var key: String { Self.prefix + name }
    var pageCount: Int { (itemCount + QueuePage.itemCount - 1) / QueuePage.itemCount }
    /// Of this queue's pages: a later queue of the same name has others.
    var pagesPrefix: String { Self.pagesPrefix(ofName: name) + id.prefix(12) + "/" }

    /// Of the pages of all queues that had the name.
    static func pagesPrefix(ofName name: String) -> String { "queued/" + name + "/" }

    func pageKey(_ page: Int) -> String {
        let digits = String(page)
        return pagesPrefix + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    /// The page a key names; nil for other keys.
    func page(ofKey key: String) -> Int? {
        key.hasPrefix(pagesPrefix) ? Int(key.dropFirst(pagesPrefix.count)) : nil
    }

    /// Why a text cannot be a queue's name, or nil.
    static func fault(inName name: String) -> String? {
        let allowed = Set("abcdefghijklmnopqrstuvwxyz0123456789-_.")
        guard (1...64).contains(name.utf8.count), name.allSatisfy(allowed.contains),
            name.first?.isLetter == true || name.first?.isNumber == true
        else {
            return "a queue's name is 1 to 64 lowercase letters, digits, '-', '_' and '.', the "
                + "first a letter or a digit"
        }
        return nil
    }
}

extension QueueHead {
    func encoded() -> [UInt8] {
        var object = JSONObject()
        object["version"] = .integer(Self.version)
        object["name"] = .string(name)
        object["id"] = .string(id)
        object["index"] = .string(index)
        object["shards"] = .integer(Int64(shardCount))
        if let mappings { object["mappings"] = mappings }
        if let idField { object["id_field"] = .string(idField) }
        if let columns { object["columns"] = .array(columns.map { .string($0) }) }
        object["batch_bytes"] = .integer(Int64(batchLimits.byteCount))
        object["batch_documents"] = .integer(Int64(batchLimits.documentCount))
        object["lease_ms"] = .integer(Int64(lease.seconds * 1_000))
        object["sources"] = .array(sources.map { .string($0) })
        object["items"] = .integer(Int64(itemCount))
        object["created"] = .integer(created)
        object["ready"] = .bool(isReady)
        if let indexUUID { object["index_uuid"] = .string(indexUUID) }
        if let offline { object["offline"] = offline.json }
        return JSONValue.object(object).encoded()
    }

    /// - Throws: `QueueError` for bytes that describe no queue.
    init(encoded bytes: [UInt8], key: String) throws {
        let json = (try? JSONParser.parse(bytes)) ?? .null
        guard json["version"]?.integerValue ?? Self.version == Self.version else {
            throw QueueError(
                place: "metadata '\(key)'", reason: "the queue was made by another version",
                remedy: "Use that version, or delete the queue and create it again")
        }
        guard let name = json["name"]?.stringValue, Self.prefix + name == key,
            let id = json["id"]?.stringValue, let index = json["index"]?.stringValue,
            let shards = json["shards"]?.integerValue, shards > 0,
            let batchBytes = json["batch_bytes"]?.integerValue, batchBytes > 0,
            let batchDocuments = json["batch_documents"]?.integerValue, batchDocuments > 0,
            let lease = json["lease_ms"]?.integerValue, lease > 0,
            let sources = json["sources"]?.arrayValue, let items = json["items"]?.integerValue,
            (0...Int64(Self.itemLimit)).contains(items),
            let created = json["created"]?.integerValue, let ready = json["ready"]?.boolValue
        else {
            throw Self.damaged(key)
        }
        self.init(
            name: name, id: id, index: index, shardCount: Int(shards),
            mappings: json["mappings"], idField: json["id_field"]?.stringValue,
            columns: json["columns"]?.arrayValue?.compactMap(\.stringValue),
            batchLimits: BatchLimits(
                byteCount: Int(batchBytes), documentCount: Int(batchDocuments)),
            lease: .milliseconds(lease), sources: sources.compactMap(\.stringValue),
            itemCount: Int(items), created: created, isReady: ready,
            indexUUID: json["index_uuid"]?.stringValue)
        if let known = json["offline"] {
            guard let index = OfflineIndex(json: known, key: key) else {
                throw Self.damaged(key)
            }
            offline = index
        }
    }

    private static func damaged(_ key: String) -> QueueError {
        QueueError(
            place: "metadata '\(key)'", reason: "it describes no queue, or is damaged",
            remedy: "Delete the queue and create it again: nothing is doubled by that")
    }
}
