// From what a user wrote to what leaves execute, for one index's mapping.

import Analysis

/// Gives queries their normal form under a schema: texts analysed, values read by their field's
/// type, boosts multiplied down, compound queries flattened, clauses in one fixed order. Equal
/// normal forms score equally to the bit.
public struct QueryAnalyzer {
    public let schema: Schema
    public let analyzers: AnalyzerPool
    /// What `now` means in dates, in milliseconds since 1970 UTC.
    public let nowMilliseconds: Int64

    public init(schema: Schema, nowMilliseconds: Int64) {
        self.schema = schema
        analyzers = schema.analyzers.pool
        self.nowMilliseconds = nowMilliseconds
    }

    /// The query's normal form. Normalising again changes nothing.
    /// - Throws: `RequestError` for values a field cannot hold, fields that cannot be searched
    ///   that way,
    ///   and queries beyond `QueryLimits`.
    public func normalForm(_ query: Query) throws(RequestError) -> Query {
        let result = try rewriter.rewrite(query)
        try Self.check(result)
        return result
    }

    private func normalForm(_ rescore: Rescore) throws(RequestError) -> Rescore {
        var result = rescore
        result.query = try normalForm(rescore.query)
        return result
    }

    /// What each leaf has to collect for the request.
    /// - Throws: as `normalForm`, and for sorting by or counting fields that have no column.
    public func resolve(_ request: SearchRequest) throws(RequestError) -> ShardQuery {
        let query = try normalForm(request.query)
        var count = request.from + request.size
        var rescores: [Rescore] = []
        if count > 0 {
            for rescore in request.rescores {
                rescores.append(try normalForm(rescore))
                count = max(count, rescore.windowSize)
            }
        }
        if question(of: request) != nil { count = max(count, Reranking.window) }
        var postFilter: Query?
        if let filter = request.postFilter {
            postFilter = NormalForm.filter(try normalForm(filter))
        }
        for clause in request.sort { try check(clause) }
        let trackScores = request.trackScores || request.explain
        let isScoring = ShardQuery.needsScores(
            count: count, sort: request.sort, trackScores: trackScores,
            minimumScore: request.minimumScore)
        // Made once, of all its parts: copies are large.
        let result = ShardQuery(
            query: isScoring ? query : NormalForm.filter(query), postFilter: postFilter,
            count: count, sort: request.sort, trackTotalHits: request.trackTotalHits,
            trackScores: trackScores, aggregations: try resolve(request.aggregations),
            minimumScore: request.minimumScore, rescores: rescores)
        if !rescores.isEmpty { try Self.check(expansions: result.expansions.count) }
        return result
    }

    private func resolve(
        _ aggregations: [NamedAggregation]
    ) throws(RequestError) -> [NamedAggregation] {
        var result: [NamedAggregation] = []
        for named in aggregations {
            result.append(
                NamedAggregation(
                    name: named.name, aggregation: try resolve(named.aggregation, named.name)))
        }
        return result
    }

    /// What is to be read for the winners: patterns of highlighted fields become the fields they
    /// match.
    public func fetchSpecification(
        for request: SearchRequest
    ) throws(RequestError) -> FetchSpecification {
        var result = FetchSpecification(
            source: request.source, version: request.version,
            sequenceNumber: request.sequenceNumber, reranking: reranking(for: request))
        if request.highlight != nil || request.explain {
            result.query = try normalForm(request.query)
        }
        guard var highlight = request.highlight else { return result }
        var fields: [HighlightField] = []
        for field in highlight.fields {
            let pattern = PathPattern(field.name)
            for mapping in schema.fields
            where (mapping.type == .text || mapping.type == .keyword)
                && pattern.matches(mapping.path)
                && !fields.contains(where: { $0.name == mapping.path })
            {
                var concrete = field
                concrete.name = mapping.path
                concrete.query = try field.query.map { query throws(RequestError) in
                    try normalForm(query)
                }
                fields.append(concrete)
            }
        }
        highlight.fields = fields
        result.highlight = fields.isEmpty ? nil : highlight
        return result
    }

