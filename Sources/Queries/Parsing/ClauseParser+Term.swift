// Queries for exact values: term, terms, range, exists, ids.

import Analysis

extension ClauseParser {
    func term(_ json: JSONValue) throws(RequestError) -> Query {
        let (field, body) = try singleField(json, "term")
        let place = "[term] query for field [\(field)]"
        guard case .object = body else {
            return .rawTerm(field: field, value: try Self.text(body, place), boost: 1)
        }
        var reader = try ObjectReader(body, place)
        guard let value = reader.value("value") else { throw reader.missing("value") }
        let boost = try reader.boost()
        try reader.finish()
        return .rawTerm(field: field, value: try Self.text(value, place), boost: boost)
    }

    func terms(_ json: JSONValue) throws(RequestError) -> Query {
        var reader = try ObjectReader(json, "[terms] query")
        let boost = try reader.boost()
        let fields = reader.object.keys.filter { $0 != "boost" }
        guard fields.count == 1, let body = reader.object[fields[0]] else {
            throw .parsing(
                "[terms] query needs one field with an array of values; got fields "
                    + "[\(fields.joined(separator: ", "))]")
        }
        let place = "[terms] query for field [\(fields[0])]"
        guard case .array(let values) = body else {
            throw .parsing("\(place) needs an array of values; got \(body.kindName)")
        }
        guard values.count <= QueryLimits.maximumTerms else {
            throw .illegalArgument(
                "\(place) has [\(values.count)] values; the most is [\(QueryLimits.maximumTerms)]")
        }
        for value in values { _ = try Self.text(value, place) }
        return .rawTerms(field: fields[0], values: values, boost: boost)
    }

    func termsSet(_ json: JSONValue) throws(RequestError) -> Query {
        let (field, body) = try singleField(json, "terms_set")
        let place = "[terms_set] query for field [\(field)]"
        var reader = try ObjectReader(body, place)
        guard case .array(let values)? = reader.value("terms") else {
            throw .parsing("\(place) needs an array of [terms]")
        }
        guard reader.object["minimum_should_match_script"] == nil else {
            throw .illegalArgument(
                "[minimum_should_match_script] of \(place) is not supported: no scripts are run "
                    + "here; use [minimum_should_match_field]")
        }
        guard let minimumField = try reader.string("minimum_should_match_field") else {
            throw reader.missing("minimum_should_match_field")
        }
        let boost = try reader.boost()
        try reader.finish()
        guard values.count <= QueryLimits.maximumClauses else {
            throw .illegalArgument(
                "\(place) has [\(values.count)] terms; the most is "
                    + "[\(QueryLimits.maximumClauses)]")
        }
        for value in values { _ = try Self.text(value, place) }
        return .termsSet(
            TermsSetQuery(field: field, values: values, minimumField: minimumField, boost: boost))
    }

    func range(_ json: JSONValue) throws(RequestError) -> Query {
        let (field, body) = try singleField(json, "range")
        var reader = try ObjectReader(body, "[range] query for field [\(field)]")
        var range = RawRangeQuery(field: field)
        let exclusiveLower = try bound("gt", false, &reader)
        let inclusiveLower = try bound("gte", true, &reader)
        let exclusiveUpper = try bound("lt", false, &reader)
        let inclusiveUpper = try bound("lte", true, &reader)
        let from = try bound("from", true, &reader)
        let to = try bound("to", true, &reader)
        let includesLower = try reader.bool("include_lower")
        let includesUpper = try reader.bool("include_upper")
        range.lower = try Self.only(
            [exclusiveLower, inclusiveLower, from], "gt, gte, from", reader.place)
        range.upper = try Self.only(
            [exclusiveUpper, inclusiveUpper, to], "lt, lte, to", reader.place)
        if let includesLower { range.lower?.inclusive = includesLower }
        if let includesUpper { range.upper?.inclusive = includesUpper }
        range.format = try reader.string("format")
        if let format = range.format { try Self.check(format: format, reader.place) }
        range.timeZone = try reader.string("time_zone")
        if let zone = range.timeZone, DateFormat.zoneOffset(zone) == nil {
            throw .parsing(
                "[time_zone] of \(reader.place) must be an offset such as "
                    + "+02:00, or Z; got [\(zone)]"
            )
        }
        range.boost = try reader.boost()
        try reader.finish()
        return .rawRange(range)
    }

    private func bound(
        _ key: String, _ inclusive: Bool, _ reader: inout ObjectReader
    ) throws(RequestError) -> RawRangeQuery.RawBound? {
        guard let value = reader.value(key) else { return nil }
        return RawRangeQuery.RawBound(
            try Self.text(value, "[\(key)] of \(reader.place)"), inclusive: inclusive)
    }

    private static func only<Value>(
        _ values: [Value?], _ keys: String, _ place: String
    ) throws(RequestError) -> Value? {
        let present = values.compactMap { $0 }
        guard present.count <= 1 else { throw .parsing("\(place) takes only one of [\(keys)]") }
        return present.first
    }

    static func check(format: String, _ place: String) throws(RequestError) {
        do {
            _ = try DateFormat.list(format)
        } catch {
            throw .parsing("[format] of \(place) is not a date format: \(error.reason)")
        }
    }

    func exists(_ json: JSONValue) throws(RequestError) -> Query {
        var reader = try ObjectReader(json, "[exists] query")
        guard let field = try reader.string("field") else { throw reader.missing("field") }
        let boost = try reader.boost()
        try reader.finish()
        return .exists(field: field, boost: boost)
    }

    func ids(_ json: JSONValue) throws(RequestError) -> Query {
        var reader = try ObjectReader(json, "[ids] query")
        guard let value = reader.value("values") else { throw reader.missing("values") }
        let boost = try reader.boost()
        try reader.finish()
        var ids: [String] = []
        for element in value.arrayValue ?? [value] {
            guard let id = element.scalarText else {
                throw .parsing("[values] of [ids] query must be document ids")
            }
            ids.append(id)
        }
        guard ids.count <= QueryLimits.maximumTerms else {
            throw .illegalArgument(
                "[ids] query has [\(ids.count)] values; the most is [\(QueryLimits.maximumTerms)]")
        }
        return .ids(ids, boost: boost)
    }
}
