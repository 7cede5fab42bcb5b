// Arbitrary requests and answers from a seed, for round trips.

import Analysis
import Queries
import Storage

@testable import Cluster

struct RandomMessages {
    let random: SeededRandom

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    func int(_ range: Range<Int>) -> Int { random.next(in: range) }
    func flag() -> Bool { random.next(below: 2) == 0 }

    func integer() -> Int64 {
        switch int(0..<5) {
        case 0: .min
        case 1: .max
        case 2: 0
        default: Int64(truncatingIfNeeded: random.next())
        }
    }

    func count() -> Int64 { Int64(random.next(below: UInt64(Int64.max))) }

    func real() -> Double {
        [0, -0.0, .infinity, -.infinity, 1.5, -1e300, .leastNonzeroMagnitude][int(0..<7)]
    }

    func boost() -> Float { [0, 1, 2.5, -1, .greatestFiniteMagnitude][int(0..<5)] }

    func text() -> String {
        ["", "title", "e\u{301}", "\u{E9}", "\u{1F332}\u{0}x", "a.b.keyword"][int(0..<6)]
    }

    func bytes() -> [UInt8] { (0..<int(0..<12)).map { _ in UInt8(int(0..<256)) } }
    func term() -> Term { Term(bytes()) }
    func list<T>(_ limit: Int = 4, _ make: () -> T) -> [T] {
        (0..<int(0..<limit)).map { _ in make() }
    }
    func maybe<T>(_ make: () -> T) -> T? { flag() ? make() : nil }
    func duration() -> Duration { .nanoseconds(count()) }
    func shard() -> Int { int(0..<MessageCoding.shardLimit) }

    func query(_ depth: Int = 0) -> Query {
        switch int(0..<(depth < 5 ? 19 : 12)) {
        case 0: .matchAll(boost: boost())
        case 1: .matchNone
        case 2: .term(field: text(), term: term(), boost: boost())
        case 3: .terms(field: text(), terms: list { term() }, boost: boost())
        case 4:
            .phrase(
                field: text(),
                terms: list { PhraseTerm(term: term(), position: int(0..<1_000_000)) },
                slop: int(0..<100), boost: boost())
        case 5:
            .range(
                field: text(), lower: maybe { bound() }, upper: maybe { bound() }, boost: boost())
        case 6: .exists(field: text(), boost: boost())
        case 7:
            flag()
                ? .ids(list { text() }, boost: boost())
                : .prefix(field: text(), prefix: bytes(), boost: boost())
        case 8: .pattern(field: text(), pattern(), boost: boost())
        case 9: .expanded(expansion(), boost: boost())
        case 10:
            .phrasePrefix(
                PhrasePrefixQuery(
                    field: text(),
                    terms: list { PhraseTerm(term: term(), position: int(0..<1_000_000)) },
                    last: expansion(), lastPosition: int(0..<1_000_000), slop: int(0..<100)),
                boost: boost())
        case 11:
            flag()
                ? .blended(
                    list { BlendedTerm(field: text(), term: term(), boost: boost()) },
                    tieBreaker: boost())
                : .combined(
                    list { BlendedTerm(field: text(), term: term(), boost: boost()) },
                    boost: boost())
        case 12:
            .demoted(query(depth + 1), by: query(depth + 1), factor: [0, 0.25, 1][int(0..<3)])
        case 13: .disjunctionMax(list { query(depth + 1) }, tieBreaker: boost())
        case 14: .constantScore(query(depth + 1), boost: boost())
        case 15: .functionScore(functionScore(depth))
        case 16:
            .covering(CoveringQuery(clauses: list { query(depth + 1) }, minimumField: text()))
        default:
            .bool(
                BooleanQuery(
                    must: list { query(depth + 1) }, should: list { query(depth + 1) },
                    filter: list(2) { query(depth + 1) }, mustNot: list(2) { query(depth + 1) },
                    minimumShouldMatch: int(0..<4)))
        }
    }

    func finite() -> Double { [0, -0.0, 1.5, -1e300, .leastNonzeroMagnitude][int(0..<5)] }

    func functionScore(_ depth: Int) -> FunctionScoreQuery {
        FunctionScoreQuery(
            query: query(depth + 1),
            functions: list {
                ScoreFunction(
                    functionKind(), filter: maybe { query(depth + 1) }, weight: boost())
            }, scoreMode: pick(FunctionScoreQuery.ScoreMode.allCases),
            boostMode: pick(FunctionScoreQuery.BoostMode.allCases), maximumBoost: boost(),
            minimumScore: maybe { boost() })
    }

