// Turns a topic into the body of a search request.

import Analysis
import Foundation

/// A search request in JSON with `{{query}}` where the topic's text goes, and `{{name}}` for
/// parameters that are the same for all topics of a run. Text is escaped as JSON needs it, so that
/// a placeholder may stand inside a string or, for a number, by itself.
struct TopicTemplate: Sendable {
    static let queryName = "query"

    /// What the messages call it.
    private let source: String
    private let pieces: [Piece]

    private enum Piece: Sendable {
        case text([UInt8])
        case query
    }

    /// - Throws: `EvalError` when a placeholder is missing, has no value or is not used, or when
    ///   the whole is no search request.
    init(_ text: String, source: String, parameters: [RunParameter] = []) throws {
        self.source = source
        var values: [String: String] = [:]
        for parameter in parameters { values[parameter.name] = parameter.value }
        var used: Set<String> = []
        var pieces: [Piece] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "{{") {
            pieces.append(.text(Array(rest[..<start.lowerBound].utf8)))
            rest = rest[start.upperBound...]
            guard let end = rest.firstRange(of: "}}"), Self.isName(rest[..<end.lowerBound]) else {
                throw EvalError("\(source): '{{\(rest.prefix(20))…' is no placeholder {{name}}")
            }
            let name = String(rest[..<end.lowerBound])
            rest = rest[end.upperBound...]
            used.insert(name)
            if name == Self.queryName {
                pieces.append(.query)
                continue
            }
            guard let value = values[name] else {
                throw EvalError("\(source): {{\(name)}} has no value; give it with '\(name)=…'")
            }
            var escaped: [UInt8] = []
            JSONText.appendEscaped(value.utf8, to: &escaped)
            pieces.append(.text(escaped))
        }
        pieces.append(.text(Array(rest.utf8)))
        self.pieces = pieces
        guard used.contains(Self.queryName) else {
            throw EvalError(
                "\(source) has no {{\(Self.queryName)}} in it, where the topic's text goes")
        }
        if let unused = parameters.first(where: { !used.contains($0.name) }) {
            throw EvalError(
                "\(source) has no {{\(unused.name)}} for the parameter '\(unused.name)'")
        }
        _ = try body(for: "words", depth: 1)
    }

    /// Any of the words: `match` in one field, else `multi_match` in several or, without names, in
    /// all.
    /// - Parameter fields: names, with a boost as in `title^2` if need be.
    init(fields: [String]) {
        let query = JSONValue.string("{{\(Self.queryName)}}")
        var clause = JSONObject()
        var kind = "multi_match"
        if let field = fields.first, fields.count == 1, !field.contains("^"), !field.contains("*") {
            kind = "match"
            clause[field] = ["query": query]
        } else {
            clause["query"] = query
            if !fields.isEmpty { clause["fields"] = .array(fields.map { .string($0) }) }
        }
        let request = JSONObject([("query", .object(JSONObject([(kind, .object(clause))])))])
        let text = JSONValue.object(request).description
        source = "--fields"
        let parts = text.split(
            separator: "{{\(Self.queryName)}}", maxSplits: .max, omittingEmptySubsequences: false)
        pieces = Array(
            parts.map { [Piece.text(Array($0.utf8))] }.joined(separator: [Piece.query]))
    }

    /// The request for a topic's best `depth` hits, without their documents.
    /// - Throws: `EvalError` when the template is no JSON object, or pages (`from`).
    func body(for text: String, depth: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        for piece in pieces {
            switch piece {
            case .text(let text): bytes += text
            case .query: JSONText.appendEscaped(text.utf8, to: &bytes)
            }
        }
        let json: JSONValue
        do {
            json = try JSONParser.parse(bytes)
        } catch {
            throw EvalError(
                "\(source):\(error.line):\(error.column): \(error.reason); with its placeholders "
                    + "filled the template must be JSON")
        }
        guard case .object(var request) = json else {
            throw EvalError("\(source) must be a JSON object such as {\"query\":{…}}")
        }
        guard request["from"] == nil else {
            throw EvalError("\(source) has a \"from\": rankings are evaluated from their first hit")
        }
        request["size"] = .integer(Int64(depth))
        request["_source"] = false
        request["track_total_hits"] = false
        return JSONValue.object(request).encoded()
    }

    /// Reads `--template`: a body, or the path of a file that holds one.
    static func read(_ argument: String, parameters: [RunParameter]) throws -> TopicTemplate {
        if argument.trimmed.hasPrefix("{") {
            return try TopicTemplate(argument, source: "the template", parameters: parameters)
        }
        guard let data = FileManager.default.contents(atPath: argument) else {
            throw EvalError("cannot read the template \(argument): is there such a file?")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw EvalError("the template \(argument) is not UTF-8")
        }
        return try TopicTemplate(text, source: argument, parameters: parameters)
    }

    private static func isName(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { RunParameter.nameBytes.contains($0) }
    }
}
