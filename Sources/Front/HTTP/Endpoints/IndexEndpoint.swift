// Creating, describing, changing and deleting indices; refresh and flush.

import Analysis
import Cluster
import Queries

struct IndexEndpoint: Sendable {
    let indices: any IndexService

    func index(_ request: FrontRequest, target: String) async throws -> HTTPAnswer {
        var parameters = request.parameters
        try parameters.takeTimeouts()
        switch request.method {
        case "PUT":
            try parameters.finish(request.path)
            let created = try await indices.create(target, body: try Self.body(request))
            return HTTPAnswer { writer in
                writer.member("acknowledged", true)
                writer.member("shards_acknowledged", true)
                writer.member("index", created.name)
            }
        case "DELETE":
            let options = try IndexTarget.options(&parameters)
            try parameters.finish(request.path)
            try await indices.delete(IndexTarget.names(target), options)
            return .acknowledged
        case "HEAD":
            let options = try IndexTarget.options(&parameters)
            try parameters.finish(request.path)
            let found = try await indices.indices(IndexTarget.names(target), options)
            return HTTPAnswer(status: found.isEmpty ? 404 : 200, text: "")
        default:
            let options = try IndexTarget.options(&parameters)
            let aliases = Dictionary(grouping: try await indices.aliases(), by: \.index)
            return try await describe(target, options, parameters, request) { writer, index in
                AliasEndpoint.write(aliases[index.name] ?? [], &writer)
                writer.key("mappings")
                writer.value(index.schema.mappingsJSON())
                writer.key("settings")
                writer.value(index.settingsJSON())
            }
        }
    }

    func mapping(_ request: FrontRequest, target: String?) async throws -> HTTPAnswer {
        var parameters = request.parameters
        try parameters.takeTimeouts()
        if request.method == "PUT" || request.method == "POST" {
            try parameters.finish(request.path)
            guard let target else {
                throw RequestError.illegalArgument("a mapping is put to an index: name one")
            }
            guard let mapping = try Self.body(request) else {
                throw RequestError.parsing("request body is required: {\"properties\":{…}}")
            }
            try await indices.putMapping(IndexTarget.names(target), mapping)
            return .acknowledged
        }
        let options = try IndexTarget.options(&parameters)
        return try await describe(target, options, parameters, request) { writer, index in
            writer.key("mappings")
            writer.value(index.schema.mappingsJSON())
        }
    }

    func settings(_ request: FrontRequest, target: String?) async throws -> HTTPAnswer {
        var parameters = request.parameters
        try parameters.takeTimeouts()
        if request.method == "PUT" {
            try parameters.finish(request.path)
            guard let settings = try Self.body(request) else {
                throw RequestError.parsing("request body is required: {\"index\":{…}}")
            }
            try await indices.putSettings(IndexTarget.names(target), settings)
            return .acknowledged
        }
        let options = try IndexTarget.options(&parameters)
        return try await describe(target, options, parameters, request) { writer, index in
            writer.key("settings")
            writer.value(index.settingsJSON())
        }
    }

    func refresh(_ request: FrontRequest, target: String?) async throws -> HTTPAnswer {
        let options = try Self.onlyOptions(request)
        return Self.shards(try await indices.refresh(IndexTarget.names(target), options))
    }

    func flush(_ request: FrontRequest, target: String?) async throws -> HTTPAnswer {
        let options = try Self.onlyOptions(request)
        return Self.shards(try await indices.flush(IndexTarget.names(target), options))
    }

    private static func onlyOptions(_ request: FrontRequest) throws -> IndexOptions {
        try request.refuseBody()
        var parameters = request.parameters
        let options = try IndexTarget.options(&parameters)
        try parameters.finish(request.path)
        return options
    }

    private static func shards(_ summary: ShardsSummary) -> HTTPAnswer {
        HTTPAnswer { SearchResponseRenderer.writeShards(summary, &$0) }
    }

    /// `{name:{…}}` for every index of the target.
    private func describe(
        _ target: String?, _ options: IndexOptions, _ parameters: RequestParameters,
        _ request: FrontRequest, _ write: (inout JSONWriter, IndexMetadata) -> Void
    ) async throws -> HTTPAnswer {
        try parameters.finish(request.path)
        try request.refuseBody()
        let found = try await indices.indices(IndexTarget.names(target), options)
        return HTTPAnswer { writer in
            for index in found {
                writer.member(index.name, object: { write(&$0, index) })
            }
        }
    }

    private static func body(_ request: FrontRequest) throws -> JSONValue? {
        // Not a conditional expression: there, `nil` would be JSON's null.
        if request.body.isEmpty { return Optional.none }
        return try JSONParser.parse(request.body)
    }
}
