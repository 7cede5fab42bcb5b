// Prefix, wildcard, regexp and fuzzy queries and their kin: what they accept, how they refuse, and
// what they become.

import Analysis
import Testing

@testable import Queries

private func normal(_ text: String) -> String {
    let mappings = """
        {"properties":{"title":{"type":"text"},"body":{"type":"text","analyzer":"english"},
         "tag":{"type":"keyword"},"year":{"type":"integer"},
         "secret":{"type":"keyword","index":false}}}
        """
    do {
        let schema = try Schema(mappings: JSONParser.parse(Array(mappings.utf8)), settings: nil)
        let analyzer = QueryAnalyzer(schema: schema, nowMilliseconds: 0)
        let form = try analyzer.normalForm(try parse(text))
        #expect(try analyzer.normalForm(form) == form, "normalising \(text) twice differs")
        return outline(form)
    } catch {
        return "\(error)"
    }
}

private func string(_ text: String, _ more: String = "") -> String {
    normal("{'query_string':{'query':\(JSONValue.string(text))\(more)}}")
}

@Suite struct PatternQueryTests {
    @Test(arguments: [
        ("{'prefix':{'tag':{'value':'Re','case_insensitive':true}}}", "tag:w'Re*'i"),
        ("{'prefix':{'tag':{'value':'1.','case_insensitive':true}}}", "tag:1.*"),
        ("{'prefix':{'tag':{'value':'a*','case_insensitive':true}}}", "tag:w'a\\**'i"),
        ("{'wildcard':{'tag':'r?d*'}}", "tag:w'r?d*'"),
        ("{'wildcard':{'tag':{'value':'r**?d','boost':2}}}", "tag:w'r?*d'^2.0"),
        ("{'wildcard':{'tag':{'wildcard':'Re*','case_insensitive':true}}}", "tag:w'Re*'i"),
        ("{'wildcard':{'tag':'re*'}}", "tag:re*"),
        ("{'wildcard':{'tag':'*'}}", "tag:*"),
        ("{'regexp':{'tag':'r[ae]d'}}", "tag:/r[ae]d/"),
        (
            "{'regexp':{'tag':{'value':'a&b','flags':'interval|COMPLEMENT','case_insensitive':true,"
                + "'max_determinized_states':100,'boost':3}}}",
            "tag:/a&b/18i^3.0"
        ),
        ("{'regexp':{'tag':{'value':'a','flags':'NONE'}}}", "tag:/a/0"),
        ("{'fuzzy':{'tag':'red'}}", "fuzzy(tag \"red\" auto:3,6,0,50)"),
        (
            "{'fuzzy':{'tag':{'value':'red','fuzziness':'AUTO:2,5','prefix_length':1,"
                + "'max_expansions':9,'transpositions':false,'boost':2}}}",
            "fuzzy(tag \"red\" auto:2,5,1,9-^2.0)"
        ),
        (
            "{'match':{'title':{'query':'x y','fuzziness':'1','prefix_length':2,"
                + "'max_expansions':7,'fuzzy_transpositions':false}}}",
            "match(title \"x y\" fuzzy=1,2,7-)"
        ),
        ("{'match':{'title':{'query':'x','fuzziness':2.0}}}", "match(title \"x\" fuzzy=2,0,50)"),
        (
            "{'match':{'title':{'query':'x','fuzziness':2,'fuzzy_max_doc_freq':4}}}",
            "match(title \"x\" fuzzy=2,0,2?4)"
        ),
        (
            "{'match':{'title':{'query':'x','fuzziness':2,'fuzzy_max_doc_freq':0,"
                + "'max_expansions':9}}}", "match(title \"x\" fuzzy=2,0,9?0)"
        ),
        ("{'match_bool_prefix':{'title':'red an'}}", "match(title \"red an\" prefix=yes)"),
        (
            "{'match_bool_prefix':{'title':{'query':'red an','operator':'and','fuzziness':1}}}",
            "match(title \"red an\" operator=and fuzzy=1,0,50 prefix=yes)"
        ),
        ("{'match_phrase_prefix':{'title':'red an'}}", "phrase(title \"red an\" prefix=50)"),
        (
            "{'match_phrase_prefix':{'title':{'query':'red an','slop':1,'max_expansions':3}}}",
            "phrase(title \"red an\" slop=1 prefix=3)"
        ),
        (
            "{'multi_match':{'query':'x','type':'phrase_prefix','slop':2,'max_expansions':5}}",
            "multi( \"x\" phrase_prefix slop=2 terms=5)"
        ),
        (
            "{'multi_match':{'query':'x','type':'bool_prefix','fuzziness':'auto'}}",
            "multi( \"x\" bool_prefix fuzzy=auto:3,6,0,50)"
        ),
        (
            "{'query_string':{'query':'x~','fuzziness':1,'fuzzy_prefix_length':2,"
                + "'fuzzy_max_expansions':3,'fuzzy_transpositions':false}}",
            "string( 'x~' fuzzy=1,2,3-)"
        ),
    ])
    func accepts(_ json: String, _ expected: String) {
        #expect(parsed(json) == expected)
    }

