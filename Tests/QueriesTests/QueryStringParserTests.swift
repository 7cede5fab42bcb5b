// Lucene's syntax: structure, and errors with their column.

import Testing

@testable import Queries

private func tree(_ node: QueryStringNode?) -> String {
    switch node {
    case nil: return "nothing"
    case .words(let words, let field)?:
        return (field.map { $0 + ":" } ?? "") + words.joined(separator: "_")
    case .phrase(let text, let field, let slop)?:
        return (field.map { $0 + ":" } ?? "") + "'\(text)'" + (slop.map { "~\($0)" } ?? "")
    case .prefix(let text, let field)?: return (field.map { $0 + ":" } ?? "") + text + "*"
    case .wildcard(let text, let field)?: return (field.map { $0 + ":" } ?? "") + "w'\(text)'"
    case .regexp(let text, let field)?: return (field.map { $0 + ":" } ?? "") + "/\(text)/"
    case .fuzzy(let text, let field, let edits)?:
        return (field.map { $0 + ":" } ?? "") + text + "~" + (edits.map { "\($0)" } ?? "")
    case .range(let lower, let upper, let field)?:
        let start = lower.map { ($0.inclusive ? "[" : "{") + ($0.value.stringValue ?? "?") } ?? "["
        let end = upper.map { ($0.value.stringValue ?? "?") + ($0.inclusive ? "]" : "}") } ?? "]"
        return (field.map { $0 + ":" } ?? "") + start + ".." + end
    case .exists(let field)?: return "exists(\(field))"
    case .matchAll?: return "all"
    case .boosted(let inner, let boost)?: return tree(inner) + "^\(boost)"
    case .clauses(let clauses)?:
        let parts = clauses.map { clause in
            switch clause.occurrence {
            case .must: "+" + tree(clause.node)
            case .should: tree(clause.node)
            case .mustNot: "-" + tree(clause.node)
            }
        }
        return "(" + parts.joined(separator: " ") + ")"
    }
}

private func read(_ text: String, _ defaultOperator: TextOperator = .or) -> String {
    do {
        return tree(try QueryStringParser.parse(text, defaultOperator: defaultOperator))
    } catch {
        return error.reason
    }
}

@Suite struct QueryStringParserTests {
    @Test(arguments: [
        ("", "nothing"), ("  ", "nothing"),
        ("ants", "ants"),
        ("red ants", "red_ants"),
        ("a b AND c", "(a +b +c)"),
        ("a AND b OR c", "(+a +b c)"),
        ("a OR b AND c", "(a +b +c)"),
        ("a && b || c", "(+a +b c)"),
        ("NOT a", "(-a)"), ("!a b", "(-a b)"),
        ("+a -b c d", "(+a -b c_d)"),
        ("a AND NOT b", "(+a -b)"),
        ("title:red ants", "(title:red ants)"),
        ("title:(red ants)", "title:red_ants"),
        ("title:(a tag:b)^3 c", "((title:a tag:b)^3.0 c)"),
        ("\"red ants\"~2^3", "'red ants'~2^3.0"),
        ("\"a \\\" b\"", "'a \" b'"),
        ("a^2.5", "a^2.5"),
        ("an*", "an*"), ("title:an*^2", "title:an*^2.0"),
        ("an\\*", "an*"),
        ("f?o", "w'f?o'"), ("*foo b", "(w'*foo' b)"), ("t:f*o^2", "t:w'f*o'^2.0"), ("**", "all"),
        ("f**?", "w'f?*'"), ("a\\*b*c", "w'a\\*b*c'"), ("?", "w'?'"),
        ("/a.b/", "/a.b/"), ("t:/a\\/b\\d/ c", "(t:/a/b\\d/ c)"),
        ("foo~2", "foo~2"), ("a foo~ b", "(a foo~ b)"), ("t:foo~1^3", "t:foo~1^3.0"),
        ("a\\:b", "a:b"), ("a\\ b", "a b"),
        ("[a TO b]", "[a..b]"), ("y:{1 TO *]", "y:{1..]"), ("y:[* TO \"x y\"}", "y:[..x y}"),
        ("y:[2020\\-01 TO 3]", "y:[2020-01..3]"),
        ("y:>3", "y:{3..]"), ("y:<=3", "y:[..3]"), ("y:>= 3", "y:[3..]"),
        ("_exists_:a", "exists(a)"), ("a:*", "exists(a)"), ("*:*", "all"), ("*", "all"),
        ("rock - paper", "rock_-_paper"), ("a ! b", "a_!_b"),
        ("wi-fi a+b", "wi-fi_a+b"),
        ("and or not", "and_or_not"),
        ("\\AND", "AND"),
        ("日本 語", "日本_語"),
    ])
    func reads(_ text: String, _ expected: String) {
        #expect(read(text) == expected)
    }

