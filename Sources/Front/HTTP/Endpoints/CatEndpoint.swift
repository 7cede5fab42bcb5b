// `_cat`: indices, nodes, shards and snapshots as tables for people.

import Cluster
import Queries

struct CatEndpoint: Sendable {
    static let tables = [
        "aliases", "count", "health", "indices", "nodes", "shards", "snapshots",
    ]

    let indices: any IndexService
    let snapshots: any SnapshotService

    func answer(
        _ request: FrontRequest, table: String?, target: String?
    ) async throws -> HTTPAnswer {
        var parameters = request.parameters
        let style = try CatTable.Style(&parameters)
        let unit = try parameters.choice("bytes", of: ["b", "kb", "mb", "gb"])
        try parameters.takeTimeouts()
        _ = try parameters.flag("local")
        let names = IndexTarget.names(target)
        guard let table else {
            try parameters.finish(request.path)
            return HTTPAnswer(text: Self.tables.map { "/_cat/\($0)\n" }.joined())
        }
        var options = IndexOptions.standard
        if table == "indices" || table == "count" {
            options = try IndexTarget.options(&parameters)
        }
        try parameters.finish(request.path)
        switch table {
        case "indices": return try await indexTable(names, options, unit).answer(style)
        case "count": return try await countTable(names, options).answer(style)
        case "shards": return try await shardTable(names, unit).answer(style)
        case "aliases": return try await aliasTable(names).answer(style)
        case "nodes" where target == nil: return try await nodeTable(unit).answer(style)
        case "snapshots" where target == nil: return try await snapshotTable(unit).answer(style)
        case "health" where target == nil: return try await healthTable().answer(style)
        default:
            throw FrontError.noHandler(method: request.method, path: request.path)
        }
    }

    private static func size(_ byteCount: Int64, _ unit: String?) -> String {
        switch unit {
        case "b": String(byteCount)
        case "kb": String(byteCount >> 10)
        case "mb": String(byteCount >> 20)
        case "gb": String(byteCount >> 30)
        default: CatTable.size(byteCount)
        }
    }

    private func indexTable(
        _ names: [String], _ options: IndexOptions, _ unit: String?
    ) async throws -> CatTable {
        var table = CatTable([
            .init(name: "health", alias: "h", description: "green, yellow or red"),
            .init(name: "status", alias: "s", description: "always open"),
            .init(name: "index", alias: "i", description: "name"),
            .init(name: "uuid", alias: "id", description: "unique name"),
            .init(name: "pri", alias: "p", description: "shards", isRightAligned: true),
            .init(name: "rep", alias: "r", description: "replicas", isRightAligned: true),
            .init(
                name: "docs.count", alias: "dc", description: "documents", isRightAligned: true),
            .init(
                name: "docs.deleted", alias: "dd", description: "deleted, not yet merged away",
                isRightAligned: true),
            .init(
                name: "store.size", alias: "ss", description: "stored segments",
                isRightAligned: true),
            .init(name: "pri.store.size", description: "the same", isRightAligned: true),
            .init(
                name: "segments.count", alias: "sc", description: "segments", isRightAligned: true,
                isDefault: false),
            .init(
                name: "memory.size", description: "documents not yet in segments",
                isRightAligned: true, isDefault: false),
        ])
        for entry in try await indices.statistics(names, options) {
            let size = Self.size(entry.byteCount, unit)
            table.append([
                entry.health.rawValue, "open", entry.index.name, entry.index.uuid,
                String(entry.index.shardCount), String(entry.index.settings.replicaCount),
                String(entry.documentCount), String(entry.deletedCount), size, size,
                String(entry.segmentCount), Self.size(entry.memoryBytes, unit),
            ])
        }
        return table
    }

    private func aliasTable(_ names: [String]) async throws -> CatTable {
        var table = CatTable([
            .init(name: "alias", alias: "a", description: "other name"),
            .init(name: "index", alias: "i", description: "name of the index"),
            .init(
                name: "is_write_index", alias: "w", description: "whether writes go there"),
        ])
        let patterns = names.map(PathPattern.init)
        for entry in try await indices.aliases()
        where patterns.isEmpty || patterns.contains(where: { $0.matches(entry.alias) }) {
            table.append([
                entry.alias, entry.index, entry.isWriteIndex.map { "\($0)" } ?? "-",
            ])
        }
        return table
    }

    private func countTable(
        _ names: [String], _ options: IndexOptions
    ) async throws -> CatTable {
        var table = CatTable([
            .init(name: "count", alias: "dc", description: "documents", isRightAligned: true)
        ])
        let all = try await indices.statistics(names, options)
        table.append([String(all.reduce(0) { $0 + $1.documentCount })])
        return table
    }

