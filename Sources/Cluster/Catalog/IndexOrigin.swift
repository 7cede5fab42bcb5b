// Which snapshot an index was restored from.

import Analysis
import Storage

public struct IndexOrigin: Sendable, Hashable {
    /// Of the index that was kept: names its objects.
    public var indexUUID: String
    /// For people.
    public var snapshot: String
    public var snapshotID: String

    public init(indexUUID: String, snapshot: String, snapshotID: String) {
        self.indexUUID = indexUUID
        self.snapshot = snapshot
        self.snapshotID = snapshotID
    }

    /// `"origin":{…}` of an object.
    func encode(_ writer: inout JSONWriter) {
        writer.key("origin")
        writer.beginObject()
        writer.key("uuid")
        writer.string(indexUUID)
        writer.key("snapshot")
        writer.string(snapshot)
        writer.key("id")
        writer.string(snapshotID)
        writer.endObject()
    }

    /// Nil when it is none.
    init?(_ json: JSONValue) {
        guard let uuid = json["uuid"]?.stringValue, ObjectKey.fault(in: uuid) == nil,
            let snapshot = json["snapshot"]?.stringValue, let id = json["id"]?.stringValue
        else { return nil }
        self.init(indexUUID: uuid, snapshot: snapshot, snapshotID: id)
    }
}
