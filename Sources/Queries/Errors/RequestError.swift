// What is wrong with a request, or why it could not be answered: the one error type that travels
// from the parsers to the caller, in OpenSearch's words.

/// A refusal that is the caller's to read: a type from OpenSearch's vocabulary, a reason that says
/// what was found, where, and what would be accepted, and the HTTP status that goes with it.
public struct RequestError: Error, Sendable, Hashable, CustomStringConvertible {
    /// `parsing_exception`, `illegal_argument_exception`, `index_not_found_exception`, …
    public let type: String
    public let reason: String
    /// The HTTP status: 400, 404, 409, 429, 503.
    public let status: Int
    /// The index the error is about, if one.
    public var index: String?
    /// Position in the request's text, counted from 1, where known.
    public var line: Int?
    public var column: Int?

    public init(
        type: String, reason: String, status: Int = 400, index: String? = nil, line: Int? = nil,
        column: Int? = nil
    ) {
        self.type = type
        self.reason = reason
        self.status = status
        self.index = index
        self.line = line
        self.column = column
    }

    public var description: String { "[\(type)] \(reason)" }

    /// The request's structure is wrong: an unknown key, a value of the wrong kind.
    public static func parsing(_ reason: String) -> RequestError {
        RequestError(type: "parsing_exception", reason: reason)
    }

    /// The request is well formed but asks for something impossible.
    public static func illegalArgument(_ reason: String) -> RequestError {
        RequestError(type: "illegal_argument_exception", reason: reason)
    }

    /// A query cannot be built for the fields it names.
    public static func queryShard(_ reason: String) -> RequestError {
        RequestError(type: "query_shard_exception", reason: reason)
    }

    public static func aliasesNotFound(_ aliases: [String]) -> RequestError {
        RequestError(
            type: "aliases_not_found_exception",
            reason: "aliases [\(aliases.joined(separator: ","))] missing", status: 404)
    }

    public static func indexNotFound(_ index: String) -> RequestError {
        RequestError(
            type: "index_not_found_exception", reason: "no such index [\(index)]", status: 404,
            index: index)
    }
}