    private func shardTable(_ names: [String], _ unit: String?) async throws -> CatTable {
        var table = CatTable([
            .init(name: "index", alias: "i", description: "index"),
            .init(name: "shard", alias: "s", description: "number", isRightAligned: true),
            .init(name: "prirep", alias: "p", description: "p: owner, r: another copy"),
            .init(name: "state", alias: "st", description: "STARTED, INITIALIZING, UNASSIGNED"),
            .init(name: "docs", alias: "d", description: "documents", isRightAligned: true),
            .init(
                name: "store", alias: "sto", description: "stored segments", isRightAligned: true),
            .init(name: "ip", description: "address of the leaf"),
            .init(name: "node", alias: "n", description: "name of the leaf"),
            .init(
                name: "segments.count", alias: "sc", description: "segments", isRightAligned: true,
                isDefault: false),
            .init(
                name: "slot.visible", description: "last slot that searches see",
                isRightAligned: true, isDefault: false),
            .init(name: "unassigned.reason", description: "why it failed", isDefault: false),
            .init(
                name: "damage", description: "stored bytes that could not be mended",
                isDefault: false),
        ])
        for entry in try await indices.shards(names) {
            let status = entry.status
            table.append([
                entry.index, String(entry.shard), entry.role == .owner ? "p" : "r",
                entry.state.name,
                status.map { String($0.documentCount) } ?? "",
                status.map { Self.size($0.byteCount, unit) } ?? "",
                entry.leaf?.address.text ?? "", entry.leaf?.name ?? "",
                status.map { String($0.segments.count) } ?? "",
                status.map { String($0.visibleSlot) } ?? "", status?.reason ?? "",
                status?.damage ?? "",
            ])
        }
        return table
    }

    private func nodeTable(_ unit: String?) async throws -> CatTable {
        var table = CatTable([
            .init(name: "name", alias: "n", description: "name"),
            .init(name: "ip", alias: "i", description: "address"),
            .init(name: "node.role", alias: "r", description: "front, root, leaf"),
            .init(name: "state", description: "up or away"),
            .init(name: "shards", description: "shards held", isRightAligned: true),
            .init(
                name: "ram.current", alias: "rc", description: "resident memory",
                isRightAligned: true),
            .init(name: "uptime", alias: "u", description: "seconds", isRightAligned: true),
            .init(name: "version", alias: "v", description: "version"),
            .init(name: "pid", alias: "p", description: "process", isDefault: false),
            .init(
                name: "search.running", description: "searches running", isRightAligned: true,
                isDefault: false),
            .init(
                name: "search.waiting", description: "searches waiting", isRightAligned: true,
                isDefault: false),
            .init(name: "reason", description: "why it is away", isDefault: false),
        ])
        for node in try await indices.nodes() {
            let report = node.report
            table.append([
                node.name, node.address.text, node.roles.map(\.rawValue).joined(separator: ","),
                report == nil ? "away" : "up", String(node.shardCount),
                report.map { Self.size($0.residentBytes, unit) } ?? "",
                report.map { String($0.uptime.components.seconds) } ?? "", report?.version ?? "",
                report.map { String($0.processID) } ?? "",
                report.map { String($0.searchesRunning) } ?? "",
                report.map { String($0.searchesWaiting) } ?? "", node.reason ?? "",
            ])
        }
        return table
    }

    private func snapshotTable(_ unit: String?) async throws -> CatTable {
        var table = CatTable([
            .init(name: "id", alias: "snapshot", description: "name"),
            .init(name: "status", alias: "s", description: "always SUCCESS"),
            .init(
                name: "start_epoch", alias: "ste", description: "when, in seconds since 1970",
                isRightAligned: true),
            .init(name: "indices", alias: "i", description: "how many", isRightAligned: true),
            .init(
                name: "total_shards", alias: "ts", description: "shards", isRightAligned: true),
            .init(
                name: "docs.count", alias: "dc", description: "documents", isRightAligned: true),
            .init(
                name: "store.size", alias: "ss", description: "segments, shared or not",
                isRightAligned: true),
        ])
        for snapshot in try await snapshots.snapshots([]) {
            table.append([
                snapshot.name, "SUCCESS", String(snapshot.created / 1000),
                String(snapshot.indices.count), String(snapshot.shardCount),
                String(snapshot.documents), Self.size(snapshot.bytes, unit),
            ])
        }
        return table
    }

    private func healthTable() async throws -> CatTable {
        var table = CatTable([
            .init(name: "cluster", alias: "cl", description: "cluster name"),
            .init(name: "status", alias: "st", description: "green, yellow or red"),
            .init(name: "node.total", alias: "nt", description: "nodes", isRightAligned: true),
            .init(name: "node.data", alias: "nd", description: "leaves", isRightAligned: true),
            .init(name: "shards", alias: "sh", description: "active shards", isRightAligned: true),
            .init(name: "init", description: "opening shards", isRightAligned: true),
            .init(
                name: "unassign", alias: "u", description: "unassigned shards",
                isRightAligned: true),
        ])
        let health = try await indices.health([])
        table.append([
            health.clusterName, health.status.rawValue, String(health.nodeCount),
            String(health.leafCount), String(health.activeShards), String(health.openingShards),
            String(health.unassignedShards),
        ])
        return table
    }
}
