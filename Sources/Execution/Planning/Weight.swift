// A query with everything in it that does not depend on a segment: weights, bounds, constants.

import Analysis
import Queries

/// What a query's clauses become once the collection's statistics are known.
indirect enum Weight {
    case none
    /// Every document.
    case all(score: Double)
    case term(TermWeight)
    case phrase(PhraseWeight)
    case boolean(BooleanWeight)
    /// Terms of several fields, as one.
    case combined(CombinedWeight)
    case best([Weight], tieBreaker: Float)
    /// The first weight's matches, with a share of their score where the second matches, too.
    case demoted(Weight, by: Weight, factor: Float)
    /// What the inner weight matches, with one score.
    case constant(Weight, score: Double)
    case documents(DocumentFilter, score: Double)
    /// The inner weight's matches, scored by functions.
    case function(FunctionWeight)
    /// As many of the clauses as the document's own value in a field says.
    case covering([Weight], minimumField: String)
}

/// Documents that are chosen by a set and not scored.
enum DocumentFilter {
    case terms(field: String, [Term])
    case prefix(field: String, [UInt8])
    case pattern(field: String, TermAutomaton)
    case range(field: String, lower: Bound?, upper: Bound?)
    case exists(field: String)
    case ids([String])
}

extension Weight {
    /// At least so many live documents of the whole collection match, as its statistics tell.
    var minimumMatches: Int64 {
        switch self {
        case .term(let term): return term.documentFrequency
        case .constant(let inner, _): return inner.minimumMatches
        case .demoted(let positive, _, _): return positive.minimumMatches
        case .function(let function) where function.keepsMatches:
            return function.inner.minimumMatches
        case .combined(let combined):
            return combined.terms.map(\.documentFrequency).max() ?? 0
        case .best(let clauses, _): return clauses.map(\.minimumMatches).max() ?? 0
        case .boolean(let bool):
            guard bool.must.isEmpty, bool.filter.isEmpty, bool.mustNot.isEmpty,
                bool.minimumShouldMatch == 1
            else { return 0 }
            return bool.should.map(\.minimumMatches).max() ?? 0
        default: return 0
        }
    }
}

struct TermWeight {
    /// Place of the term among the distinct terms of the query.
    let number: Int
    let term: TermKey
    /// In how many live documents of the collection the term occurs; 0 when that was not asked.
    let documentFrequency: Int64
    let boost: Float
    let idf: InverseFrequency
    let similarity: FieldSimilarity
    let isScoring: Bool

    var weight: Float { isScoring ? boost * idf.value : 0 }
}

/// Scores by BM25F.
struct CombinedWeight {
    /// One per field, all of one weight.
    let terms: [TermWeight]
    /// How much an occurrence in each term's field counts; not negative.
    let fieldWeights: [Float]

    var weight: Float { terms.first?.weight ?? 0 }
}

struct PhraseWeight {
    struct Part {
        /// Place of the term among the distinct terms of the query.
        let number: Int
        let term: Term
        let offset: Int
        let idf: Float
    }

    let field: String
    let parts: [Part]
    let slop: Int
    let boost: Float
    /// Of its terms together, repeated ones included.
    let idf: Float
    let similarity: FieldSimilarity
    let isScoring: Bool

    var weight: Float { isScoring ? boost * idf : 0 }
}

struct FunctionWeight {
    let inner: Weight
    /// Its inner query and its functions' filters are planned here.
    let query: FunctionScoreQuery
    /// One per function; nil: every document.
    let filters: [Weight?]
    /// Scores are cut at it.
    let limit: Double

    /// Whether it matches what the inner query does.
    var keepsMatches: Bool { query.minimumScore == nil }
}

struct BooleanWeight {
    var must: [Weight] = []
    var should: [Weight] = []
    var filter: [Weight] = []
    var mustNot: [Weight] = []
    /// At most `should.count`; 0: the `should` clauses only score.
    var minimumShouldMatch = 0
}
