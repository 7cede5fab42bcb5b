// function_score, terms_set and rescore: what they accept, how they refuse, and what they become.

import Analysis
import Testing

@testable import Queries

/// 2026-01-15T12:00:00Z
private let now: Int64 = 1_768_478_400_000

private func analyzer() throws -> QueryAnalyzer {
    let mappings = """
        {"properties":{"title":{"type":"text"},"tag":{"type":"keyword"},"year":{"type":"integer"},
         "price":{"type":"double"},"day":{"type":"date"},"live":{"type":"boolean"},
         "bare":{"type":"long","doc_values":false}}}
        """
    let schema = try Schema(mappings: JSONParser.parse(Array(mappings.utf8)), settings: nil)
    return QueryAnalyzer(schema: schema, nowMilliseconds: now)
}

private func normal(_ text: String) -> String {
    do {
        let analyzer = try analyzer()
        let form = try analyzer.normalForm(try parse(text))
        #expect(try analyzer.normalForm(form) == form, "normalising \(text) twice differs")
        return outline(form)
    } catch {
        return "\(error)"
    }
}

private func score(_ body: String) -> String { "{'function_score':{\(body)}}" }

@Suite struct FunctionQueryTests {
    @Test(arguments: [
        ("'weight':2", "score(all; multiply multiply; 1^2.0)"),
        (
            "'query':{'term':{'a':1}},'boost':3,'field_value_factor':{'field':'n'}",
            "score(a=1^3.0; multiply multiply; none n*1.0)"
        ),
        (
            "'functions':[{'filter':{'term':{'a':1}},'weight':2},"
                + "{'field_value_factor':{'field':'n','factor':1.5,'modifier':'log1p',"
                + "'missing':'3'}},"
                + "{'random_score':{'seed':7,'field':'_seq_no'},'weight':0.5}],"
                + "'score_mode':'sum','boost_mode':'replace','max_boost':9,'min_score':0.25",
            "score(all; sum replace to 9.0 from 0.25; 1^2.0 if a=1; log1p n*1.5 or 3.0; "
                + "random 7^0.5)"
        ),
        ("'random_score':{}", "score(all; multiply multiply; random any)"),
        (
            "'random_score':{'seed':'pine'}",
            "score(all; multiply multiply; random "
                + "\(Int64(bitPattern: DocumentRouting.hash(Array("pine".utf8)))))"
        ),
        (
            "'gauss':{'day':{'origin':'2020-01-01','scale':'10d','offset':'1d','decay':0.3},"
                + "'multi_value_mode':'AVG'}",
            "score(all; multiply multiply; gauss avg day \"2020-01-01\",\"10d\",\"1d\" 0.3)"
        ),
        ("'exp':{'n':{'scale':2}}", "score(all; multiply multiply; exp min n -,2,- 0.5)"),
        ("'query':{'match_none':{}}", "score(none; multiply multiply)"),
        ("'boost_mode':'sum','max_boost':1", "score(all; multiply multiply)"),
        (
            "'weight':1,'script_score':{'script':'1'}",
            "[illegal_argument_exception] [script_score] of [function_score] query is not "
                + "supported: no scripts are run here; use one of [field_value_factor, "
                + "random_score, gauss, linear, exp], or index what the script computes"
        ),
        (
            "'functions':[{'script_score':{}}]",
            "[illegal_argument_exception] [script_score] of a function of [function_score] query "
                + "is not supported: no scripts are run here; use one of [field_value_factor, "
                + "random_score, gauss, linear, exp], or index what the script computes"
        ),
        (
            "'weight':1,'functions':[]",
            "[parsing_exception] [function_score] query takes [functions] or one function beside "
                + "[query], not both"
        ),
        (
            "'functions':[{'filter':{'match_all':{}}}]",
            "[parsing_exception] a function of [function_score] query needs [weight] or one of "
                + "[field_value_factor, random_score, gauss, linear, exp]"
        ),
        (
            "'random_score':{},'exp':{'n':{'origin':1,'scale':2}}",
            "[parsing_exception] [function_score] query takes only one of [field_value_factor, "
                + "random_score, gauss, linear, exp]"
        ),
        (
            "'weight':-1",
            "[illegal_argument_exception] [weight] of [function_score] query must not be "
                + "negative; got [-1.0]"
        ),
        (
            "'weight':1,'score_mode':'median'",
            "[parsing_exception] [score_mode] of [function_score] query must be one of "
                + "[multiply, sum, avg, first, max, min]; got \"median\""
        ),
        (
            "'linear':{'n':{'origin':1,'scale':2,'decay':1}}",
            "[illegal_argument_exception] [decay] of [linear] of field [n] must be between 0 and "
                + "1; got [1.0]"
        ),
        (
            "'linear':{'n':{'origin':1}}",
            "[parsing_exception] [linear] of field [n] needs [scale]"
        ),
        (
            "'linear':{'n':{'scale':1},'m':{'scale':1}}",
            "[parsing_exception] [linear] needs one field with [origin] and [scale]; got fields "
                + "[n, m]"
        ),
        (
            "'random_score':{'seed':1,'field':'n'}",
            "[illegal_argument_exception] [field] of [random_score] can only be [_id] or "
                + "[_seq_no]; got [n]"
        ),
    ])
    func reads(_ body: String, _ expected: String) {
        #expect(parsed(score(body)) == expected)
    }

