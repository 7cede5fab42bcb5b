// `_snapshot` and `_rollback`: keeping indices as they are, and having them back.

import Analysis
import Cluster
import Queries

struct SnapshotEndpoint: Sendable {
    let snapshots: any SnapshotService

    /// `GET _snapshot`, and `GET`, `PUT` and `DELETE _snapshot/{name}`.
    func answer(_ request: FrontRequest, name: String?) async throws -> HTTPAnswer {
        var parameters = request.parameters
        try parameters.takeTimeouts()
        // There is nothing to wait for beyond the answer.
        _ = try parameters.flag("wait_for_completion")
        try parameters.finish(request.path)
        guard let name else { return try await list(request, []) }
        switch request.method {
        case "PUT", "POST":
            let body = try Self.object(request.body, known: ["indices"])
            let made = try await snapshots.create(name, of: try Self.names(body["indices"]))
            return HTTPAnswer { writer in
                writer.member("snapshot", object: { SnapshotRenderer.write(made, &$0) })
            }
        case "DELETE":
            try request.refuseBody()
            try await snapshots.delete(name)
            return .acknowledged
        default: return try await list(request, IndexTarget.names(name))
        }
    }

    private func list(_ request: FrontRequest, _ names: [String]) async throws -> HTTPAnswer {
        try request.refuseBody()
        let found = try await snapshots.snapshots(names)
        return HTTPAnswer { writer in
            writer.member("snapshots", array: found) { writer, snapshot in
                writer.beginObject()
                SnapshotRenderer.write(snapshot, &writer)
                writer.endObject()
            }
        }
    }

    /// `POST _snapshot/{name}/_restore`, with `{"indices":"a,b*","rename":{"old":"new"}}`.
    func restore(_ request: FrontRequest, name: String) async throws -> HTTPAnswer {
        var parameters = request.parameters
        try parameters.takeTimeouts()
        _ = try parameters.flag("wait_for_completion")
        try parameters.finish(request.path)
        let body = try Self.object(request.body, known: ["indices", "rename"])
        var restore = RestoreRequest(indices: try Self.names(body["indices"]))
        restore.renamed = try Self.renamed(body["rename"])
        let report = try await snapshots.restore(name, restore)
        return HTTPAnswer { writer in
            writer.member(
                "snapshot",
                object: { writer in
                    writer.member("snapshot", name)
                    writer.member("indices", array: report.indices) { $0.string($1) }
                    SnapshotRenderer.write(report.shards, &writer)
                })
        }
    }

    /// `POST {index}/_rollback`, with `{"snapshot":"name"}` or `{"to":"previous"}`.
    func rollBack(_ request: FrontRequest, target: String) async throws -> HTTPAnswer {
        var parameters = request.parameters
        try parameters.takeTimeouts()
        try parameters.finish(request.path)
        let body = try Self.object(request.body, known: ["snapshot", "to"])
        let wanted: RollBackTarget
        switch (body["snapshot"]?.stringValue, body["to"]?.stringValue) {
        case (let name?, nil): wanted = .snapshot(name)
        case (nil, "previous"): wanted = .previous
        default:
            throw RequestError.parsing(
                "a roll-back takes {\"snapshot\":\"name\"} or {\"to\":\"previous\"}")
        }
        let report = try await snapshots.rollBack(IndexTarget.names(target), to: wanted)
        return HTTPAnswer(status: report.summary.failures.isEmpty ? 200 : 503) { writer in
            writer.member("acknowledged", report.summary.failures.isEmpty)
            writer.member("shards", array: report.shards) { writer, shard in
                writer.beginObject()
                writer.member("index", shard.index)
                writer.member("shard", shard.shard)
                writer.member("slot", shard.slot)
                writer.member("documents", shard.documents)
                writer.endObject()
            }
            SearchResponseRenderer.writeShards(report.summary, &writer)
        }
    }

    // MARK: Bodies

    private static func object(_ body: [UInt8], known: [String]) throws -> JSONObject {
        if body.isEmpty { return JSONObject() }
        let json = try JSONParser.parse(body)
        guard let object = json.objectValue else {
            throw RequestError.parsing("the body must be an object; got \(json.kindName)")
        }
        for (key, _) in object where !known.contains(key) {
            throw RequestError.parsing(
                "unknown key [\(key)]; known are [\(known.joined(separator: ", "))]")
        }
        return object
    }

    private static func renamed(_ value: JSONValue?) throws -> [String: String] {
        guard let value, !value.isNull else { return [:] }
        let wanted = "[rename] is an object of old names and new names, as in {\"old\":\"new\"}"
        guard let object = value.objectValue else { throw RequestError.parsing(wanted) }
        var renamed: [String: String] = [:]
        for (old, new) in object {
            guard let name = new.stringValue else { throw RequestError.parsing(wanted) }
            renamed[old] = name
        }
        return renamed
    }

    /// `"a,b*"` or `["a","b*"]`.
    private static func names(_ value: JSONValue?) throws -> [String] {
        guard let value, !value.isNull else { return [] }
        if let text = value.stringValue { return IndexTarget.names(text) }
        return try (value.arrayValue ?? [.null]).map { part in
            guard let text = part.stringValue else {
                throw RequestError.parsing("[indices] is a text or an array of texts")
            }
            return text
        }
    }
}
