// Query trees in normal form as messages. Only the normal form travels: the root has rewritten
// the rest, and a leaf refuses what it does not know.

import Analysis
import Queries

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension WireQuery {
    /// - Throws: for a query that is not in normal form, or nests too deep.
    init(_ query: Query, depth: Int = 0) throws(RemoteError) {
        guard depth < MessageCoding.queryDepthLimit else { throw Self.tooDeep }
        self.init()
        switch query {
        case .matchAll(let boost): matchAll = boost
        case .matchNone: matchNone = true
        case .term(let field, let term, let boost):
            self.term.field = field
            self.term.term = Data(term.bytes)
            self.term.boost = boost
        case .terms(let field, let terms, let boost):
            self.terms.field = field
            self.terms.terms = terms.map { Data($0.bytes) }
            self.terms.boost = boost
        case .phrase(let field, let terms, let slop, let boost):
            try setPhrase(field, terms, slop, boost)
        case .bool(let bool): try setBool(bool, depth)
        case .disjunctionMax(let queries, let tieBreaker):
            disjunctionMax.queries = try Self.list(queries, depth)
            disjunctionMax.tieBreaker = tieBreaker
        case .blended(let terms, let tieBreaker):
            blended.terms = terms.map { WireTermQuery($0) }
            blended.tieBreaker = tieBreaker
        case .combined(let terms, let boost):
            combined.terms = terms.map { WireTermQuery($0) }
            combined.boost = boost
        case .demoted(let positive, let negative, let factor):
            demoted.positive = try WireQuery(positive, depth: depth + 1)
            demoted.negative = try WireQuery(negative, depth: depth + 1)
            demoted.factor = factor
        case .constantScore(let query, let boost):
            constantScore.query = try WireQuery(query, depth: depth + 1)
            constantScore.boost = boost
        case .range(let field, let lower, let upper, let boost):
            range.field = field
            if let lower { range.lower = WireBound(lower) }
            if let upper { range.upper = WireBound(upper) }
            range.boost = boost
        case .exists(let field, let boost):
            exists.field = field
            exists.boost = boost
        case .ids(let ids, let boost):
            self.ids.ids = ids
            self.ids.boost = boost
        case .prefix(let field, let prefix, let boost):
            self.prefix.field = field
            self.prefix.prefix = Data(prefix)
            self.prefix.boost = boost
        case .pattern(let field, let pattern, let boost):
            self.pattern.field = field
            self.pattern.pattern = try WireTermPattern(pattern)
            self.pattern.boost = boost
        case .expanded(let expansion, let boost):
            self.expanded.expansion = try WireTermExpansion(expansion)
            self.expanded.boost = boost
        case .phrasePrefix(let phrase, let boost):
            phrasePrefix = try WirePhrasePrefixQuery(phrase, boost: boost)
        case .functionScore(let function):
            functionScore = try WireFunctionScoreQuery(function, depth)
        case .covering(let covering):
            self.covering.clauses = try Self.list(covering.clauses, depth)
            self.covering.minimumField = covering.minimumField
        case .match, .multiMatch, .matchPhrase, .queryString, .fuzzy, .rawTerm, .rawTerms,
            .rawRange, .termsSet:
            throw .malformed("a query is not in normal form; QueryAnalyzer makes it so")
        }
    }

    private static var tooDeep: RemoteError {
        .malformed("queries nest deeper than \(MessageCoding.queryDepthLimit)")
    }

    private mutating func setPhrase(
        _ field: String, _ terms: [PhraseTerm], _ slop: Int, _ boost: Float
    ) throws(RemoteError) {
        phrase.field = field
        phrase.terms = terms.map { Data($0.term.bytes) }
        for term in terms {
            phrase.positions.append(try MessageCoding.unsigned(term.position, "a position"))
        }
        phrase.slop = try MessageCoding.unsigned(slop, "slop")
        phrase.boost = boost
    }

    private mutating func setBool(_ query: BooleanQuery, _ depth: Int) throws(RemoteError) {
        bool.must = try Self.list(query.must, depth)
        bool.should = try Self.list(query.should, depth)
        bool.filter = try Self.list(query.filter, depth)
        bool.mustNot = try Self.list(query.mustNot, depth)
        bool.minimumShouldMatch = try MessageCoding.unsigned(
            query.minimumShouldMatch, "minimum_should_match")
    }

    private static func list(
        _ queries: [Query], _ depth: Int
    ) throws(RemoteError) -> [WireQuery] {
        var result: [WireQuery] = []
        result.reserveCapacity(queries.count)
        for query in queries { result.append(try WireQuery(query, depth: depth + 1)) }
        return result
    }
}

