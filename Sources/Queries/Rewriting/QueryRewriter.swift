// Rewrites a tree bottom-up into its normal form.

import Analysis

struct QueryRewriter {
    let fields: FieldReader
    let analyzers: AnalyzerPool

    /// Fields of every document that exist outside the mapping and cannot be searched.
    static let hiddenFields: Set<String> = [
        "_index", "_routing", "_source", "_seq_no", "_primary_term", "_version", "_type",
    ]

    func rewrite(_ query: Query) throws(RequestError) -> Query {
        switch query {
        case .matchAll, .matchNone, .term, .range, .expanded, .phrasePrefix: return query
        case .functionScore(let function): return try functionScore(function)
        case .covering(let covering):
            return NormalForm.covering(try rewrite(covering.clauses), covering.minimumField)
        case .termsSet(let set): return try termsSet(set)
        case .blended(let terms, let tieBreaker):
            return NormalForm.blended(terms, tieBreaker: tieBreaker)
        case .combined(let terms, let boost): return NormalForm.combined(terms, boost: boost)
        case .demoted(let positive, let negative, let factor):
            return NormalForm.demoted(
                try rewrite(positive), by: try rewrite(negative), factor: factor)
        case .terms(let field, let terms, let boost):
            let distinct = Set(terms).sorted()
            return distinct.isEmpty
                ? .matchNone : .terms(field: field, terms: distinct, boost: boost)
        case .phrase(let field, let terms, _, let boost):
            if terms.isEmpty { return .matchNone }
            if terms.count == 1 { return .term(field: field, term: terms[0].term, boost: boost) }
            return query
        case .bool(var bool):
            bool.must = try rewrite(bool.must)
            bool.should = try rewrite(bool.should)
            bool.filter = try rewrite(bool.filter)
            bool.mustNot = try rewrite(bool.mustNot)
            return NormalForm.bool(bool)
        case .disjunctionMax(let clauses, let tieBreaker):
            return NormalForm.disjunctionMax(try rewrite(clauses), tieBreaker: tieBreaker)
        case .constantScore(let inner, let boost):
            return NormalForm.constantScore(try rewrite(inner), boost: boost)
        case .exists(let field, let boost): return try exists(field, boost)
        case .ids(let ids, let boost): return Self.ids(ids, boost)
        case .prefix(let field, let prefix, let boost): return try self.prefix(field, prefix, boost)
        case .pattern(let field, let pattern, let boost):
            return try self.pattern(field, pattern, boost)
        case .fuzzy(let fuzzy): return try self.fuzzy(fuzzy)
        case .match(let match): return try self.match(match)
        case .multiMatch(let multi): return try multiMatch(multi)
        case .matchPhrase(let phrase): return try matchPhrase(phrase)
        case .queryString(let string): return try queryString(string)
        case .rawTerm(let field, let value, let boost):
            return try exact(field, value, boost)
        case .rawTerms(let field, let values, let boost):
            return try rawTerms(field, values, boost)
        case .rawRange(let range): return try rawRange(range)
        }
    }

    private func rewrite(_ queries: [Query]) throws(RequestError) -> [Query] {
        var result: [Query] = []
        for query in queries { result.append(try rewrite(query)) }
        return result
    }

    /// The field's mapping; nil when nothing can match because it has none.
    func mapping(_ field: String) throws(RequestError) -> FieldMapping? {
        guard !Self.hiddenFields.contains(field) else {
            throw .queryShard("field [\(field)] cannot be searched")
        }
        return fields.schema[field]
    }

    /// Runs `body`; a value the field cannot hold matches nothing when `lenient`.
    func lenient(
        _ lenient: Bool, _ body: () throws(RequestError) -> Query
    ) throws(RequestError) -> Query {
        do {
            return try body()
        } catch {
            if lenient { return .matchNone }
            throw error
        }
    }

    // MARK: Exact values

    static func ids(_ ids: [String], _ boost: Float) -> Query {
        let distinct = Set(ids.map { Term($0) }).sorted().map(\.text)
        return distinct.isEmpty ? .matchNone : .ids(distinct, boost: boost)
    }

    func exact(_ field: String, _ value: JSONValue, _ boost: Float) throws(RequestError) -> Query {
        if field == "_id" { return Self.ids([value.scalarText ?? ""], boost) }
        guard let mapping = try mapping(field) else { return .matchNone }
        return try fields.exact(mapping, value, boost: boost)
    }

    private func rawTerms(
        _ field: String, _ values: [JSONValue], _ boost: Float
    ) throws(RequestError) -> Query {
        if field == "_id" { return Self.ids(values.compactMap(\.scalarText), boost) }
        guard let mapping = try mapping(field) else { return .matchNone }
        var terms: Set<Term> = []
        var ranges: [Query] = []
        for value in values {
            switch try fields.exact(mapping, value, boost: 1) {
            case .term(_, let term, _): terms.insert(term)
            case .matchNone: break
            case let range: ranges.append(range)
            }
        }
        if !ranges.isEmpty {
            return NormalForm.constantScore(
                .bool(BooleanQuery(should: ranges, minimumShouldMatch: 1)), boost: boost)
        }
        return terms.isEmpty
            ? .matchNone : .terms(field: field, terms: terms.sorted(), boost: boost)
    }

    func rawRange(_ range: RawRangeQuery) throws(RequestError) -> Query {
        guard let mapping = try mapping(range.field) else { return .matchNone }
        return try lenient(range.lenient) { () throws(RequestError) in
            try fields.range(mapping, range)
        }
    }

    /// An object exists when any field below it does.
    func exists(_ field: String, _ boost: Float) throws(RequestError) -> Query {
        if field == "_id" { return .matchAll(boost: boost) }
        if try mapping(field) != nil { return .exists(field: field, boost: boost) }
        let below = fields.schema.fields.filter {
            $0.parent == nil && $0.path.utf8.starts(with: (field + ".").utf8)
        }
        if below.isEmpty { return .matchNone }
        let clauses = below.map { Query.exists(field: $0.path, boost: 1) }
        return NormalForm.constantScore(
            .bool(BooleanQuery(should: clauses, minimumShouldMatch: 1)),
            boost: boost)
    }
}
