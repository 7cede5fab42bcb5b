// `_analyze`: what an analyzer makes of texts.

import Analysis
import Cluster
import Queries

struct AnalyzeEndpoint: Sendable {
    private static let known = [
        "analyzer", "attributes", "char_filter", "explain", "field", "filter", "normalizer",
        "text", "tokenizer",
    ]

    let indices: any IndexService

    func answer(_ request: FrontRequest, index: String?) async throws -> HTTPAnswer {
        var parameters = request.parameters
        let named = parameters.take("index")
        try parameters.finish(request.path)
        if let named, let index, named != index {
            throw RequestError.illegalArgument(
                "the path names the index [\(index)] and the parameter [index] another, [\(named)]")
        }
        let body = try Self.body(request)
        let schema = try await schema(index ?? named)
        let texts = try Self.texts(body)
        let options = try AnalysisRenderer(
            name: body["analyzer"]?.stringValue ?? "default",
            attributes: Self.strings("attributes", body))
        let explains = try Self.flag("explain", body)
        do {
            let explanation = try schema.analyzers.explain(
                Self.analyzer(body, schema), texts: texts)
            var answer = HTTPAnswer { writer in
                if explains {
                    options.writeDetail(explanation, &writer)
                } else {
                    options.write(explanation.tokens, inDetail: false, &writer)
                }
            }
            answer.extraCost = RequestCost.searchMiss
            return answer
        } catch let error as AnalysisSettingsError {
            throw RequestError.illegalArgument(error.reason)
        }
    }

    private func schema(_ index: String?) async throws -> Schema {
        guard let index else { return Schema() }
        let found = try await indices.indices(IndexTarget.names(index), .standard)
        guard found.count == 1, let only = found.first else {
            throw RequestError.illegalArgument(
                "[_analyze] takes one index; [\(index)] means \(found.count)")
        }
        return only.schema
    }

    // MARK: The body

    private static func body(_ request: FrontRequest) throws -> JSONObject {
        guard !request.body.isEmpty else {
            throw RequestError.parsing("request body is required: {\"text\":…}")
        }
        let json = try JSONParser.parse(request.body)
        guard let body = json.objectValue else {
            throw RequestError.parsing("[_analyze] takes an object, got \(json.kindName)")
        }
        for (key, _) in body where !known.contains(key) {
            throw RequestError.parsing(
                "[_analyze] unknown field [\(key)]; known: \(known.joined(separator: ", "))")
        }
        return body
    }

    private static func texts(_ body: JSONObject) throws -> [String] {
        let texts =
            try body["text"]?.stringValue.map { [$0] } ?? strings("text", body)
        guard !texts.isEmpty else { throw RequestError.illegalArgument("text is missing") }
        return texts
    }

    private static func strings(_ name: String, _ body: JSONObject) throws -> [String] {
        guard let value = body[name], !value.isNull else { return [] }
        let texts = value.arrayValue?.compactMap(\.stringValue)
        guard let texts, texts.count == value.arrayValue?.count else {
            throw RequestError.parsing("[\(name)] must be a list of strings, got \(value.kindName)")
        }
        return texts
    }

    private static func flag(_ name: String, _ body: JSONObject) throws -> Bool {
        switch body[name] {
        case nil, .null: return false
        case .bool(let flag): return flag
        case .some(let other):
            throw RequestError.parsing("[\(name)] must be true or false, got \(other)")
        }
    }

    /// What the body asks for: an analyzer or normalizer by name, parts, or a field's.
    private static func analyzer(
        _ body: JSONObject, _ schema: Schema
    ) throws -> ExplainedAnalyzer {
        let parts = ["tokenizer", "filter", "char_filter"].filter { body[$0] != nil }
        let ways =
            ["analyzer", "normalizer", "field"].filter { body[$0] != nil }
            + (parts.isEmpty ? [] : [parts.joined(separator: ", ")])
        guard ways.count <= 1 else {
            throw RequestError.illegalArgument(
                "[_analyze] takes one of analyzer, normalizer, field, or parts; got "
                    + ways.map { "[\($0)]" }.joined(separator: " and "))
        }
        if !parts.isEmpty {
            return .adHoc(
                AdHocAnalyzer(
                    charFilters: list("char_filter", body), tokenizer: body["tokenizer"],
                    filters: list("filter", body)))
        }
        guard let way = ways.first else { return .named("default") }
        guard let name = body[way]?.stringValue else {
            throw RequestError.parsing(
                "[\(way)] must be a name, got \(body[way]?.kindName ?? "nothing")")
        }
        switch way {
        case "analyzer": return .named(name)
        case "normalizer": return .normalizer(name)
        default: return try analyzer(ofField: name, schema)
        }
    }

    private static func analyzer(
        ofField path: String, _ schema: Schema
    ) throws -> ExplainedAnalyzer {
        guard let field = schema[path] else { return .named("default") }
        switch field.type {
        case .text: return .named(field.analyzer)
        case .keyword: return field.normalizer.map { .normalizer($0) } ?? .named("keyword")
        default:
            throw RequestError.illegalArgument(
                "[_analyze] cannot take field [\(path)], which is mapped as"
                    + " \(field.typeName); give a text or keyword field")
        }
    }

    private static func list(_ name: String, _ body: JSONObject) -> [JSONValue] {
        guard let value = body[name], !value.isNull else { return [] }
        return value.arrayValue ?? [value]
    }
}
