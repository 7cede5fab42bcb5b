// Turns a query into the body of a search request: a text with a hole, filled without parsing.

import ArgumentParser

enum QuerySyntax: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// Lucene's syntax, as search-benchmark-game writes its queries.
    case queryString = "query_string"
    /// Plain words.
    case match
}

/// A request body with `{{query}}` where the query's text goes, escaped as JSON needs it.
struct RequestTemplate: Sendable {
    static let placeholder = "{{query}}"

    /// The pieces around the places; at least two.
    private let pieces: [[UInt8]]

    /// - Throws: `LoadError` when the placeholder is missing.
    init(_ text: String) throws {
        let parts = text.split(separator: Self.placeholder, omittingEmptySubsequences: false)
        guard parts.count > 1 else {
            throw LoadError("the body template has no \(Self.placeholder) in it")
        }
        pieces = parts.map { Array($0.utf8) }
    }

    /// The body for plain searches of `size` hits in one field or, without one, in all.
    init(syntax: QuerySyntax, field: String?, size: Int) throws {
        var name: [UInt8] = []
        JSONText.appendString(field ?? "", to: &name)
        let fieldName = String(decoding: name, as: UTF8.self)
        let text = "\"query\":\"\(Self.placeholder)\""
        let clause =
            switch (syntax, field) {
            case (.queryString, nil): "{\"query_string\":{\(text)}}"
            case (.queryString, _): "{\"query_string\":{\(text),\"default_field\":\(fieldName)}}"
            case (.match, nil): "{\"multi_match\":{\(text)}}"
            case (.match, _): "{\"match\":{\(fieldName):{\(text)}}}"
            }
        try self.init("{\"query\":\(clause),\"size\":\(size)}")
    }

    func body(for query: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(pieces.reduce(0) { $0 + $1.count } + query.utf8.count + 16)
        for (index, piece) in pieces.enumerated() {
            if index > 0 { JSONText.appendEscaped(query.utf8, to: &bytes) }
            bytes.append(contentsOf: piece)
        }
        return bytes
    }
}