extension WireQuery {
    func query(depth: Int = 0) throws(RemoteError) -> Query {
        guard depth < MessageCoding.queryDepthLimit else { throw Self.tooDeep }
        switch node {
        case .matchAll(let boost): return .matchAll(boost: try Self.boost(boost))
        case .matchNone: return .matchNone
        case .term(let term):
            return .term(
                field: term.field, term: Term(Array(term.term)), boost: try Self.boost(term.boost))
        case .terms(let terms):
            return .terms(
                field: terms.field, terms: terms.terms.map { Term(Array($0)) },
                boost: try Self.boost(terms.boost))
        case .phrase(let phrase): return try phrase.query()
        case .bool(let bool): return .bool(try bool.query(depth))
        case .disjunctionMax(let maximum):
            return .disjunctionMax(
                try Self.queries(maximum.queries, depth),
                tieBreaker: try MessageCoding.finite(maximum.tieBreaker, "a tie breaker"))
        case .combined(let combined):
            return .combined(
                try combined.terms.map { (term) throws(RemoteError) in try term.blended() },
                boost: try WireQuery.boost(combined.boost))
        case .blended(let blended):
            return .blended(
                try blended.terms.map { (term) throws(RemoteError) in try term.blended() },
                tieBreaker: try MessageCoding.finite(blended.tieBreaker, "a tie breaker"))
        case .demoted(let demoted):
            guard (0...1).contains(demoted.factor) else {
                throw .malformed("a factor is \(demoted.factor), which is not from 0 to 1")
            }
            return .demoted(
                try demoted.positive.query(depth: depth + 1),
                by: try demoted.negative.query(depth: depth + 1), factor: demoted.factor)
        case .constantScore(let constant):
            return .constantScore(
                try constant.query.query(depth: depth + 1), boost: try Self.boost(constant.boost))
        case .range(let range):
            return .range(
                field: range.field, lower: range.hasLower ? try range.lower.bound() : nil,
                upper: range.hasUpper ? try range.upper.bound() : nil,
                boost: try Self.boost(range.boost))
        case .exists(let exists):
            return .exists(field: exists.field, boost: try Self.boost(exists.boost))
        case .ids(let ids): return .ids(ids.ids, boost: try Self.boost(ids.boost))
        case .prefix(let prefix):
            return .prefix(
                field: prefix.field, prefix: Array(prefix.prefix),
                boost: try Self.boost(prefix.boost))
        case .pattern(let pattern):
            return .pattern(
                field: pattern.field, try pattern.pattern.pattern(),
                boost: try Self.boost(pattern.boost))
        case .expanded(let expanded):
            return .expanded(
                try expanded.expansion.expansion(), boost: try Self.boost(expanded.boost))
        case .phrasePrefix(let phrase):
            return .phrasePrefix(try phrase.query(), boost: try Self.boost(phrase.boost))
        case .functionScore(let function):
            return .functionScore(try function.functionScore(depth))
        case .covering(let covering):
            return .covering(
                CoveringQuery(
                    clauses: try Self.queries(covering.clauses, depth),
                    minimumField: covering.minimumField))
        case nil:
            throw .malformed("a query is of no kind, or of one that is unknown here")
        }
    }

    static func boost(_ value: Float) throws(RemoteError) -> Float {
        try MessageCoding.finite(value, "a boost")
    }

    static func queries(_ wire: [WireQuery], _ depth: Int) throws(RemoteError) -> [Query] {
        var result: [Query] = []
        result.reserveCapacity(wire.count)
        for query in wire { result.append(try query.query(depth: depth + 1)) }
        return result
    }
}

extension WireTermQuery {
    fileprivate init(_ term: BlendedTerm) {
        self.init()
        field = term.field
        self.term = Data(term.term.bytes)
        boost = term.boost
    }

    fileprivate func blended() throws(RemoteError) -> BlendedTerm {
        BlendedTerm(
            field: field, term: Term(Array(term)), boost: try WireQuery.boost(boost))
    }
}

extension WirePhraseQuery {
    /// Farthest position and slop: what a phrase in a field may need, and no sum can overflow.
    static let positionLimit = Int(Int32.max) / 4

    fileprivate func query() throws(RemoteError) -> Query {
        .phrase(
            field: field, terms: try Self.terms(terms, positions),
            slop: try MessageCoding.limited(slop, Self.positionLimit, "slop"),
            boost: try WireQuery.boost(boost))
    }

    static func terms(
        _ terms: [Data], _ positions: [UInt32]
    ) throws(RemoteError) -> [PhraseTerm] {
        guard terms.count == positions.count else {
            throw .malformed("a phrase has \(terms.count) terms and \(positions.count) positions")
        }
        var result: [PhraseTerm] = []
        for (term, position) in zip(terms, positions) {
            result.append(
                PhraseTerm(
                    term: Term(Array(term)),
                    position: try MessageCoding.limited(position, positionLimit, "a position")))
        }
        return result
    }
}

extension WireBooleanQuery {
    fileprivate func query(_ depth: Int) throws(RemoteError) -> BooleanQuery {
        BooleanQuery(
            must: try WireQuery.queries(must, depth), should: try WireQuery.queries(should, depth),
            filter: try WireQuery.queries(filter, depth),
            mustNot: try WireQuery.queries(mustNot, depth),
            minimumShouldMatch: try MessageCoding.limited(
                minimumShouldMatch, Int(Int32.max), "minimum_should_match"))
    }
}

extension WireBound {
    fileprivate init(_ bound: Bound) {
        self.init()
        inclusive = bound.inclusive
        switch bound.value {
        case .integer(let integer): value.integer = integer
        case .real(let real): value.real = real
        case .bytes(let bytes): value.bytes = Data(bytes)
        }
    }

    fileprivate func bound() throws(RemoteError) -> Bound {
        switch value.kind {
        case .integer(let integer): return Bound(.integer(integer), inclusive: inclusive)
        case .real(let real): return Bound(.real(real), inclusive: inclusive)
        case .bytes(let bytes): return Bound(.bytes(Array(bytes)), inclusive: inclusive)
        case nil: throw .malformed("a bound has no value")
        }
    }
}

extension WireValue {
    init(_ key: FacetKey) {
        self.init()
        switch key {
        case .integer(let value): integer = value
        case .real(let value): real = value
        case .bytes(let value): bytes = Data(value)
        }
    }

    func facetKey() throws(RemoteError) -> FacetKey {
        switch kind {
        case .integer(let value): return .integer(value)
        case .real(let value): return .real(value)
        case .bytes(let value): return .bytes(Array(value))
        case nil: throw .malformed("a facet's key has no value")
        }
    }
}
