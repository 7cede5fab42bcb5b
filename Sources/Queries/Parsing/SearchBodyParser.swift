// The keys of a search body.

import Analysis

struct SearchBodyParser {
    mutating func parse(
        _ json: JSONValue, into request: inout SearchRequest
    ) throws(RequestError) {
        var reader = try ObjectReader(json, "the search body")
        let query = reader.value("query")
        if let query { request.query = try ClauseParser.parse(query) }
        request.from = try reader.integer("from", in: 0...Int(Int32.max)) ?? request.from
        request.size = try reader.integer("size", in: 0...Int(Int32.max)) ?? request.size
        if let sort = reader.value("sort") { request.sort = try SortParser.parse(sort) }
        if let source = reader.value("_source") {
            request.source = try SourceFilterParser.parse(source)
        }
        if let track = reader.value("track_total_hits") {
            request.trackTotalHits = try Self.trackTotalHits(track)
        }
        request.trackScores = try reader.bool("track_scores") ?? false
        if let timeout = reader.value("timeout") {
            request.timeout = try TimeValue.parse(timeout, "timeout")
        }
        let aggregations = reader.value("aggs")
        let spelledOut = reader.value("aggregations")
        if aggregations != nil, spelledOut != nil {
            throw .parsing("the search body takes [aggs] or [aggregations], not both")
        }
        if let json = aggregations ?? spelledOut {
            request.aggregations = try AggregationParser.parse(json)
        }
        if let highlight = reader.value("highlight") {
            request.highlight = try HighlightParser.parse(highlight)
        }
        request.minimumScore = try reader.float("min_score")
        if let rescore = reader.value("rescore") {
            request.rescores = try RescoreParser.parse(rescore)
        }
        request.rerank = try reader.bool("rerank") ?? true
        if let filter = reader.value("post_filter") {
            request.postFilter = try ClauseParser.parse(filter)
        }
        if let suggest = reader.value("suggest") {
            request.suggestions = try SuggestParser.parse(suggest)
            // Who asks for suggestions alone wants no hits.
            if query == nil, request.aggregations.isEmpty { request.query = .matchNone }
        }
        request.version = try reader.bool("version") ?? false
        request.sequenceNumber = try reader.bool("seq_no_primary_term") ?? false
        request.explain = try reader.bool("explain") ?? false
        request.profile = try reader.bool("profile") ?? false
        try reader.finish()
    }

    static func trackTotalHits(_ value: JSONValue) throws(RequestError) -> TotalHitsTracking {
        switch value {
        case .bool(true), .string("true"): return .exactly
        case .bool(false), .string("false"): return .none
        default:
            var number = value.integerValue
            if case .string(let text) = value { number = Int64(text) }
            guard let number, (0...Int64(Int32.max)).contains(number) else {
                throw .parsing(
                    "[track_total_hits] must be true, false or a number; got "
                        + value.shortDescription)
            }
            return .upTo(Int(number))
        }
    }
}

/// Durations such as `500ms`, `1s`, `2m`.
enum TimeValue {
    /// Longest accepted duration, in nanoseconds: one day.
    static let maximumNanoseconds = 86_400_000_000_000.0

    private static let units: [(suffix: String, nanoseconds: Double)] = [
        ("nanos", 1), ("micros", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3_600e9),
        ("d", 86_400e9),
    ]

    /// Of a number, not negative, with a unit; nil for anything else.
    static func nanoseconds(_ text: String) -> Double? {
        for unit in units where text.hasSuffix(unit.suffix) {
            let digits = text.dropLast(unit.suffix.count)
            guard let last = digits.last, last.isASCII, last.isNumber || last == ".",
                let number = Double(digits), number.isFinite, number >= 0
            else { continue }
            return number * unit.nanoseconds
        }
        return nil
    }

    /// Nil for `-1`: no limit.
    static func parse(_ value: JSONValue, _ name: String) throws(RequestError) -> Duration? {
        let text = value.scalarText ?? ""
        if text == "-1" { return nil }
        if let nanoseconds = nanoseconds(text) {
            return .nanoseconds(Int64(min(nanoseconds, maximumNanoseconds)))
        }
        throw .illegalArgument(
            "[\(name)] must be a time with a unit, such as 500ms, 1s or 2m, or -1; got "
                + value.shortDescription)
    }
}
