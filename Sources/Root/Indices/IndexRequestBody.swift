// The body of a request that creates an index.

import Analysis
import Cluster
import Queries
import Storage

public enum IndexRequestBody {
    /// The new index's description.
    /// - Throws: `RequestError` naming the key, setting or field that is not accepted.
    public static func metadata(
        name: String, body: JSONValue?, uuid: String, created: Int64,
        configuration: RootConfiguration
    ) throws -> IndexMetadata {
        var settings: JSONValue?
        var mappings: JSONValue = .null
        if let body, !body.isNull {
            guard let object = body.objectValue else {
                throw RequestError.parsing("the body must be an object; got \(body.kindName)")
            }
            for (key, value) in object {
                switch key {
                case "settings": settings = value
                case "mappings": mappings = value
                case "aliases" where value.objectValue?.isEmpty == true: break
                default:
                    throw RequestError.parsing(
                        "unknown key [\(key)] for create index; known are [settings, mappings]")
                }
            }
        }
        let change = try IndexSettingsChange(settings)
        var schema: Schema
        do {
            schema = try Schema(analysis: change.analysis, similarity: change.similarity)
            if let limit = change.fieldLimit { schema.fieldLimit = limit }
            schema = try schema.adding(mappings: mappings)
        } catch {
            throw RequestError(type: error.type, reason: error.reason, index: name)
        }
        schema.version = 1
        return IndexMetadata(
            name: name, uuid: uuid,
            shardCount: change.shardCount ?? configuration.defaultShardCount,
            settings: IndexSettings(
                refreshInterval: change.refreshInterval ?? .automatic,
                replicaCount: change.replicaCount ?? configuration.defaultReplicas,
                reordersMerges: change.reordersMerges ?? false,
                reranks: change.reranks ?? true),
            schema: schema, created: created)
    }
}
