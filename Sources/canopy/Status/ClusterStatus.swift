// What a cluster says of itself, from four requests.

import Analysis

struct ClusterStatus: Sendable, Equatable {
    var health: JSONValue
    /// Rows of `_cat` tables: objects of strings. Nil when the server does not tell.
    var nodes: [JSONValue]?
    var indices: [JSONValue]?
    var shards: [JSONValue]?

    static func read(_ connection: ServerConnection) async throws -> ClusterStatus {
        let health = try await connection.json(.GET, "/_cluster/health")
        async let nodes = table("/_cat/nodes?format=json&bytes=b", connection)
        async let indices = table("/_cat/indices?format=json&bytes=b", connection)
        async let shards = table(
            "/_cat/shards?format=json&bytes=b"
                + "&h=index,shard,prirep,state,docs,store,node,unassigned.reason,damage",
            connection)
        return ClusterStatus(
            health: health, nodes: try await nodes, indices: try await indices,
            shards: try await shards)
    }

    var isRed: Bool { health["status"]?.stringValue == "red" }

    var json: JSONValue {
        func rows(_ rows: [JSONValue]?) -> JSONValue { rows.map { .array($0) } ?? .null }
        return [
            "health": health, "nodes": rows(nodes), "indices": rows(indices),
            "shards": rows(shards),
        ]
    }

    private static func table(
        _ path: String, _ connection: ServerConnection
    ) async throws -> [JSONValue]? {
        let answer = try await connection.send(.GET, path)
        guard answer.status == 200 else { return nil }
        return try? JSONParser.parse(answer.body).arrayValue
    }
}