    private func functionKind() -> ScoreFunction.Kind {
        switch int(0..<4) {
        case 0: .constant
        case 1:
            .fieldValue(
                FieldValueFunction(
                    field: text(), factor: boost(),
                    modifier: pick(FieldValueFunction.Modifier.allCases),
                    missing: maybe { finite() }))
        case 2: .random(seed: integer())
        default:
            .decay(
                DecayFunction(
                    field: text(), shape: pick(DecayFunction.Shape.allCases), origin: finite(),
                    scale: finite(), offset: finite(), decay: finite(),
                    valueMode: pick(DecayFunction.ValueMode.allCases)))
        }
    }

    func pick<Choice>(_ choices: [Choice]) -> Choice { choices[int(0..<choices.count)] }

    func rescore() -> Rescore {
        Rescore(
            query: query(), windowSize: int(0..<10_001), queryWeight: boost(),
            rescoreQueryWeight: boost(), scoreMode: pick(Rescore.ScoreMode.allCases))
    }

    func pattern() -> TermPattern {
        switch int(0..<3) {
        case 0: .wildcard(text(), ignoresCase: flag())
        case 1:
            .regexp(text(), RegexpOperators(rawValue: UInt8(int(0..<32))), ignoresCase: flag())
        default:
            .fuzzy(
                FuzzyWord(
                    word: term(), distance: int(0..<3), prefixLength: int(0..<100),
                    transpositions: flag()))
        }
    }

    func expansion() -> TermExpansion {
        TermExpansion(
            field: text(), pattern: pattern(), limit: int(0..<1_000),
            correctsUpTo: flag() ? Int64(int(0..<1_000)) : nil)
    }

    func bound() -> Bound {
        let value: RangeValue =
            [.integer(integer()), .real(real()), .bytes(bytes())][int(0..<3)]
        return Bound(value, inclusive: flag())
    }

    func facetKey() -> FacetKey {
        [.integer(integer()), .real(1.5), .bytes(bytes())][int(0..<3)]
    }

    func aggregation() -> NamedAggregation {
        if flag() {
            return NamedAggregation(
                name: text(),
                aggregation: .terms(
                    TermsAggregation(
                        field: text(), size: int(0..<100), order: .keyDescending,
                        minimumDocumentCount: count(), missing: maybe { facetKey() })))
        }
        return NamedAggregation(
            name: text(),
            aggregation: .range(
                RangeAggregation(
                    field: text(),
                    ranges: list {
                        FacetRange(
                            key: maybe { text() }, from: maybe { real() }, to: maybe { real() },
                            fromText: maybe { text() }, toText: maybe { text() })
                    }, keyed: flag(), isDate: flag(), format: maybe { text() })))
    }

    func shardQuery() -> ShardQuery {
        var result = ShardQuery(
            query: query(), postFilter: maybe { query() }, count: int(0..<10_001),
            sort: list {
                SortClause(
                    field: [.score, .document, .field(text())][int(0..<3)], descending: flag(),
                    missingFirst: flag(),
                    unmappedType: maybe {
                        FieldType.allCases[int(0..<FieldType.allCases.count)]
                    })
            }, trackTotalHits: [.upTo(int(0..<1_000_000)), .exactly, .none][int(0..<3)],
            trackScores: flag(), aggregations: list { aggregation() },
            minimumScore: maybe { boost() }, rescores: list { rescore() })
        result.suggested.expansions = Set(list { expansion() })
        result.suggested.terms = Set(list(9) { TermKey(field: text(), term: term()) })
        result.suggested.fields = Set(list { text() })
        result.suggested.beginnings = list {
            CompletionBeginning(
                field: text(), form: bytes(),
                fuzzy: maybe {
                    FuzzyWord(
                        word: term(), distance: int(0..<3), prefixLength: int(0..<100),
                        transpositions: flag())
                }, size: int(0..<1_001), skipsDuplicates: flag())
        }
        return result
    }

    func statistics() -> CollectionStatistics {
        var result = CollectionStatistics()
        for _ in 0..<int(0..<3) {
            result.fields[text()] = FieldCounts(
                documentCount: count(), totalTermFrequency: count())
        }
        for _ in 0..<int(0..<6) {
            result.terms[TermKey(field: text(), term: term())] = count()
        }
        for _ in 0..<int(0..<3) {
            result.expansions[expansion()] = ExpandedTerms(
                list(9) {
                    ExpandedTerm(term: term(), edits: int(0..<3), documentFrequency: count() / 16)
                })
        }
        return result
    }

