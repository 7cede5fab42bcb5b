// Why a mapping is refused.

/// A refused mapping: OpenSearch's exception name and a reason naming the field.
public struct SchemaError: Error, Sendable, Hashable, CustomStringConvertible {
    /// "mapper_parsing_exception" or "illegal_argument_exception".
    public let type: String
    public let reason: String

    public init(type: String, reason: String) {
        self.type = type
        self.reason = reason
    }

    public var description: String { "\(type): \(reason)" }

    static func parsing(_ reason: String) -> SchemaError {
        SchemaError(type: "mapper_parsing_exception", reason: reason)
    }

    static func argument(_ reason: String) -> SchemaError {
        SchemaError(type: "illegal_argument_exception", reason: reason)
    }
}
