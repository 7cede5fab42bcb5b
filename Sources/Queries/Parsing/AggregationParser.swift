// The `aggs` of a search body: terms, range, date_range.

import Analysis

enum AggregationParser {
    static let maximumAggregations = 64
    private static let known = ["terms", "range", "date_range"]

    static func parse(_ json: JSONValue) throws(RequestError) -> [NamedAggregation] {
        let object = try ObjectReader(json, "[aggs]").object
        guard object.count <= maximumAggregations else {
            throw .illegalArgument(
                "[aggs] has [\(object.count)] aggregations; the most is [\(maximumAggregations)]")
        }
        var result: [NamedAggregation] = []
        for (name, body) in object {
            result.append(
                NamedAggregation(name: name, aggregation: try aggregation(name, body)))
        }
        return result
    }

    private static func aggregation(
        _ name: String, _ json: JSONValue
    ) throws(RequestError) -> Aggregation {
        let object = try ObjectReader(json, "aggregation [\(name)]").object
        if object["aggs"] != nil || object["aggregations"] != nil {
            throw .illegalArgument("aggregation [\(name)] has sub-aggregations; none are supported")
        }
        guard let (type, body) = object.first(where: { _ in true }), object.count == 1 else {
            throw .parsing(
                "aggregation [\(name)] needs exactly one type of "
                    + "[\(known.joined(separator: ", "))]; "
                    + "got [\(object.keys.joined(separator: ", "))]")
        }
        switch type {
        case "terms": return .terms(try terms(name, body))
        case "range": return .range(try range(name, body, isDate: false))
        case "date_range": return .range(try range(name, body, isDate: true))
        default:
            throw .parsing(
                "unknown aggregation type [\(type)] of [\(name)]; known are "
                    + "[\(known.joined(separator: ", "))]")
        }
    }

    private static func terms(
        _ name: String, _ json: JSONValue
    ) throws(RequestError) -> TermsAggregation {
        var reader = try ObjectReader(json, "[terms] aggregation [\(name)]")
        guard let field = try reader.string("field") else { throw reader.missing("field") }
        var terms = TermsAggregation(field: field)
        terms.size =
            try reader.integer("size", in: 1...TermsAggregation.maximumSize) ?? terms.size
        // Counts are exact, so how many candidates a shard sends makes no difference.
        _ = try reader.integer("shard_size", in: 1...Int(Int32.max))
        if let minimum = try reader.integer("min_doc_count", in: 0...Int(Int32.max)) {
            guard minimum > 0 else {
                throw .illegalArgument(
                    "[min_doc_count] of \(reader.place) must be at least 1; got [0]")
            }
            terms.minimumDocumentCount = Int64(minimum)
        }
        if let order = reader.value("order") { terms.order = try self.order(order, reader.place) }
        if let missing = reader.value("missing") {
            switch missing {
            case .integer(let value): terms.missing = .integer(value)
            case .number(let value): terms.missing = .real(value)
            case .string(let text): terms.missing = .bytes(Array(text.utf8))
            case .bool(let flag): terms.missing = .bytes(Array((flag ? "true" : "false").utf8))
            default: throw reader.refusal("missing", "a text, number or boolean", missing)
            }
        }
        try reader.finish()
        return terms
    }

    /// `{"_count":"desc"}`, or such orders in an array whose second is the usual tie-breaker.
    private static func order(
        _ json: JSONValue, _ place: String
    ) throws(RequestError) -> TermsAggregation.Order {
        let refusal = RequestError.parsing(
            "[order] of \(place) must be {\"_count\":\"asc|desc\"} or {\"_key\":\"asc|desc\"}")
        var orders: [TermsAggregation.Order] = []
        for element in json.arrayValue ?? [json] {
            guard case .object(let object) = element else { throw refusal }
            for (key, direction) in object {
                switch (key, direction.stringValue?.lowercased()) {
                case ("_count", "desc"): orders.append(.countDescending)
                case ("_count", "asc"): orders.append(.countAscending)
                case ("_key", "asc"), ("_term", "asc"): orders.append(.keyAscending)
                case ("_key", "desc"), ("_term", "desc"): orders.append(.keyDescending)
                default: throw refusal
                }
            }
        }
        guard let first = orders.first, orders.count == 1 || orders.dropFirst() == [.keyAscending]
        else { throw refusal }
        return first
    }

    private static func range(
        _ name: String, _ json: JSONValue, isDate: Bool
    ) throws(RequestError) -> RangeAggregation {
        let type = isDate ? "date_range" : "range"
        var reader = try ObjectReader(json, "[\(type)] aggregation [\(name)]")
        guard let field = try reader.string("field") else { throw reader.missing("field") }
        guard case .array(let elements)? = reader.value("ranges"), !elements.isEmpty else {
            throw .parsing("\(reader.place) needs a non-empty array of [ranges]")
        }
        guard elements.count <= RangeAggregation.maximumRanges else {
            throw .illegalArgument(
                "\(reader.place) has [\(elements.count)] ranges; the most is "
                    + "[\(RangeAggregation.maximumRanges)]")
        }
        let keyed = try reader.bool("keyed") ?? false
        let format = isDate ? try reader.string("format") : nil
        if let format { try ClauseParser.check(format: format, reader.place) }
        try reader.finish()
        var ranges: [FacetRange] = []
        for element in elements {
            ranges.append(try facetRange(element, "[ranges] of \(reader.place)", isDate: isDate))
        }
        return RangeAggregation(
            field: field, ranges: ranges, keyed: keyed, isDate: isDate, format: format)
    }

    private static func facetRange(
        _ json: JSONValue, _ place: String, isDate: Bool
    ) throws(RequestError) -> FacetRange {
        var reader = try ObjectReader(json, place)
        var range = FacetRange(key: try reader.string("key"))
        (range.from, range.fromText) = try edge("from", &reader, isDate: isDate)
        (range.to, range.toText) = try edge("to", &reader, isDate: isDate)
        try reader.finish()
        guard range != FacetRange(key: range.key) else {
            throw .parsing("\(place) needs [from], [to] or both")
        }
        return range
    }

    /// Numbers as they are; texts are numbers in a `range` and stay texts in a `date_range`.
    private static func edge(
        _ key: String, _ reader: inout ObjectReader, isDate: Bool
    ) throws(RequestError) -> (Double?, String?) {
        guard let value = reader.value(key) else { return (nil, nil) }
        if let number = value.doubleValue { return (number, nil) }
        guard case .string(let text) = value else {
            throw reader.refusal(key, isDate ? "a date" : "a number", value)
        }
        if isDate { return (nil, text) }
        guard let number = Double(text), number.isFinite else {
            throw reader.refusal(key, "a number", value)
        }
        return (number, nil)
    }
}
