// Queries made of queries: bool, boosting, constant_score, dis_max; and the two without any:
// match_all, match_none.

import Analysis

extension ClauseParser {
    func matchAll(_ json: JSONValue) throws(RequestError) -> Query {
        var reader = try ObjectReader(json, "[match_all] query")
        let boost = try reader.boost()
        try reader.finish()
        return .matchAll(boost: boost)
    }

    func matchNone(_ json: JSONValue) throws(RequestError) -> Query {
        try ObjectReader(json, "[match_none] query").finish()
        return .matchNone
    }

    mutating func bool(_ json: JSONValue) throws(RequestError) -> Query {
        var reader = try ObjectReader(json, "[bool] query")
        var bool = BooleanQuery()
        bool.must = try queries(reader.value("must"))
        bool.should = try queries(reader.value("should"))
        bool.filter = try queries(reader.value("filter"))
        bool.mustNot = try queries(reader.value("must_not"))
        let minimum = try reader.minimumShouldMatch()
        let boost = try reader.boost()
        if try reader.bool("adjust_pure_negative") == false {
            throw .illegalArgument(
                "[adjust_pure_negative] of [bool] query can only be true: a query that only "
                    + "excludes matches everything else")
        }
        try reader.finish()
        if bool.must.isEmpty, bool.should.isEmpty, bool.filter.isEmpty, bool.mustNot.isEmpty {
            return .matchAll(boost: boost)
        }
        bool.minimumShouldMatch = minimum?.resolve(optionalClauses: bool.should.count) ?? 0
        if bool.must.isEmpty, bool.filter.isEmpty, !bool.should.isEmpty {
            bool.minimumShouldMatch = max(1, bool.minimumShouldMatch)
        }
        return try Query.bool(bool).boosted(by: boost)
    }

    mutating func boosting(_ json: JSONValue) throws(RequestError) -> Query {
        var reader = try ObjectReader(json, "[boosting] query")
        guard let positive = reader.value("positive") else { throw reader.missing("positive") }
        guard let negative = reader.value("negative") else { throw reader.missing("negative") }
        guard let factor = try reader.float("negative_boost") else {
            throw reader.missing("negative_boost")
        }
        let boost = try reader.boost()
        try reader.finish()
        guard (0...1).contains(factor) else {
            throw .illegalArgument(
                "[negative_boost] of [boosting] query must be from 0 to 1; got [\(factor)]")
        }
        return try Query.demoted(query(positive), by: query(negative), factor: factor)
            .boosted(by: boost)
    }

    mutating func constantScore(_ json: JSONValue) throws(RequestError) -> Query {
        var reader = try ObjectReader(json, "[constant_score] query")
        guard let filter = reader.value("filter") else { throw reader.missing("filter") }
        let boost = try reader.boost()
        try reader.finish()
        return .constantScore(try query(filter), boost: boost)
    }

    mutating func disjunctionMax(_ json: JSONValue) throws(RequestError) -> Query {
        var reader = try ObjectReader(json, "[dis_max] query")
        guard let clauses = reader.value("queries") else { throw reader.missing("queries") }
        let tieBreaker = try Self.tieBreaker(&reader) ?? 0
        let boost = try reader.boost()
        try reader.finish()
        let inner = try queries(clauses)
        guard !inner.isEmpty else {
            throw .parsing("[queries] of [dis_max] query must not be empty")
        }
        return try Query.disjunctionMax(inner, tieBreaker: tieBreaker).boosted(by: boost)
    }

    static func tieBreaker(_ reader: inout ObjectReader) throws(RequestError) -> Float? {
        guard let value = try reader.float("tie_breaker") else { return nil }
        guard (0...1).contains(value) else {
            throw .illegalArgument(
                "[tie_breaker] of \(reader.place) must be from 0 to 1; got [\(value)]")
        }
        return value
    }
}
