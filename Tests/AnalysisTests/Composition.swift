// Analyzers from settings, and what they make of texts, for tests.

import Testing

@testable import Analysis

/// One analyzer named "a" whose settings are given as JSON: the whole analysis section, or only
/// tokenizer and filters.
struct Composed {
    let analyzer: Analyzer

    init(section: String) throws {
        let json = try JSONParser.parse(Array(section.utf8))
        let registry = try AnalyzerRegistry(settings: try #require(json.objectValue))
        analyzer = try #require(registry.makeAnalyzer(named: "a"))
    }

    /// - Parameters:
    ///   - filters: JSON objects or names, each a token filter.
    ///   - tokenizer: JSON object or name.
    init(_ filters: String..., tokenizer: String = #""whitespace""#, chars: String = "[]") throws {
        func component(_ text: String) throws -> JSONValue {
            try JSONParser.parse(Array((text.first == "{" ? text : "\"\(text)\"").utf8))
        }
        var own = JSONObject()
        var names: [JSONValue] = []
        for (number, filter) in filters.enumerated() {
            let value = try component(filter)
            if value.objectValue == nil {
                names.append(value)
            } else {
                own["f\(number)"] = value
                names.append(.string("f\(number)"))
            }
        }
        let isNamed = tokenizer.first == "\""
        let plain = try JSONParser.parse(Array(tokenizer.utf8))
        var section: JSONObject = JSONObject()
        section["filter"] = .object(own)
        if !isNamed { section["tokenizer"] = .object(JSONObject([(key: "t", value: plain)])) }
        var charFilters = JSONObject()
        var charNames: [JSONValue] = []
        let list = try JSONParser.parse(Array(chars.utf8)).arrayValue ?? []
        for (number, value) in list.enumerated() {
            charFilters["c\(number)"] = value
            charNames.append(.string("c\(number)"))
        }
        section["char_filter"] = .object(charFilters)
        section["analyzer"] = [
            "a": [
                "tokenizer": isNamed ? plain : "t", "filter": .array(names),
                "char_filter": .array(charNames),
            ]
        ]
        analyzer = try #require(
            AnalyzerRegistry(settings: section).makeAnalyzer(named: "a"))
    }

    func tokens(_ text: String) -> Tokens {
        var batch = TokenBatch()
        analyzer.analyze(text, into: &batch)
        return Tokens(batch)
    }

    /// The terms apart by spaces.
    func terms(_ text: String) -> String { tokens(text).texts.joined(separator: " ") }
}

/// The terms of a built-in analyzer apart by spaces.
func preset(_ name: String, _ text: String) throws -> String {
    let analyzer = try #require(AnalyzerRegistry.builtIn.makeAnalyzer(named: name))
    return analyzer.terms(of: text).map(\.term.text).joined(separator: " ")
}