    @Test(arguments: [
        ("a b", "a_b"), ("a b OR c", "(+a b c)"), ("a +b", "(+a +b)"), ("a -b", "(+a -b)"),
        ("a OR b", "(a b)"), ("a AND b OR c", "(+a b c)"), ("a (b OR c)", "(+a +(b c))"),
    ])
    func readsWithAnd(_ text: String, _ expected: String) {
        #expect(read(text, .and) == expected)
    }

    @Test(arguments: [
        ("(a", "the parenthesis is not closed, at column 1"),
        ("a)", "[)] closes nothing, at column 2"),
        ("\"a", "the quotation is not closed, at column 1"),
        ("a AND", "a clause is missing, at column 6"),
        ("AND a", "an operator needs a clause before it, at column 1"),
        ("a OR OR b", "a word, phrase, range or parenthesis is missing, at column 6"),
        ("title:", "a clause is missing, at column 7"),
        ("日本 [1", "the range is not closed with ] or }, at column 4"),
        ("[1 2]", "a range is written [LOWER TO UPPER], with * for an open end, at column 1"),
        ("a]", "[]] closes nothing; write \\] for the character, at column 2"),
        (
            "foo~3",
            "a word may have 0, 1 or 2 edits (ant~1); write \\~ for the character, at column 4"
        ),
        ("foo~0.8", "a whole number must follow [~], at column 4"),
        (
            "/a.b",
            "the regular expression is not closed with [/]; write \\/ for the character, at "
                + "column 1"
        ),
        (
            "a /b(/",
            "the regular expression cannot be used: an expression is missing; write () for the "
                + "empty text, at column 6"
        ),
        ("a^", "a number must follow [^], at column 2"),
        ("a\\", "nothing follows the backslash, at column 2"),
        ("()", "a clause is missing, at column 2"),
        ("_exists_:", "a field's name must follow [_exists_:], at column 10"),
    ])
    func refuses(_ text: String, _ expected: String) {
        #expect(read(text) == "Failed to parse query string: " + expected)
    }

    @Test func limitsDepthAndNumber() {
        let deep = String(repeating: "(", count: 2000) + "a" + String(repeating: ")", count: 2000)
        #expect(read(deep).contains("nested more than 50 deep"))
        let many = Array(repeating: "a^2", count: 1100).joined(separator: " ")
        #expect(read(many).contains("more than 1024 clauses"))
        #expect(read(String(repeating: "a", count: 70_000)).contains("[70000] bytes"))
    }

    /// Words are read without tokens; a tab at the end, which means nothing, has them read with.
    @Test(arguments: [TextOperator.or, .and])
    func wordsAreReadAlikeEitherWay(_ defaultOperator: TextOperator) {
        var random = SeededGenerator(seed: 5)
        let parts = ["a", "Zz9", "0", "AND", "OR", "NOT", "and", " ", "  ", "AN", "é", "-b"]
        for _ in 0..<3_000 {
            let text = (0...random.below(6)).map { _ in parts[random.below(parts.count)] }
                .joined(separator: random.chance(3) ? "" : " ")
            let (short, long) = (read(text, defaultOperator), read(text + "\t", defaultOperator))
            // The end of the text is another column.
            let isFault = short.hasPrefix("Failed")
            #expect(
                short.prefix { !isFault || $0 != "," } == long.prefix { !isFault || $0 != "," },
                "\(text)")
        }
    }
}