    @Test(arguments: [
        ("'query':{'match':{'title':'Red'}}", "title:red"),
        ("'weight':2,'query':{'match':{'nowhere':'Red'}}", "none"),
        (
            "'query':{'match':{'title':'Red'}},'functions':[{'weight':2,'filter':"
                + "{'constant_score':{'filter':{'term':{'tag':'a'}},'boost':5}}},"
                + "{'weight':3,'filter':{'match_all':{'boost':9}}}]",
            "score(title:red; multiply multiply; 1^2.0 if tag:a; 1^3.0)"
        ),
        ("'random_score':{}", "score(all; multiply multiply; random 1768478400000)"),
        (
            "'gauss':{'day':{'scale':'10d','offset':'36h'}}",
            "score(all; multiply multiply; "
                + "gauss min day 1768478400000.0,864000000.0,129600000.0 0.5)"
        ),
        (
            "'exp':{'day':{'origin':'2026-01-01','scale':'500ms'}}",
            "score(all; multiply multiply; exp min day 1767225600000.0,500.0,0.0 0.5)"
        ),
        (
            "'linear':{'price':{'origin':'9.5','scale':2}}",
            "score(all; multiply multiply; linear min price 9.5,2.0,0.0 0.5)"
        ),
        (
            "'field_value_factor':{'field':'live'}",
            "score(all; multiply multiply; none live*1.0)"
        ),
        (
            "'field_value_factor':{'field':'nowhere','missing':2}",
            "score(all; multiply multiply; none nowhere*1.0 or 2.0)"
        ),
        (
            "'field_value_factor':{'field':'nowhere'}",
            "[query_shard_exception] Unable to find a field mapper for field [nowhere] of "
                + "[field_value_factor]"
        ),
        (
            "'field_value_factor':{'field':'tag'}",
            "[query_shard_exception] field [tag] is mapped as keyword, which "
                + "[field_value_factor] cannot compute with; use a field of numbers or dates"
        ),
        (
            "'field_value_factor':{'field':'bare'}",
            "[query_shard_exception] field [bare] of [field_value_factor] is read through "
                + "doc_values, which its mapping turns off"
        ),
        (
            "'gauss':{'year':{'scale':2}}",
            "[query_shard_exception] [gauss] of field [year] needs [origin], a number"
        ),
        (
            "'gauss':{'year':{'origin':2000,'scale':0}}",
            "[query_shard_exception] [gauss] of field [year] needs a [scale] above 0 and an "
                + "[offset] not below; got [0.0] and [0.0]"
        ),
        (
            "'gauss':{'day':{'scale':10}}",
            "[query_shard_exception] failed to create query: field [day] is mapped as date and "
                + "takes a time with a unit, such as 10d or 90m; got 10"
        ),
    ])
    func becomes(_ body: String, _ expected: String) {
        #expect(normal(score(body)) == expected)
    }

