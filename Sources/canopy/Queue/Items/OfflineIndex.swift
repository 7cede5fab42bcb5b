// The index that an offline queue builds, as the queue's head keeps it: in no catalogue before it
// is published.

import Analysis
import Cluster

struct OfflineIndex: Sendable, Equatable {
    /// With the mapping it begins with.
    var description: IndexMetadata
    /// Stands for it, and for no other index, once it is published.
    var alias: String?
    /// Whether it may take the place of an index of its name.
    var replaces = false
    /// The index whose place it takes; noted before it does.
    var replacedUUID: String?
    var isPublished = false

    /// Bytes of a chunk of parts, of all shards together: what a worker has in memory.
    static let chunkBytes: Int64 = 32 << 20
    static let chunkDocuments = 200_000

    init(description: IndexMetadata, replaces: Bool = false, alias: String? = nil) {
        self.description = description
        self.replaces = replaces
        self.alias = alias
    }

    var json: JSONValue {
        var object = JSONObject()
        object["description"] = (try? JSONParser.parse(description.encoded())) ?? .null
        object["replaces"] = .bool(replaces)
        if let alias { object["alias"] = .string(alias) }
        if let replacedUUID { object["replaced"] = .string(replacedUUID) }
        object["published"] = .bool(isPublished)
        return .object(object)
    }

    /// Nil when it is damaged.
    init?(json: JSONValue, key: String) {
        guard let known = json["description"],
            let description = try? IndexMetadata(encoded: known.encoded(), key: key),
            let replaces = json["replaces"]?.boolValue,
            let isPublished = json["published"]?.boolValue
        else { return nil }
        self.init(
            description: description, replaces: replaces, alias: json["alias"]?.stringValue)
        replacedUUID = json["replaced"]?.stringValue
        self.isPublished = isPublished
    }
}
