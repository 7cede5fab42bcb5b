// The entry points from JSON to requests and queries.

import Analysis

/// Reads OpenSearch's search bodies and query DSL. Whatever is not known is refused by name, with
/// what is known instead; nothing is accepted and ignored that would change an answer.
public enum QueryDSLParser {
    /// A search: the body (empty means `{}`), then the URI parameters, which win.
    /// - Throws: `RequestError`, with line and column when the body is not JSON.
    public static func parseSearch(
        _ body: [UInt8], parameters: [(String, String)] = [], indices: [String] = []
    ) throws(RequestError) -> SearchRequest {
        var request = SearchRequest(indices: indices)
        var parser = SearchBodyParser()
        try parser.parse(json(body), into: &request)
        try URIParameters.apply(parameters, to: &request)
        try validate(&request)
        return request
    }

    /// A count: only `query` in the body; the request asks for no hits and an exact total.
    public static func parseCount(
        _ body: [UInt8], parameters: [(String, String)] = [], indices: [String] = []
    ) throws(RequestError) -> SearchRequest {
        var request = SearchRequest(indices: indices, size: 0)
        request.trackTotalHits = .exactly
        var reader = try ObjectReader(json(body), "the body of a count")
        if let query = reader.value("query") { request.query = try parseQuery(query) }
        try reader.finish()
        try URIParameters.applyToCount(parameters, to: &request)
        try validate(&request)
        return request
    }

    /// One query, such as `{"match":{"title":"ants"}}`.
    public static func parseQuery(_ json: JSONValue) throws(RequestError) -> Query {
        try ClauseParser.parse(json)
    }

    /// A query at its deepest takes four levels of JSON per level of its own.
    private static let jsonDepth = 5 * QueryLimits.maximumDepth

    private static func json(_ body: [UInt8]) throws(RequestError) -> JSONValue {
        if body.allSatisfy({ $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) {
            return .object(JSONObject())
        }
        do {
            return try JSONParser.parse(body, limits: JSONLimits(depth: jsonDepth))
        } catch {
            throw RequestError(
                type: "parsing_exception", reason: "the body is not valid JSON: \(error)",
                line: error.line, column: error.column)
        }
    }

    private static func validate(_ request: inout SearchRequest) throws(RequestError) {
        let (window, overflow) = request.from.addingReportingOverflow(request.size)
        guard !overflow, window <= SearchRequest.maximumWindow else {
            throw .illegalArgument(
                "Result window is too large, from + size must be less than or equal to: "
                    + "[\(SearchRequest.maximumWindow)] but was "
                    + "[\(request.from)] + [\(request.size)]"
            )
        }
        // Sorting by descending score alone is what no sort means.
        if request.sort == [SortClause(field: .score, descending: true)] { request.sort = [] }
        guard request.sort.isEmpty || request.rescores.isEmpty else {
            throw .illegalArgument("Cannot use [sort] option in conjunction with [rescore].")
        }
        // The answer changes while time passes, so no cache may keep it.
        if request.dependsOnTime { request.requestCache = false }
    }
}