    @Test func filtersKeepOnlyWhatSelectsByScore() {
        let function = "'query':{'match':{'title':'Red'}},'weight':2"
        #expect(normal("{'bool':{'filter':\(score(function))}}") == "bool(filter: [title:red])")
        #expect(
            normal("{'bool':{'filter':\(score(function + ",'min_score':3"))}}")
                == "bool(filter: [score(title:red; multiply multiply from 3.0; 1^2.0)])")
    }

    @Test func statisticsAreNeededWhereScoresSelect() throws {
        func needed(_ body: String) throws -> [String] {
            let query = try analyzer().resolve(try searched(body))
            #expect(query.needsStatistics == !query.scoringOccurrences.isEmpty)
            return query.scoringOccurrences.map { $0.term?.text ?? "?" }
        }
        let red = "'query':{'match':{'title':'red'}}"
        let selecting = score(red + ",'weight':2,'min_score':1")
        #expect(try needed("{'query':\(selecting),'sort':'year'}") == ["red"])
        #expect(try needed("{'query':{'bool':{'filter':\(selecting)}}}") == ["red"])
        #expect(try needed("{'post_filter':\(selecting)}") == ["red"])
        #expect(try needed("{'query':\(score(red + ",'weight':2")),'sort':'year'}").isEmpty)
        #expect(
            try needed("{'query':\(score(red + ",'weight':2,'boost_mode':'replace'"))}").isEmpty)
        #expect(
            try needed(
                "{'rescore':{'query':{'rescore_query':{'match':{'title':'ant'}}}}}") == ["ant"])
        #expect(
            try needed(
                "{'size':0,'rescore':{'query':{'rescore_query':{'match':{'title':'ant'}}}}}"
            ).isEmpty)
    }

    @Test func functionScoresCountAsManyClauses() throws {
        let one = score("'weight':2")
        func many(_ count: Int) -> String {
            "{'bool':{'must':[\(Array(repeating: one, count: count).joined(separator: ","))]}}"
        }
        #expect(normal(many(16)).hasPrefix("bool("))
        #expect(normal(many(17)).contains("the query has [1088] clauses after analysis"))
    }

    @Test func filtersOfFunctionsMayNestAsQueriesDo() {
        let deep =
            String(repeating: "{'function_score':{'functions':[{'weight':1,'filter':", count: 49)
            + "{'match_all':{}}" + String(repeating: "}]}}", count: 49)
        #expect(refusal("{'query':\(deep)}") == "accepted")
    }

    // MARK: terms_set

    @Test(arguments: [
        (
            "'terms':['b','a','b'],'minimum_should_match_field':'year','boost':2",
            "cover by year: [tag:a^2.0, tag:b^2.0]"
        ),
        ("'terms':[],'minimum_should_match_field':'year'", "none"),
        (
            "'terms':['a'],'minimum_should_match_field':'price'",
            "[query_shard_exception] field [price] is mapped as double, which "
                + "[minimum_should_match_field] cannot compute with; use a field of whole numbers"
        ),
        (
            "'terms':['a'],'minimum_should_match_field':'nowhere'",
            "[query_shard_exception] Unable to find a field mapper for field [nowhere] of "
                + "[minimum_should_match_field]"
        ),
        (
            "'terms':['a']",
            "[parsing_exception] [terms_set] query for field [tag] needs "
                + "[minimum_should_match_field]"
        ),
        (
            "'terms':'a','minimum_should_match_field':'year'",
            "[parsing_exception] [terms_set] query for field [tag] needs an array of [terms]"
        ),
        (
            "'terms':['a'],'minimum_should_match_script':{}",
            "[illegal_argument_exception] [minimum_should_match_script] of [terms_set] query for "
                + "field [tag] is not supported: no scripts are run here; use "
                + "[minimum_should_match_field]"
        ),
    ])
    func termsSets(_ body: String, _ expected: String) {
        #expect(normal("{'terms_set':{'tag':{\(body)}}}") == expected)
    }

    // MARK: rescore

    @Test func readsRescorers() throws {
        let query = "'rescore_query':{'term':{'tag':'a'}}"
        #expect(
            try searched("{'rescore':{'query':{\(query)}}}").rescores
                == [Rescore(query: .rawTerm(field: "tag", value: "a", boost: 1))])
        let several = try searched(
            "{'from':3,'rescore':[{'window_size':'50','query':{\(query),'query_weight':0.5,"
                + "'rescore_query_weight':2,'score_mode':'MAX'}},{'query':{\(query)}}]}")
        #expect(several.rescores.count == 2)
        #expect(several.rescores[0].windowSize == 50 && several.rescores[0].scoreMode == .max)
        #expect(several.rescores[0].queryWeight == 0.5)
        #expect(several.rescores[0].rescoreQueryWeight == 2)
        let resolved = try analyzer().resolve(several)
        #expect(resolved.count == 50 && resolved.rescoredCount == 50)
        #expect(outline(resolved.rescores[1].query) == "tag:a")
    }

    @Test(arguments: [
        ("{'window_size':0,'query':{'rescore_query':{'match_all':{}}}}", "from 1 to 10000"),
        ("{'window_size':10001,'query':{'rescore_query':{'match_all':{}}}}", "from 1 to 10000"),
        ("{'query':{}}", "[query] of [rescore] needs [rescore_query]"),
        ("{'window_size':5}", "[rescore] needs [query]"),
        (
            "{'query':{'rescore_query':{'match_all':{}},'score_mode':'sum'}}",
            "must be one of [total"
        ),
    ])
    func refusesRescorers(_ rescore: String, _ reason: String) {
        #expect(refusal("{'rescore':\(rescore)}").contains(reason))
    }

    @Test func sortsAreNotRescored() throws {
        let rescore = "'rescore':{'query':{'rescore_query':{'match_all':{}}}}"
        #expect(
            refusal("{'sort':'year',\(rescore)}")
                .contains("Cannot use [sort] option in conjunction with [rescore]."))
        #expect(refusal("{'sort':'_score',\(rescore)}") == "accepted")
    }
}

