// Turns the JSON of a document into typed fields, growing the schema where it is dynamic.

public struct DocumentParser: Sendable {
    public let schema: Schema

    public init(schema: Schema) {
        self.schema = schema
    }

    /// The fields of a document, which must be a JSON object.
    public func parse(_ source: [UInt8]) throws(DocumentError) -> ParsedDocument {
        ParsedDocument(fields: [])
    }
}
