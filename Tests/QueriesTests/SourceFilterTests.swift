// Which parts of a source are returned.

import Analysis
import Testing

@testable import Queries

private let document = """
    {"a":{"b":1,"c":{"d":[1,{"e":2,"f":3}]}},"ab":5,"x.y":6,"n":null,"list":[{"a":1},{"z":2}]}
    """

private func filtered(_ includes: [String], _ excludes: [String] = []) throws -> String {
    let filter = SourceFilter.paths(includes: includes, excludes: excludes)
    return String(decoding: try filter.apply(Array(document.utf8)) ?? [], as: UTF8.self)
}

@Suite struct SourceFilterTests {
    @Test(arguments: [
        (["a.b"], [], #"{"a":{"b":1}}"#),
        (["a"], ["a.c"], #"{"a":{"b":1}}"#),
        (["a.c.d.e"], [], #"{"a":{"c":{"d":[{"e":2}]}}}"#),
        (["a*"], [], #"{"a":{"b":1,"c":{"d":[1,{"e":2,"f":3}]}},"ab":5}"#),
        (["*.e"], [], #"{"a":{"c":{"d":[{"e":2}]}}}"#),
        (["x.y"], [], #"{"x.y":6}"#),
        (["n"], [], #"{"n":null}"#),
        (["list.a"], [], #"{"list":[{"a":1}]}"#),
        (["nowhere"], [], "{}"),
        ([], ["a", "list", "n"], #"{"ab":5,"x.y":6}"#),
        ([], ["*.f", "list", "x*"], #"{"a":{"b":1,"c":{"d":[1,{"e":2}]}},"ab":5,"n":null}"#),
        (["a"], ["*"], "{}"),
    ])
    func filters(_ includes: [String], _ excludes: [String], _ expected: String) throws {
        let result = try filtered(includes, excludes)
        #expect(result == expected)
    }

    @Test func allIsUntouchedAndNoneIsNil() throws {
        let odd = Array("{ \"a\" : 1.50 }".utf8)
        #expect(try SourceFilter.all.apply(odd) == odd)
        #expect(try SourceFilter.none.apply(odd) == nil)
    }

    /// The oracle: the definition, by recursion.
    private func matches(_ pattern: Substring, _ text: Substring) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == "*" {
            return matches(pattern.dropFirst(), text)
                || (!text.isEmpty && matches(pattern, text.dropFirst()))
        }
        return text.first == first && matches(pattern.dropFirst(), text.dropFirst())
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func patternsMatchAsDefined(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<5000 {
            let pattern = String((0..<random.below(6)).map { _ in Array("ab*.")[random.below(4)] })
            let text = String((0..<random.below(7)).map { _ in Array("ab.")[random.below(3)] })
            #expect(
                PathPattern(pattern).matches(text) == matches(pattern[...], text[...]),
                "seed \(seed): \(pattern) on \(text)")
        }
    }

    @Test func longPatternsStayCheap() {
        let pattern = PathPattern(String(repeating: "*a", count: 200) + "b")
        #expect(!pattern.matches(String(repeating: "a", count: 2000)))
    }
}
