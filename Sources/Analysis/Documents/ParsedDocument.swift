// A document as the index sees it: typed values of mapped fields.

public enum FieldValue: Sendable, Hashable {
    case text(String)
    case keyword(String)
    /// integer, long, date (milliseconds since 1970) and boolean (0 or 1).
    case integer(Int64)
    /// float (rounded to `Float`) and double; always finite.
    case real(Double)
    /// A `CompletionEntry` as the index has it.
    case completion([UInt8])
}

public struct ParsedField: Sendable, Hashable {
    /// Place in the schema's `fields`.
    public let ordinal: Int
    public let value: FieldValue

    public init(ordinal: Int, value: FieldValue) {
        self.ordinal = ordinal
        self.value = value
    }
}

public struct ParsedDocument: Sendable {
    /// In document order; multi-fields follow the field they copy, the elements of arrays
    /// follow one another, nulls are left out.
    public var fields: [ParsedField]
    /// Set when dynamic mapping grew the schema: ordinals refer to this one then.
    public var schema: Schema?

    public init(fields: [ParsedField], schema: Schema? = nil) {
        self.fields = fields
        self.schema = schema
    }
}

/// Why a document is refused: OpenSearch's exception name and a reason naming field and value.
public struct DocumentError: Error, Sendable, Hashable, CustomStringConvertible {
    public let type: String
    public let reason: String

    public init(type: String, reason: String) {
        self.type = type
        self.reason = reason
    }

    public var description: String { "\(type): \(reason)" }
}
