// Random queries in normal form over the fields of `RandomCorpus`.

import Analysis
import Queries

struct RandomQueries {
    var random: SeededGenerator
    let words: Int

    init(seed: UInt64, words: Int) {
        random = SeededGenerator(seed: seed)
        self.words = words
    }

    private mutating func boost() -> Float { random.pick([1, 1, 1, 2, 0.5, 1.3, 0]) }

    private mutating func word() -> Term { Term(RandomCorpus.word(random.skewed(words))) }

    mutating func term() -> Query {
        switch random.below(6) {
        case 0: .term(field: "tag", term: Term("t\(random.skewed(15))"), boost: boost())
        case 1: .term(field: "title", term: word(), boost: boost())
        default: .term(field: "body", term: word(), boost: boost())
        }
    }

    mutating func phrase() -> Query {
        let length = 2 + random.below(2)
        var position = random.below(3)
        var terms: [PhraseTerm] = []
        for _ in 0..<length {
            terms.append(
                PhraseTerm(term: Term(RandomCorpus.word(random.below(4))), position: position))
            position += random.chance(15) ? 2 : 1
        }
        return .phrase(
            field: "body", terms: terms, slop: random.chance(60) ? 0 : 1 + random.below(5),
            boost: boost())
    }

    /// Words like `w12`, so that edits and wildcards meet many.
    mutating func pattern() -> TermPattern {
        if random.chance(50) {
            return .wildcard(
                random.pick(["w*1", "?1*", "*", "w?", "*2*", "T?", "w1*", "x*"]),
                ignoresCase: random.chance(30))
        }
        return .regexp(
            random.pick(["w[1-3]+", "~(w1)", "w(1|2).*", "w<5-12>", "(w.)&~(.5)", "T\\d"]),
            .all, ignoresCase: random.chance(30))
    }

    private mutating func fuzzy() -> TermPattern {
        let word = RandomCorpus.word(random.below(words))
        return .fuzzy(
            FuzzyWord(
                word: Term(random.chance(20) ? word + "1" : word),
                distance: 1 + random.below(2), prefixLength: random.below(3),
                transpositions: random.chance(50)))
    }

    mutating func blended() -> Query {
        let word = word()
        var terms = [
            BlendedTerm(field: "body", term: word, boost: boost()),
            BlendedTerm(field: "title", term: word, boost: boost()),
        ]
        if random.chance(40) {
            terms.append(
                BlendedTerm(field: "tag", term: Term("t\(random.skewed(15))"), boost: boost()))
        }
        if random.chance(50) { return .combined(terms, boost: boost()) }
        return .blended(terms, tieBreaker: random.pick([0, 0.3, 1]))
    }

    private mutating func expansion() -> TermExpansion {
        let field = random.pick(["body", "body", "title", "tag"])
        let limit = random.pick([1, 2, 3, 10, 50])
        guard random.chance(70) else {
            return TermExpansion(field: field, pattern: pattern(), limit: limit)
        }
        let known = random.chance(30) ? Int64(random.pick([0, 2, 20])) : nil
        return TermExpansion(field: field, pattern: fuzzy(), limit: limit, correctsUpTo: known)
    }

    /// Terms that only the whole collection tells.
    mutating func expanded() -> Query {
        guard random.chance(40) else { return .expanded(expansion(), boost: boost()) }
        var last = expansion()
        last.field = "body"
        return .phrasePrefix(
            PhrasePrefixQuery(
                field: "body",
                terms: [PhraseTerm(term: Term(RandomCorpus.word(random.below(4))), position: 0)],
                last: last, lastPosition: 1 + random.below(2),
                slop: random.chance(60) ? 0 : 1 + random.below(3)), boost: boost())
    }

    mutating func filter() -> Query {
        switch random.below(10) {
        case 9: return functionScore(term(), minimum: Float(random.below(40)) / 8)
        case 7:
            return .pattern(field: random.pick(["body", "tag"]), pattern(), boost: boost())
        case 8: return expanded()
        case 0:
            let low = 1988 + random.below(30)
            return .range(
                field: "year", lower: Bound(.integer(Int64(low)), inclusive: random.chance(50)),
                upper: random.chance(70)
                    ? Bound(.integer(Int64(low + random.below(12))), inclusive: random.chance(50))
                    : nil, boost: boost())
        case 1:
            return .range(
                field: "price",
                lower: random.chance(50)
                    ? Bound(.real(Double(random.below(200)) / 8 - 10), inclusive: random.chance(50))
                    : nil,
                upper: Bound(.real(Double(random.below(200)) / 8), inclusive: random.chance(50)),
                boost: boost())
        case 2:
            return .range(
                field: "tag",
                lower: Bound(
                    .bytes(Array("t\(random.below(9))".utf8)), inclusive: random.chance(50)),
                upper: Bound(
                    .bytes(Array("t\(random.below(20))".utf8)), inclusive: random.chance(50)),
                boost: boost())
        case 3:
            return .exists(
                field: random.pick(["body", "title", "tag", "year", "price", "flag"]),
                boost: boost())
        case 4:
            return .ids(
                (0..<random.below(9)).map { _ in "doc-\(random.below(400))" }, boost: boost())
        case 5:
            return .prefix(
                field: random.pick(["body", "tag"]),
                prefix: Array(random.pick(["w1", "t1", "w", "x", "w2"]).utf8), boost: boost())
        default:
            let terms = Set((0..<1 + random.below(4)).map { _ in word() })
            return .terms(field: "body", terms: terms.sorted(), boost: boost())
        }
    }

