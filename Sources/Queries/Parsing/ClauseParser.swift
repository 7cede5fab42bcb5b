// JSON to query tree: the dispatch over clause names, and the limits on depth and number.

import Analysis

/// Parses one query; counts its clauses and their depth.
struct ClauseParser {
    private var depth = 0
    private var clauses = 0

    /// Every query this engine knows, in the order errors list them.
    private enum Name: String, CaseIterable {
        case bool, boosting
        case combinedFields = "combined_fields"
        case constantScore = "constant_score"
        case disjunctionMax = "dis_max"
        case exists
        case functionScore = "function_score"
        case fuzzy, ids, match
        case matchAll = "match_all"
        case matchBoolPrefix = "match_bool_prefix"
        case matchNone = "match_none"
        case matchPhrase = "match_phrase"
        case matchPhrasePrefix = "match_phrase_prefix"
        case multiMatch = "multi_match"
        case prefix
        case queryString = "query_string"
        case range, regexp, term, terms
        case termsSet = "terms_set"
        case wildcard
    }

    /// The names of the queries this engine knows.
    static var knownNames: [String] { Name.allCases.map(\.rawValue) }

    private mutating func parse(_ name: Name, _ body: JSONValue) throws(RequestError) -> Query {
        switch name {
        case .bool: try bool(body)
        case .boosting: try boosting(body)
        case .combinedFields: try combinedFields(body)
        case .constantScore: try constantScore(body)
        case .disjunctionMax: try disjunctionMax(body)
        case .exists: try exists(body)
        case .functionScore: try functionScore(body)
        case .fuzzy: try fuzzy(body)
        case .ids: try ids(body)
        case .match: try match(body)
        case .matchAll: try matchAll(body)
        case .matchBoolPrefix: try match(body, isLastPrefix: true)
        case .matchNone: try matchNone(body)
        case .matchPhrase: try matchPhrase(body)
        case .matchPhrasePrefix: try matchPhrasePrefix(body)
        case .multiMatch: try multiMatch(body)
        case .prefix: try prefix(body)
        case .queryString: try queryString(body)
        case .range: try range(body)
        case .regexp: try regexp(body)
        case .term: try term(body)
        case .terms: try terms(body)
        case .termsSet: try termsSet(body)
        case .wildcard: try wildcard(body)
        }
    }

    /// A whole query.
    static func parse(_ json: JSONValue) throws(RequestError) -> Query {
        var parser = ClauseParser()
        return try parser.query(json)
    }

    /// One query: an object with one member, named after the query.
    mutating func query(_ json: JSONValue) throws(RequestError) -> Query {
        guard case .object(let object) = json else {
            throw .parsing(
                "a query must be an object such as {\"match_all\":{}}; got \(json.kindName)")
        }
        guard let (name, body) = object.first(where: { _ in true }) else {
            throw .parsing("query malformed, empty clause found")
        }
        guard object.count == 1 else {
            throw .parsing(
                "[\(name)] malformed query, expected one query per object but found also "
                    + "[\(object.keys[1])]; use [bool] to combine queries")
        }
        guard let known = Name(rawValue: name) else {
            throw .parsing(
                "unknown query [\(name)]; known are [\(Self.knownNames.joined(separator: ", "))]")
        }
        depth += 1
        defer { depth -= 1 }
        guard depth <= QueryLimits.maximumDepth else {
            throw .illegalArgument(
                "the query is nested more than [\(QueryLimits.maximumDepth)] deep")
        }
        clauses += 1
        guard clauses <= QueryLimits.maximumClauses else {
            throw .illegalArgument(
                "the query has more than [\(QueryLimits.maximumClauses)] clauses")
        }
        return try parse(known, body)
    }

    /// One query or an array of them.
    mutating func queries(_ json: JSONValue?) throws(RequestError) -> [Query] {
        guard let json else { return [] }
        guard case .array(let elements) = json else { return [try query(json)] }
        var result: [Query] = []
        for element in elements { result.append(try query(element)) }
        return result
    }

    /// The only field of `{"field": …}`.
    func singleField(
        _ json: JSONValue, _ name: String
    ) throws(RequestError) -> (field: String, body: JSONValue) {
        let object = try ObjectReader(json, "[\(name)] query").object
        guard let (field, body) = object.first(where: { _ in true }) else {
            throw .parsing("[\(name)] query needs a field: {\"\(name)\":{\"FIELD\":…}}")
        }
        guard object.count == 1 else {
            throw .parsing(
                "[\(name)] query doesn't support multiple fields, found [\(field)] and "
                    + "[\(object.keys[1])]")
        }
        return (field, body)
    }
}