    @Test(arguments: [
        (
            "{'wildcard':{'tag':{'value':'a','wildcard':'b'}}}",
            "[parsing_exception] [wildcard] query for field [tag] takes only one of [value, "
                + "wildcard]"
        ),
        (
            "{'wildcard':{'tag':'a\\\\'}}",
            "[illegal_argument_exception] the pattern of [wildcard] query for field [tag] cannot "
                + "be used: nothing follows the backslash; write \\\\ for the character, at "
                + "character 2"
        ),
        (
            "{'regexp':{'tag':'(a'}}",
            "[illegal_argument_exception] the pattern of [regexp] query for field [tag] cannot be "
                + "used: the parenthesis is not closed, at character 1"
        ),
        (
            "{'regexp':{'tag':'[ab]{1000}{1000}{1000}'}}",
            "[illegal_argument_exception] the pattern of [regexp] query for field [tag] cannot be "
                + "used: the pattern unfolds to more than [10000] states; repeat less, or ask for "
                + "shorter parts"
        ),
        (
            "{'regexp':{'tag':{'value':'a','flags':'SOME'}}}",
            "[parsing_exception] [flags] of [regexp] query for field [tag] must be names out of "
                + "[ALL, NONE, INTERSECTION, COMPLEMENT, EMPTY, ANYSTRING, INTERVAL] with [|] "
                + "between them; got [SOME]"
        ),
        (
            "{'regexp':{'tag':{'value':'a','max_determinized_states':20000}}}",
            "[parsing_exception] [max_determinized_states] of [regexp] query for field [tag] must "
                + "be a whole number from 1 to 10000; got 20000"
        ),
        (
            "{'fuzzy':{'tag':{'value':'a','fuzziness':3}}}",
            "[parsing_exception] [fuzziness] of [fuzzy] query for field [tag] must be [AUTO], "
                + "[AUTO:LOW,HIGH] with LOW up to HIGH, 0, 1 or 2; got 3"
        ),
        (
            "{'fuzzy':{'tag':{'value':'a','fuzzy_max_doc_freq':3}}}",
            "[parsing_exception] [fuzzy] query for field [tag] does not support "
                + "[fuzzy_max_doc_freq]; known are [value, fuzziness, prefix_length, "
                + "max_expansions, transpositions, boost]"
        ),
        (
            "{'match':{'tag':{'query':'a','fuzziness':'AUTO:5,2'}}}",
            "[parsing_exception] [fuzziness] of [match] query for field [tag] must be [AUTO], "
                + "[AUTO:LOW,HIGH] with LOW up to HIGH, 0, 1 or 2; got \"AUTO:5,2\""
        ),
        (
            "{'fuzzy':{'tag':{'value':'a','max_expansions':5000}}}",
            "[parsing_exception] [max_expansions] of [fuzzy] query for field [tag] must be a whole "
                + "number from 1 to 1000; got 5000"
        ),
        (
            "{'multi_match':{'query':'x','type':'phrase','fuzziness':1}}",
            "[illegal_argument_exception] [fuzziness] of [multi_match] query is not allowed for "
                + "[type] [phrase]; use [best_fields], [most_fields] or [bool_prefix]"
        ),
        (
            "{'query_string':{'query':'x','allow_leading_wildcard':false}}",
            "[illegal_argument_exception] [allow_leading_wildcard] of [query_string] query can "
                + "only be true; leave the wildcard out of the text"
        ),
    ])
    func refuses(_ json: String, _ expected: String) {
        #expect(parsed(json) == expected)
    }

