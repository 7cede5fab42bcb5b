// A snapshot as an object of the store holds it:
//
//     {"format":1,"name":"daily","id":"…","created":1700000000000,"indices":[
//      {"index":{…},"shards":[{"slot":7,"documents":100,"bytes":4096}]}]}

import Analysis
import Storage

extension SnapshotDescription {
    private static let format: Int64 = 1

    func encoded() -> [UInt8] {
        var writer = JSONWriter(capacity: 4096)
        writer.beginObject()
        writer.key("format")
        writer.integer(Self.format)
        writer.key("name")
        writer.string(name)
        writer.key("id")
        writer.string(id)
        writer.key("created")
        writer.integer(created)
        writer.key("indices")
        writer.beginArray()
        for index in indices { index.encode(&writer) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    /// - Throws: `ObjectStoreError` naming what is wrong.
    init(encoded bytes: [UInt8], key: String) throws(ObjectStoreError) {
        func damaged(_ reason: String) -> ObjectStoreError {
            ObjectStoreError(
                key: key, reason: "the snapshot's description is damaged: \(reason)",
                remedy: "restore this object from a copy, or delete the snapshot")
        }
        do {
            let json = try JSONParser.parse(bytes)
            guard json["format"]?.integerValue == Self.format else {
                throw damaged("its format is unknown to this build")
            }
            guard let name = json["name"]?.stringValue, let id = json["id"]?.stringValue,
                let created = json["created"]?.integerValue,
                let indices = json["indices"]?.arrayValue
            else { throw damaged("a part of it is missing") }
            self.init(
                name: name, id: id, created: created,
                indices: try indices.map { try Index($0, key: key) })
        } catch let error as ObjectStoreError {
            throw error
        } catch {
            throw damaged("\(error)")
        }
    }
}

extension SnapshotDescription.Index {
    fileprivate func encode(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("index")
        writer.raw(metadata.encoded())
        writer.key("shards")
        writer.beginArray()
        for shard in shards {
            writer.beginObject()
            writer.key("slot")
            writer.integer(shard.slot)
            writer.key("documents")
            writer.integer(shard.documents)
            writer.key("bytes")
            writer.integer(shard.bytes)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
    }

    fileprivate init(_ json: JSONValue, key: String) throws {
        let metadata = try IndexMetadata(encoded: (json["index"] ?? .null).encoded(), key: key)
        let shards = (json["shards"]?.arrayValue ?? []).compactMap { shard -> SnapshotShard? in
            guard let slot = shard["slot"]?.integerValue,
                let documents = shard["documents"]?.integerValue,
                let bytes = shard["bytes"]?.integerValue
            else { return nil }
            return SnapshotShard(slot: slot, documents: documents, bytes: bytes)
        }
        guard shards.isEmpty || shards.count == metadata.shardCount else {
            throw ObjectStoreError(
                key: key, reason: "index '\(metadata.name)' has \(shards.count) shards in it",
                remedy: "restore this object from a copy, or delete the snapshot")
        }
        self.init(metadata: metadata, shards: shards)
    }
}
