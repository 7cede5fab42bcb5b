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
            let options = try Self.options(&parameters)
            try parameters.finish(request.path)
            try await indices.delete(SearchScope.names(target), options)
            return .acknowledged
        case "HEAD":
            let options = try Self.options(&parameters)
            try parameters.finish(request.path)
            let found = try await indices.indices(SearchScope.names(target), options)
            return HTTPAnswer(status: found.isEmpty ? 404 : 200, text: "")
        default:
            let options = try Self.options(&parameters)
            return try await describe(target, options, parameters, request) { writer, index in
                writer.member("aliases", object: { _ in })
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
            try await indices.putMapping(SearchScope.names(target), mapping)
            return .acknowledged
        }
        let options = try Self.options(&parameters)
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
            try await indices.putSettings(SearchScope.names(target), settings)
            return .acknowledged
        }
        let options = try Self.options(&parameters)
        return try await describe(target, options, parameters, request) { writer, index in
            writer.key("settings")
            writer.value(index.settingsJSON())
        }
    }

    func refresh(_ request: FrontRequest, target: String?) async throws -> HTTPAnswer {
        let options = try Self.onlyOptions(request)
        return Self.shards(try await indices.refresh(SearchScope.names(target), options))
    }

    func flush(_ request: FrontRequest, target: String?) async throws -> HTTPAnswer {
        let options = try Self.onlyOptions(request)
        return Self.shards(try await indices.flush(SearchScope.names(target), options))
    }

    private static func onlyOptions(_ request: FrontRequest) throws -> IndexOptions {
        try request.refuseBody()
        var parameters = request.parameters
        let options = try options(&parameters)
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
        let found = try await indices.indices(SearchScope.names(target), options)
        return HTTPAnswer { writer in
            for index in found {
                writer.member(index.name, object: { write(&$0, index) })
            }
        }
    }

    static func options(
        _ parameters: inout RequestParameters
    ) throws(RequestError) -> IndexOptions {
        var options = IndexOptions.standard
        if let flag = try parameters.flag("ignore_unavailable") { options.ignoreUnavailable = flag }
        if let flag = try parameters.flag("allow_no_indices") { options.allowNoIndices = flag }
        try SearchScope.checkWildcards(&parameters)
        return options
    }

    private static func body(_ request: FrontRequest) throws -> JSONValue? {
        request.body.isEmpty ? nil : try JSONParser.parse(request.body)
    }
}
