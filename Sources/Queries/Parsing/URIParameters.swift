// Search parameters of the URI: `?q=title:ants&size=5&sort=year:desc`.

import Analysis

public enum URIParameters {
    /// Parameters that say how an answer is shown, not what it is; the front serves or refuses
    /// them.
    public static let renderingParameters: Set<String> = [
        "pretty", "human", "error_trace", "filter_path", "typed_keys", "rest_total_hits_as_int",
    ]

    /// What changes only the way a many-node engine works, never the answer: which copy is asked,
    /// how partial results are batched, how statistics are gathered (here they are always exact).
    private static let tuning: Set<String> = [
        "preference", "batched_reduce_size", "pre_filter_shard_size",
        "max_concurrent_shard_requests", "ccs_minimize_roundtrips", "cancel_after_time_interval",
    ]

    private static let queryNames = [
        "q", "df", "default_operator", "analyze_wildcard", "lenient",
    ]

    private static let indexNames = [
        "ignore_unavailable", "allow_no_indices", "expand_wildcards",
    ]

    private static let searchNames =
        queryNames + indexNames + [
            "from", "size", "sort", "_source", "_source_includes", "_source_excludes",
            "track_total_hits", "track_scores", "timeout", "version", "seq_no_primary_term",
            "allow_partial_search_results", "request_cache", "search_type", "explain",
            "rerank",
        ]

    static func apply(
        _ parameters: [(String, String)], to request: inout SearchRequest
    ) throws(RequestError) {
        var reader = try ParameterReader(parameters, known: searchNames, ignored: tuning)
        try applyQuery(&reader, to: &request)
        try applyIndices(&reader, to: &request)
        request.from = try reader.integer("from") ?? request.from
        request.size = try reader.integer("size") ?? request.size
        if let sort = reader["sort"] { request.sort = try SortParser.parse(uri: sort) }
        try applySource(&reader, to: &request)
        if let track = reader["track_total_hits"] {
            request.trackTotalHits = try SearchBodyParser.trackTotalHits(.string(track))
        }
        if let timeout = reader["timeout"] {
            request.timeout = try TimeValue.parse(.string(timeout), "timeout")
        }
        request.trackScores = try reader.bool("track_scores") ?? request.trackScores
        request.version = try reader.bool("version") ?? request.version
        request.sequenceNumber =
            try reader.bool("seq_no_primary_term") ?? request.sequenceNumber
        request.rerank = try reader.bool("rerank") ?? request.rerank
        request.explain = try reader.bool("explain") ?? request.explain
        request.allowPartialResults =
            try reader.bool("allow_partial_search_results") ?? request.allowPartialResults
        request.requestCache = try reader.bool("request_cache") ?? request.requestCache
        if let type = reader["search_type"],
            !["query_then_fetch", "dfs_query_then_fetch"].contains(type)
        {
            throw .illegalArgument(
                "[search_type] must be query_then_fetch or dfs_query_then_fetch (both are exact); "
                    + "got [\(type)]")
        }
    }

    static func applyToCount(
        _ parameters: [(String, String)], to request: inout SearchRequest
    ) throws(RequestError) {
        var reader = try ParameterReader(
            parameters, known: queryNames + indexNames + ["min_score"], ignored: tuning)
        try applyQuery(&reader, to: &request)
        try applyIndices(&reader, to: &request)
        if let text = reader["min_score"] {
            guard let score = Float(text), score.isFinite else {
                throw .illegalArgument("[min_score] must be a number; got [\(text)]")
            }
            request.minimumScore = score
        }
    }

    private static func applyQuery(
        _ reader: inout ParameterReader, to request: inout SearchRequest
    ) throws(RequestError) {
        guard let text = reader["q"] else {
            for name in queryNames where reader[name] != nil {
                throw .illegalArgument("[\(name)] needs [q]")
            }
            return
        }
        var string = QueryStringQuery(text: text)
        if let field = reader["df"] {
            string.fields = try ClauseParser.weightedFields([field], "[df]")
        }
        if let name = reader["default_operator"] {
            guard let value = TextOperator(rawValue: name.lowercased()) else {
                throw .illegalArgument("[default_operator] must be or or and; got [\(name)]")
            }
            string.defaultOperator = value
        }
        string.lenient = try reader.bool("lenient") ?? false
        _ = try reader.bool("analyze_wildcard")
        try QueryLimits.check(text: text, "[q]")
        _ = try QueryStringParser.parse(text)
        request.query = .queryString(string)
    }

    private static func applyIndices(
        _ reader: inout ParameterReader, to request: inout SearchRequest
    ) throws(RequestError) {
        request.ignoreUnavailable =
            try reader.bool("ignore_unavailable") ?? request.ignoreUnavailable
        request.allowNoIndices = try reader.bool("allow_no_indices") ?? request.allowNoIndices
        if let expand = reader["expand_wildcards"] {
            // Indices here are neither closed nor hidden, so these all mean the same.
            let same: Set<Substring> = ["open", "all", "closed", "hidden"]
            guard expand.split(separator: ",").allSatisfy(same.contains),
                expand.split(separator: ",").contains(where: { $0 == "open" || $0 == "all" })
            else {
                throw .illegalArgument(
                    "[expand_wildcards] must include open or all; got [\(expand)]")
            }
        }
    }

    private static func applySource(
        _ reader: inout ParameterReader, to request: inout SearchRequest
    ) throws(RequestError) {
        func list(_ text: String) -> [String] { text.split(separator: ",").map(String.init) }
        let includes = reader["_source_includes"].map(list)
        let excludes = reader["_source_excludes"].map(list)
        if let text = reader["_source"] {
            switch text {
            case "true": request.source = .all
            case "false": request.source = .none
            default: request.source = try SourceFilterParser.filter(list(text), [])
            }
        }
        guard includes != nil || excludes != nil else { return }
        request.source = try SourceFilterParser.filter(includes ?? [], excludes ?? [])
    }
}

/// URI parameters by name; the last of several wins.
struct ParameterReader {
    private var values: [String: String] = [:]

    init(
        _ parameters: [(String, String)], known: [String], ignored: Set<String>
    ) throws(RequestError) {
        for (name, value) in parameters {
            if known.contains(name) {
                values[name] = value
            } else if !ignored.contains(name), !URIParameters.renderingParameters.contains(name) {
                throw .illegalArgument(
                    "unrecognized parameter [\(name)]; known are "
                        + "[\(known.sorted().joined(separator: ", "))]")
            }
        }
    }

    subscript(name: String) -> String? { values[name] }

    /// A parameter without a value means true.
    func bool(_ name: String) throws(RequestError) -> Bool? {
        guard let text = values[name] else { return nil }
        switch text {
        case "true", "": return true
        case "false": return false
        default: throw .illegalArgument("[\(name)] must be true or false; got [\(text)]")
        }
    }

    func integer(_ name: String) throws(RequestError) -> Int? {
        guard let text = values[name] else { return nil }
        guard let value = Int(text), (0...Int(Int32.max)).contains(value) else {
            throw .illegalArgument(
                "[\(name)] must be a whole number from 0 to \(Int32.max); got [\(text)]")
        }
        return value
    }
}