    @Test(arguments: [
        ("{'wildcard':{'tag':'red'}}", "tag:{red}"),
        ("{'wildcard':{'tag':'r\\\\*d'}}", "tag:{r*d}"),
        ("{'wildcard':{'nowhere':'r*d'}}", "none"),
        (
            "{'wildcard':{'year':'1*9'}}",
            "[query_shard_exception] Can only use wildcard queries on keyword and text fields - "
                + "not on [year] which is of type [integer]"
        ),
        (
            "{'regexp':{'secret':'a.b'}}",
            "[query_shard_exception] Cannot search on field [secret] since it is not indexed."
        ),
        (
            "{'fuzzy':{'_id':'a'}}",
            "[query_shard_exception] field [_id] cannot be searched by fuzzy"
        ),
        ("{'constant_score':{'filter':{'wildcard':{'tag':'r?'}},'boost':4}}", "tag:w'r?'^4.0"),
        ("{'fuzzy':{'tag':'re'}}", "tag:re"),
        ("{'fuzzy':{'tag':'red'}}", "tag:red~1"),
        ("{'fuzzy':{'tag':{'value':'reddish','max_expansions':9}}}", "tag:reddish~2#9"),
        ("{'fuzzy':{'tag':{'value':'re','fuzziness':2,'prefix_length':9}}}", "tag:re~1,2"),
        ("{'fuzzy':{'tag':{'value':'r','fuzziness':2}}}", "tag:r"),
        (
            "{'match':{'title':{'query':'A red antelope','fuzziness':'AUTO','boost':2}}}",
            "bool(should: [title:a^2.0, title:red~1^2.0, title:antelope~2^2.0], minimum: 1)"
        ),
        ("{'match':{'tag':{'query':'Red','fuzziness':1}}}", "tag:Red~1"),
        (
            "{'match':{'title':{'query':'A red','fuzziness':'AUTO','fuzzy_max_doc_freq':4}}}",
            "bool(should: [title:a, title:red~1#2?4], minimum: 1)"
        ),
        (
            "{'match_bool_prefix':{'title':'red an'}}",
            "bool(should: [title:red, title:an*], minimum: 1)"
        ),
        ("{'match_bool_prefix':{'tag':'red an'}}", "tag:red an*"),
        ("{'match_phrase_prefix':{'title':'red an'}}", "title:\"red@0 title:w'an*'@1\""),
        (
            "{'match_phrase_prefix':{'title':{'query':'an','max_expansions':5,'boost':3}}}",
            "title:w'an*'#5^3.0"
        ),
        ("{'match_phrase_prefix':{'tag':'red an'}}", "tag:red an*"),
        (
            "{'multi_match':{'query':'red an','fields':['title','tag'],'type':'phrase_prefix'}}",
            "max(tag:red an*, title:\"red@0 title:w'an*'@1\")"
        ),
        (
            "{'multi_match':{'query':'red an','fields':['title','tag'],'type':'bool_prefix'}}",
            "bool(should: [title:red, tag:red an*, title:an*], minimum: 1)"
        ),
        (
            "{'bool':{'filter':{'match':{'title':{'query':'red','fuzziness':1,'boost':9}}}}}",
            "bool(filter: [title:red~1])"
        ),
    ])
    func becomes(_ json: String, _ expected: String) {
        #expect(normal(json) == expected, "\(json)")
    }

    @Test(arguments: [
        ("title:Re?D", "title:w're?d'"), ("tag:Re?D", "tag:w'Re?D'"),
        ("title:*ANT", "title:w'*ant'"),
        ("tag:/R.d/^2", "tag:/R.d/^2.0"), ("title:antelop~", "title:antelop~2"),
        ("title:Red~1", "title:red~1"), ("title:red~0", "title:red"), ("tag:Red~1", "tag:Red~1"),
        ("title:a\\*b?", "title:w'a\\*b?'"),
    ])
    func queryStringsBecome(_ text: String, _ expected: String) {
        #expect(string(text) == expected)
    }

    @Test func queryStringsHaveFuzzyOptions() {
        #expect(
            string("title:antelope~", ",'fuzziness':1,'fuzzy_prefix_length':2")
                == "title:antelope~1,2")
    }

    @Test func sumsOfExpansionsStayBounded() {
        let words = (0..<30).map { "word\(100 + $0)" }.joined(separator: " ")
        #expect(
            normal(
                "{'match':{'title':{'query':'\(words)','fuzziness':1,'boost':900,"
                    + "'max_expansions':500}}}"
            ).contains("clauses after analysis"))
        let many = (0..<200).map { "word\(100 + $0)" }.joined(separator: " ")
        #expect(
            normal("{'match':{'title':{'query':'\(many)','fuzziness':1}}}")
                .contains("different wildcards"))
        #expect(normal("{'match':{'title':{'query':'\(words)','fuzziness':1}}}").contains("~1"))
        let long = String(repeating: "a", count: 300)
        #expect(normal("{'fuzzy':{'tag':'\(long)'}}").contains("the most is [256]"))
    }
}