    func address() -> HitAddress {
        HitAddress(shard: shard(), segment: int(0..<1000), document: UInt32(int(0..<1 << 30)))
    }

    func sortValue() -> SortValue {
        [.score(boost()), .integer(integer()), .real(real()), .bytes(bytes()), .missing][
            int(0..<5)]
    }

    func topHits() -> TopHits {
        var facets: [String: FacetPartial] = [:]
        for _ in 0..<int(0..<3) {
            var counts: [FacetKey: Int64] = [:]
            for _ in 0..<int(0..<5) { counts[facetKey()] = count() }
            facets[text()] = flag() ? .terms(counts) : .ranges(list { count() })
        }
        let hasScores = flag()
        let sortValueCount = int(0..<4)
        let (rescorers, rescored) = (int(0..<3), int(0..<20))
        var hits = list(20) {
            Hit(
                score: hasScores ? boost() : nil,
                sortValues: (0..<sortValueCount).map { _ in sortValue() },
                tieKey: random.next(), address: address())
        }
        for place in hits.indices.prefix(rescored) {
            hits[place].secondScores = (0..<rescorers).map { _ in maybe { boost() } }
        }
        return TopHits(
            hits: hits, total: maybe { TotalHits(value: count(), isLowerBound: flag()) },
            maximumScore: maybe { boost() }, facets: facets)
    }

    func fetchSpecification() -> FetchSpecification {
        let highlight = HighlightRequest(
            fields: list {
                var field = HighlightField(
                    name: text(), fragmentSize: int(0..<1000),
                    fragmentCount: int(0..<1000), preTags: list { text() },
                    postTags: list { text() }, noMatchSize: int(0..<100))
                field.requireFieldMatch = flag()
                field.orderByScore = flag()
                field.boundary = pick(HighlightField.Boundary.allCases)
                field.locale = text()
                field.boundaryScan = int(0..<1000)
                field.matchedFields = list { text() }
                field.query = maybe { query() }
                return field
            }, escapesHTML: flag())
        let filters: [SourceFilter] = [
            .all, .none,
            .paths(includes: list { text() }, excludes: list { text() }),
        ]
        return FetchSpecification(
            source: filters[int(0..<3)], highlight: maybe { highlight }, query: query(),
            version: flag(), sequenceNumber: flag(), explainedWith: maybe { statistics() },
            reranking: maybe { reranking() })
    }

    func reranking() -> Reranking {
        Reranking(
            fields: list { Reranking.Field(path: text(), boost: boost()) },
            words: list { Reranking.Word(stem: term(), singular: term()) },
            statistics: maybe { statistics() })
    }

    func evidence() -> Evidence {
        let stems = list { UInt32(truncatingIfNeeded: random.next()) }
        return Evidence(score: boost(), stems: stems, weights: stems.map { _ in boost() })
    }

    func explanation(depth: Int = 2) -> Explanation {
        Explanation(
            boost(), text(), depth == 0 ? [] : list(3) { explanation(depth: depth - 1) })
    }

    func fetchedDocument() -> FetchedDocument {
        FetchedDocument(
            id: bytes(), source: maybe { bytes() },
            highlights: list {
                HighlightedField(field: text(), fragments: list { text() })
            }, version: count(), sequenceNumber: integer(), primaryTerm: integer(),
            explanation: maybe { explanation() }, evidence: maybe { evidence() })
    }

    func slots() -> [Int: Int64] {
        var result: [Int: Int64] = [:]
        for _ in 0..<int(0..<5) { result[shard()] = integer() }
        return result
    }

    func failures() -> [ShardFailure] {
        list {
            ShardFailure(
                index: text(), shard: shard(), node: maybe { text() }, type: text(), reason: text())
        }
    }

    func operation() -> DocumentOperation {
        DocumentOperation(
            action: DocumentAction.allCases[int(0..<4)], id: "i" + text(), source: bytes(),
            docAsUpsert: flag(), upsert: maybe { bytes() }, detectNoop: flag(),
            ifSequenceNumber: maybe { integer() }, ifPrimaryTerm: maybe { integer() },
            externalVersion: maybe { integer() }, externalGTE: flag(), routing: maybe { text() })
    }

    func outcome() -> DocumentOutcome {
        DocumentOutcome(
            id: text(), result: maybe { DocumentResult.allCases[int(0..<5)] }, version: integer(),
            sequenceNumber: integer(), primaryTerm: integer(), slot: integer(),
            error: maybe { DocumentFailure(type: text(), reason: text(), status: 409) })
    }
}
