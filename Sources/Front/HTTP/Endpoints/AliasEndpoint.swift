// `_aliases` and `_alias`: other names of indices.

import Analysis
import Cluster
import Queries

struct AliasEndpoint: Sendable {
    let indices: any IndexService

    /// `POST _aliases {"actions": […]}`, all at once.
    func change(_ request: FrontRequest) async throws -> HTTPAnswer {
        if request.method != "POST" { return try await show(request, target: nil, aliases: nil) }
        try Self.refuseParameters(request)
        try await indices.changeAliases(try AliasActions.parse(request.body))
        return .acknowledged
    }

    /// `_alias[/ALIASES]`, of all indices or of those of a target.
    func answer(
        _ request: FrontRequest, target: String?, aliases: String?
    ) async throws -> HTTPAnswer {
        switch request.method {
        case "PUT", "POST":
            try Self.refuseParameters(request)
            let (target, aliases) = try Self.named(target, aliases)
            let isWriteIndex = try AliasActions.options(request.body)
            try await indices.changeAliases([
                .add(
                    indices: IndexTarget.names(target), aliases: IndexTarget.names(aliases),
                    isWriteIndex: isWriteIndex)
            ])
            return .acknowledged
        case "DELETE":
            try Self.refuseParameters(request)
            try request.refuseBody()
            let (target, aliases) = try Self.named(target, aliases)
            try await indices.changeAliases([
                .remove(
                    indices: IndexTarget.names(target), aliases: IndexTarget.names(aliases),
                    mustExist: true)
            ])
            return .acknowledged
        default: return try await show(request, target: target, aliases: aliases)
        }
    }

    private static func refuseParameters(_ request: FrontRequest) throws {
        var parameters = request.parameters
        try parameters.takeTimeouts()
        try parameters.finish(request.path)
    }

    private static func named(
        _ target: String?, _ aliases: String?
    ) throws(RequestError) -> (String, String) {
        guard let target, let aliases else {
            throw .illegalArgument("name the index and the alias: /books-2/_alias/books")
        }
        return (target, aliases)
    }

    private func show(
        _ request: FrontRequest, target: String?, aliases: String?
    ) async throws -> HTTPAnswer {
        try request.refuseBody()
        var parameters = request.parameters
        let options = try IndexTarget.options(&parameters)
        _ = try parameters.flag("local")
        try parameters.finish(request.path)
        let found = try await indices.indices(IndexTarget.names(target), options)
        let patterns = IndexTarget.names(aliases).map { PathPattern($0 == "_all" ? "*" : $0) }
        var entries = Dictionary(grouping: try await indices.aliases(), by: \.index)
        if !patterns.isEmpty {
            for (index, of) in entries {
                entries[index] = of.filter { entry in
                    patterns.contains { $0.matches(entry.alias) }
                }
            }
            guard found.contains(where: { entries[$0.name]?.isEmpty == false }) else {
                throw RequestError.aliasesNotFound(IndexTarget.names(aliases))
            }
        }
        return HTTPAnswer { writer in
            for index in found where patterns.isEmpty || entries[index.name]?.isEmpty == false {
                writer.member(
                    index.name,
                    object: { Self.write(entries[index.name] ?? [], &$0) })
            }
        }
    }

    /// The member `aliases` of an index's description.
    static func write(_ entries: [AliasEntry], _ writer: inout JSONWriter) {
        writer.member(
            "aliases",
            object: { writer in
                for entry in entries {
                    writer.member(
                        entry.alias,
                        object: { writer in
                            if let isWriteIndex = entry.isWriteIndex {
                                writer.member("is_write_index", isWriteIndex)
                            }
                        })
                }
            })
    }
}