    var rewriter: QueryRewriter {
        QueryRewriter(
            fields: FieldReader(schema: schema, now: nowMilliseconds),
            analyzers: analyzers)
    }

    private static func check(_ query: Query) throws(RequestError) {
        let count = query.leafCount
        guard count <= QueryLimits.maximumClauses else {
            throw .illegalArgument(
                "the query has [\(count)] clauses after analysis; the most is "
                    + "[\(QueryLimits.maximumClauses)]")
        }
        try check(expansions: query.expansions.count)
        let patterns = query.patterns
        guard patterns.count <= QueryLimits.maximumPatterns else {
            throw .illegalArgument(
                "the query has [\(patterns.count)] different wildcards, regular expressions, words "
                    + "with edits and beginnings of phrases; the most is "
                    + "[\(QueryLimits.maximumPatterns)]. Ask for fewer words or fields, or without "
                    + "[fuzziness]")
        }
    }

    private static func check(expansions: Int) throws(RequestError) {
        guard expansions <= QueryLimits.maximumExpansions else {
            throw .illegalArgument(
                "the query looks for [\(expansions)] words with edits or beginnings of phrases, "
                    + "each in its field; the most is [\(QueryLimits.maximumExpansions)]. Ask for "
                    + "fewer words or fields, or without [fuzziness]")
        }
    }

    private func check(_ clause: SortClause) throws(RequestError) {
        guard case .field(let path) = clause.field else { return }
        guard let mapping = schema[path] else {
            if clause.unmappedType != nil { return }
            throw .queryShard("No mapping found for [\(path)] in order to sort on")
        }
        try requireColumn(mapping, "sort on")
    }

    private func requireColumn(_ mapping: FieldMapping, _ purpose: String) throws(RequestError) {
        if mapping.type == .text {
            let keyword = schema.fields.first { $0.parent == mapping.path && $0.type == .keyword }
            throw .illegalArgument(
                "cannot \(purpose) field [\(mapping.path)]: it is mapped as text, which has no "
                    + "doc_values"
                    + (keyword.map { "; use [\($0.path)]" } ?? "; map it as keyword as well"))
        }
        guard mapping.type != .completion else {
            throw .illegalArgument(
                "cannot \(purpose) field [\(mapping.path)]: it is mapped as completion, which has "
                    + "no doc_values")
        }
        guard mapping.hasColumn else {
            throw .illegalArgument(
                "cannot \(purpose) field [\(mapping.path)]: its mapping turns doc_values off")
        }
        try FieldReader.requireOneOrder(mapping)
    }

    private func resolve(
        _ aggregation: Aggregation, _ name: String
    ) throws(RequestError) -> Aggregation {
        guard let mapping = schema[aggregation.field] else { return aggregation }
        try requireColumn(mapping, "aggregate on")
        let reader = FieldReader(schema: schema, now: nowMilliseconds)
        switch aggregation {
        case .terms(var terms):
            terms.missing = try terms.missing.map { (key) throws(RequestError) in
                try reader.facetKey(key, mapping)
            }
            return .terms(terms)
        case .range(var range):
            guard mapping.type != .keyword, mapping.type != .boolean else {
                throw .illegalArgument(
                    "aggregation [\(name)] needs a number or date; field [\(mapping.path)] is "
                        + "mapped as \(mapping.typeName)")
            }
            if range.isDate, mapping.type != .date {
                throw .illegalArgument(
                    "[date_range] aggregation [\(name)] needs a date; field [\(mapping.path)] is "
                        + "mapped as \(mapping.typeName)")
            }
            for index in range.ranges.indices {
                if let text = range.ranges[index].fromText {
                    range.ranges[index].from = try reader.date(text, mapping, range.format)
                }
                if let text = range.ranges[index].toText {
                    range.ranges[index].to = try reader.date(text, mapping, range.format)
                }
            }
            return .range(range)
        }
    }
}