    mutating func covering() -> Query {
        var clauses = (0..<1 + random.below(5)).map { _ in term() }
        if random.chance(30) { clauses.append(phrase()) }
        return .covering(CoveringQuery(clauses: clauses, minimumField: "need"))
    }

    mutating func functionScore(_ inner: Query, minimum: Float? = nil) -> Query {
        var minimum = minimum
        if minimum == nil, random.chance(25) { minimum = Float(random.below(60)) / 16 }
        return .functionScore(
            FunctionScoreQuery(
                query: inner, functions: (0..<random.below(4)).map { _ in function() },
                scoreMode: random.pick(FunctionScoreQuery.ScoreMode.allCases),
                boostMode: random.pick(FunctionScoreQuery.BoostMode.allCases),
                maximumBoost: random.pick([FunctionScoreQuery.unlimitedBoost, 1.5, 40]),
                minimumScore: minimum))
    }

    private mutating func function() -> ScoreFunction {
        let kind: ScoreFunction.Kind
        switch random.below(4) {
        case 0: kind = .constant
        case 1:
            kind = .fieldValue(
                FieldValueFunction(
                    field: random.pick(["year", "price", "flag", "body", "nowhere"]),
                    factor: random.pick([1, 0.5, -2, 1.3]),
                    modifier: random.pick(FieldValueFunction.Modifier.allCases),
                    missing: random.chance(50) ? Double(random.below(9)) / 4 : nil))
        case 2: kind = .random(seed: Int64(random.below(5)))
        default:
            kind = .decay(
                DecayFunction(
                    field: random.pick(["year", "price"]),
                    shape: random.pick(DecayFunction.Shape.allCases),
                    origin: random.pick([2_000, 1_995.5, 3, -1]),
                    scale: random.pick([1, 2.5, 10]), offset: random.pick([0, 0, 1.5, 4]),
                    decay: random.pick([0.5, 0.33, 0.9]),
                    valueMode: random.pick(DecayFunction.ValueMode.allCases)))
        }
        return ScoreFunction(
            kind, filter: random.chance(40) ? random.chance(50) ? term() : filter() : nil,
            weight: random.pick([1, 1, 2.5, 0, 0.3]))
    }

    mutating func query(depth: Int = 3) -> Query {
        switch random.below(depth > 0 ? 21 : 8) {
        case 18, 19: return functionScore(query(depth: depth - 1))
        case 20: return covering()
        case 16: return blended()
        case 17:
            return .demoted(
                query(depth: depth - 1), by: query(depth: depth - 1),
                factor: random.pick([0, 0.3, 0.5, 1]))
        case 0...3: return term()
        case 4: return phrase()
        case 5: return filter()
        case 6: return random.chance(80) ? term() : .matchAll(boost: boost())
        case 7: return random.chance(70) ? expanded() : random.chance(50) ? term() : .matchNone
        case 8: return union()
        case 9: return intersection()
        case 10:
            return .disjunctionMax(
                clauses(1 + random.below(3), depth), tieBreaker: random.pick([0, 0.3, 0.7, 1]))
        case 11: return .constantScore(query(depth: depth - 1), boost: boost())
        default: return boolean(depth)
        }
    }

    /// Any of some terms, the shape that is pruned.
    mutating func union() -> Query {
        .bool(
            BooleanQuery(
                should: (0..<2 + random.below(4)).map { _ in term() },
                filter: [], mustNot: random.chance(20) ? [filter()] : [], minimumShouldMatch: 1))
    }

    /// All of some terms and phrases, with optional terms and filters.
    mutating func intersection() -> Query {
        .bool(
            BooleanQuery(
                must: (0..<1 + random.below(3)).map { _ in random.chance(85) ? term() : phrase() },
                should: random.chance(40) ? (0..<1 + random.below(2)).map { _ in term() } : [],
                filter: random.chance(30) ? [filter()] : [],
                mustNot: random.chance(20) ? [term()] : []))
    }

    /// Any shape without the documents that have some terms.
    mutating func negated() -> Query {
        var bool = BooleanQuery(mustNot: (0..<1 + random.below(3)).map { _ in term() })
        if random.chance(20) { bool.mustNot.append(random.chance(50) ? phrase() : filter()) }
        switch random.below(7) {
        case 0, 1: bool.must = [term()]
        case 2: bool.must = [phrase()]
        case 3:
            bool.must = [term(), random.chance(70) ? term() : phrase()]
            if random.chance(50) { bool.should = [term()] }
        case 4: bool.filter = (0..<1 + random.below(2)).map { _ in term() }
        default:
            bool.should = (0..<1 + random.below(4)).map { _ in term() }
            bool.minimumShouldMatch = random.chance(70) ? 1 : 1 + random.below(bool.should.count)
        }
        if random.chance(25) { bool.filter.append(random.chance(50) ? term() : filter()) }
        return .bool(bool)
    }

    private mutating func clauses(_ count: Int, _ depth: Int) -> [Query] {
        (0..<count).map { _ in query(depth: depth - 1) }
    }

    private mutating func boolean(_ depth: Int) -> Query {
        let should = clauses(random.below(4), depth)
        return .bool(
            BooleanQuery(
                must: clauses(random.below(3), depth), should: should,
                filter: random.chance(30) ? clauses(1, depth) : [],
                mustNot: random.chance(25) ? clauses(1, depth) : [],
                minimumShouldMatch: should.isEmpty ? 0 : random.below(should.count + 1)))
    }
}
