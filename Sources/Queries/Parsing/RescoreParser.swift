// The `rescore` of a search body: one rescorer, or several in an array.

import Analysis

enum RescoreParser {
    static func parse(_ json: JSONValue) throws(RequestError) -> [Rescore] {
        let elements = json.arrayValue ?? [json]
        guard elements.count <= QueryLimits.maximumRescores else {
            throw .illegalArgument(
                "[rescore] has [\(elements.count)] rescorers; the most is "
                    + "[\(QueryLimits.maximumRescores)]")
        }
        var result: [Rescore] = []
        for element in elements { result.append(try rescore(element)) }
        return result
    }

    private static func rescore(_ json: JSONValue) throws(RequestError) -> Rescore {
        var outer = try ObjectReader(json, "[rescore]")
        let window = try outer.integer("window_size", in: 1...SearchRequest.maximumWindow)
        guard let body = outer.value("query") else { throw outer.missing("query") }
        try outer.finish()
        var reader = try ObjectReader(body, "[query] of [rescore]")
        guard let query = reader.value("rescore_query") else {
            throw reader.missing("rescore_query")
        }
        let result = Rescore(
            query: try ClauseParser.parse(query),
            windowSize: window ?? Rescore.defaultWindowSize,
            queryWeight: try reader.float("query_weight") ?? 1,
            rescoreQueryWeight: try reader.float("rescore_query_weight") ?? 1,
            scoreMode: try reader.choice("score_mode", Rescore.ScoreMode.self) ?? .total)
        try reader.finish()
        return result
    }
}
