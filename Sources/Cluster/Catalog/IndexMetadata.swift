// All that is known of an index beside its documents, as the metadata store keeps it.

import Analysis
import Queries
import Storage

public struct IndexMetadata: Sendable, Equatable {
    public var name: String
    /// Names the index's objects; never used again, also when an index of the same name is made.
    public var uuid: String
    /// Fixed for ever.
    public var shardCount: Int
    public var settings: IndexSettings
    public var schema: Schema
    /// Milliseconds since 1970.
    public var created: Int64
    /// Where its documents come from until each shard has a checkpoint of its own.
    public var origin: IndexOrigin?

    public init(
        name: String, uuid: String, shardCount: Int, settings: IndexSettings = IndexSettings(),
        schema: Schema = Schema(), created: Int64, origin: IndexOrigin? = nil
    ) {
        self.name = name
        self.uuid = uuid
        self.shardCount = shardCount
        self.settings = settings
        self.schema = schema
        self.created = created
        self.origin = origin
    }

    /// This index with other settings. The number of shards cannot change.
    public func applying(_ change: IndexSettingsChange) throws(RequestError) -> IndexMetadata {
        if let count = change.shardCount, count != shardCount {
            throw .illegalArgument(
                "final setting [index.number_of_shards] of index [\(name)] cannot be changed from "
                    + "\(shardCount) to \(count); make a new index and copy the documents")
        }
        var result = self
        result.settings.replicaCount = change.replicaCount ?? settings.replicaCount
        result.settings.refreshInterval = change.refreshInterval ?? settings.refreshInterval
        result.settings.reordersMerges = change.reordersMerges ?? settings.reordersMerges
        if let reranks = change.reranks, reranks != settings.reranks {
            result.settings.reranks = reranks
            // What is remembered of searches was ordered otherwise.
            result.schema.version += 1
        }
        if let limit = change.fieldLimit, limit != schema.fieldLimit {
            result.schema.fieldLimit = limit
            result.schema.version += 1
        }
        do {
            result.schema = try result.schema.changing(similarity: change.similarity)
                .changing(analysis: change.analysis)
        } catch {
            throw RequestError(type: error.type, reason: error.reason, index: name)
        }
        return result
    }

    /// `{"index":{…}}` as the API shows it, values as strings.
    public func settingsJSON() -> JSONValue {
        var index = JSONObject()
        index["creation_date"] = .string("\(created)")
        index["number_of_shards"] = .string("\(shardCount)")
        index["number_of_replicas"] = .string("\(settings.replicaCount)")
        index["uuid"] = .string(uuid)
        index["provided_name"] = .string(name)
        if let interval = settings.refreshInterval.text {
            index["refresh_interval"] = .string(interval)
        }
        if schema.fieldLimit != Schema.defaultFieldLimit {
            index["mapping"] = ["total_fields": ["limit": .string("\(schema.fieldLimit)")]]
        }
        if !schema.analyzers.settings.isEmpty {
            index["analysis"] = .object(schema.analyzers.settings)
        }
        if !schema.similarities.settings.isEmpty {
            index["similarity"] = .object(schema.similarities.settings)
        }
        if settings.reordersMerges { index["merge"] = ["reorder": .string("true")] }
        if !settings.reranks { index[IndexSettingsChange.rerankName] = .string("false") }
        return ["index": .object(index)]
    }
}

extension IndexMetadata {
    /// JSON, for the metadata store.
    public func encoded() -> [UInt8] {
        var writer = JSONWriter(capacity: 1024)
        writer.beginObject()
        writer.key("name")
        writer.string(name)
        writer.key("uuid")
        writer.string(uuid)
        writer.key("shards")
        writer.integer(Int64(shardCount))
        writer.key("replicas")
        writer.integer(Int64(settings.replicaCount))
        if let interval = settings.refreshInterval.text {
            writer.key("refresh_interval")
            writer.string(interval)
        }
        if settings.reordersMerges {
            writer.key(IndexSettingsChange.reorderName)
            writer.bool(true)
        }
        if !settings.reranks {
            writer.key(IndexSettingsChange.rerankName)
            writer.bool(false)
        }
        writer.key("created")
        writer.integer(created)
        origin?.encode(&writer)
        writer.key("schema")
        writer.raw(schema.encoded())
        writer.endObject()
        return writer.bytes
    }

    /// - Throws: `MetadataError` naming what is wrong.
    public init(encoded bytes: [UInt8], key: String) throws(MetadataError) {
        func damaged(_ reason: String) -> MetadataError {
            MetadataError(
                key: key, reason: reason,
                remedy: "restore the metadata file from a copy, or delete and recreate the index")
        }
        do {
            let json = try JSONParser.parse(bytes)
            guard let name = json["name"]?.stringValue, let uuid = json["uuid"]?.stringValue,
                let shards = json["shards"]?.integerValue,
                let created = json["created"]?.integerValue,
                let schema = json["schema"], ObjectKey.fault(in: uuid) == nil,
                (1...Int64(IndexSettings.maximumShardCount)).contains(shards)
            else { throw damaged("it is not the description of an index") }
            let settings = try IndexSettingsChange([
                "refresh_interval": json["refresh_interval"] ?? .null,
                "number_of_replicas": json["replicas"] ?? .integer(0),
                IndexSettingsChange.reorderName: json[IndexSettingsChange.reorderName] ?? .null,
                IndexSettingsChange.rerankName: json[IndexSettingsChange.rerankName] ?? .null,
            ])
            self.init(
                name: name, uuid: uuid, shardCount: Int(shards),
                settings: IndexSettings(
                    refreshInterval: settings.refreshInterval ?? .automatic,
                    replicaCount: settings.replicaCount ?? 0,
                    reordersMerges: settings.reordersMerges ?? false,
                    reranks: settings.reranks ?? true),
                schema: try Schema(encoded: schema.encoded()), created: created,
                origin: try json["origin"].map { origin in
                    guard let origin = IndexOrigin(origin) else {
                        throw damaged("its origin is not one")
                    }
                    return origin
                })
        } catch let error as MetadataError {
            throw error
        } catch {
            throw damaged("\(error)")
        }
    }
}
