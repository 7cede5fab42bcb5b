// What aliases stand for, and changing it in one step.

import Analysis
import Cluster
import Queries

extension RootIndexService {
    public func aliases() async throws -> [AliasEntry] {
        let snapshot = try await catalog.reload()
        return snapshot.aliases.names.flatMap { alias in
            (snapshot.aliases.targets[alias] ?? []).compactMap { target in
                snapshot.index(uuid: target.indexUUID).map {
                    AliasEntry(alias: alias, index: $0.name, isWriteIndex: target.isWriteIndex)
                }
            }.sorted { $0.index < $1.index }
        }
    }

    public func changeAliases(_ changes: [AliasChange]) async throws {
        try await catalog.changeAliases { table, snapshot in
            var table = table
            // What is taken away makes room for what is added, whatever comes first.
            for change in changes {
                if case .remove(let indices, let aliases, let mustExist) = change {
                    try Self.remove(aliases, indices, mustExist, snapshot, from: &table)
                }
            }
            for change in changes {
                if case .add(let indices, let aliases, let isWriteIndex) = change {
                    try Self.add(aliases, indices, isWriteIndex, snapshot, to: &table)
                }
            }
            return table
        }
    }

    private static func add(
        _ aliases: [String], _ indices: [String], _ isWriteIndex: Bool?,
        _ snapshot: CatalogSnapshot, to table: inout AliasTable
    ) throws {
        let found = try snapshot.resolve(indices, allowNoIndices: false, isNaming: true)
        for alias in aliases {
            if let fault = IndexName.fault(in: alias) {
                throw RequestError(
                    type: "invalid_alias_name_exception",
                    reason: "invalid alias name [\(alias)]: \(fault)")
            }
            if snapshot.index(named: alias) != nil {
                throw RequestError(
                    type: "invalid_alias_name_exception",
                    reason: "invalid alias name [\(alias)]: an index has it")
            }
            for index in found {
                try table.add(
                    alias, AliasTable.Target(indexUUID: index.uuid, isWriteIndex: isWriteIndex))
            }
        }
    }

    private static func remove(
        _ aliases: [String], _ indices: [String], _ mustExist: Bool,
        _ snapshot: CatalogSnapshot, from table: inout AliasTable
    ) throws {
        let found = try snapshot.resolve(indices, allowNoIndices: false, isNaming: true)
        for name in aliases {
            let pattern = PathPattern(name == "_all" ? "*" : name)
            var removed = false
            for alias in table.names where pattern.matches(alias) {
                for index in found where table.remove(alias, indexUUID: index.uuid) {
                    removed = true
                }
            }
            guard removed || !mustExist else { throw RequestError.aliasesNotFound([name]) }
        }
    }
}