@Suite struct RescoringTests {
    private func hit(_ key: UInt64, _ score: Float, _ seconds: [Float?] = []) -> Hit {
        Hit(
            score: score, tieKey: key, address: HitAddress(shard: 0, segment: 0, document: 0),
            secondScores: seconds)
    }

    @Test(arguments: [
        (Rescore.ScoreMode.total, 4.5 as Float), (.multiply, 4.5), (.avg, 2.25), (.max, 3),
        (.min, 1.5),
    ])
    func combines(_ mode: Rescore.ScoreMode, _ wanted: Float) {
        // 6 × 0.5 and 1 × 1.5.
        let rescore = Rescore(
            query: .matchNone, queryWeight: 0.5, rescoreQueryWeight: 1.5, scoreMode: mode)
        let hits = Rescore.apply([rescore], to: [hit(1, 6, [1]), hit(2, 4, [nil])])
        #expect(hits.map(\.tieKey) == (wanted < 2 ? [2, 1] : [1, 2]))
        #expect(hits.first { $0.tieKey == 1 }?.score == wanted)
        #expect(hits.first { $0.tieKey == 2 }?.score == 2)
    }

    @Test func whatIsBehindTheWindowStaysBehind() {
        let hits = [hit(1, 9, [1]), hit(2, 8, [5]), hit(3, 7), hit(4, 6)]
        let found = Rescore.apply(
            [Rescore(query: .matchNone, windowSize: 2, queryWeight: 0.1)], to: hits)
        #expect(found.map(\.tieKey) == [2, 1, 3, 4])
        #expect(found.map(\.score) == [5.8, 1.9, 0.7, 0.6].map { Float($0) })
    }

    @Test func theNextRescorerTakesTheNewOrder() {
        let hits = [hit(1, 3, [nil, 9]), hit(2, 2, [4, 1]), hit(3, 1, [nil, 7])]
        let rescores = [
            Rescore(query: .matchNone, windowSize: 3), Rescore(query: .matchNone, windowSize: 1),
        ]
        // First 2 comes to the top with 6; then only it is looked at.
        let found = Rescore.apply(rescores, to: hits)
        #expect(found.map(\.tieKey) == [2, 1, 3])
        #expect(found.map(\.score) == [7, 3, 1])
    }

    @Test func equalScoresComeByTheTieKeyThenAsBefore() {
        let hits = [hit(5, 3, [0, nil]), hit(2, 2, [1, nil]), hit(2, 1, [2, nil])]
        var found = Rescore.apply([Rescore(query: .matchNone)], to: hits)
        #expect(found.map(\.tieKey) == [2, 2, 5])
        #expect(found.map { $0.secondScores[0] } == [1, 2, 0])
        found = Rescore.apply([Rescore(query: .matchNone)], to: [])
        #expect(found.isEmpty)
    }
}
