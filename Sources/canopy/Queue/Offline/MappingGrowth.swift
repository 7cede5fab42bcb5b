// Which mapping documents make: one after another, and put together of what parts of them make by
// themselves.

import Analysis

/// A mapping that grows document by document.
struct MappingGrowth: Sendable {
    private var parser: DocumentParser

    init(_ schema: Schema) { parser = DocumentParser(schema: schema) }

    var schema: Schema { parser.schema }

    /// A document that the mapping refuses brings no fields.
    mutating func take(_ source: [UInt8]) {
        guard schema.dynamic == .yes else { return }
        if let grown = try? parser.parse(source).schema { parser = DocumentParser(schema: grown) }
    }
}

/// The mapping of a sequence of chunks, as if their documents had come one after another.
///
/// What a chunk makes of the mapping at the beginning is what it makes of any other, as long as the
/// fields it brings are unknown there or known as the same. Where they are not, its documents are
/// read again, after those before them.
struct MappingFold: Sendable {
    private let base: Schema
    private(set) var schema: Schema

    /// - Parameter base: The mapping that the index begins with.
    init(base: Schema) { (self.base, schema) = (base, base) }

    /// Adds the next chunk by the mapping that it makes of `base`.
    /// - Returns: false when its documents must be read again.
    mutating func take(_ grown: Schema) -> Bool {
        // Beyond the limit of fields every document before counts.
        if grown[Schema.overflowPath] != nil, base[Schema.overflowPath] == nil { return false }
        for field in grown.fields {
            if let known = schema[field.path], known != field { return false }
            if schema[field.path] == nil, schema.isObject(field.path) { return false }
        }
        guard let sum = try? schema.adding(growth: grown) else { return false }
        schema = sum
        return true
    }

    /// Adds the next chunk by its documents, in their order.
    mutating func read(_ documents: [PartDocument]) {
        var growth = MappingGrowth(schema)
        for document in documents { growth.take(document.source) }
        schema = growth.schema
    }
}
