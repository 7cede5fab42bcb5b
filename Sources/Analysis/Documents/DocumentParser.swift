// Turns the JSON of a document into typed fields, growing the schema where it is dynamic.

/// Parses documents against one schema. Several documents may be parsed with one parser; when
/// one of them grew the schema, the next should be parsed with the grown one.
public struct DocumentParser: Sendable {
    public let schema: Schema

    public init(schema: Schema) {
        self.schema = schema
    }

    /// The fields of a document, which must be a JSON object.
    public func parse(_ source: [UInt8]) throws(DocumentError) -> ParsedDocument {
        let json: JSONValue
        do {
            json = try JSONParser.parse(source)
        } catch {
            throw .parsing("failed to parse document: \(error)")
        }
        return try parse(json)
    }

    /// The fields of a document that is parsed already.
    public func parse(_ document: JSONValue) throws(DocumentError) -> ParsedDocument {
        guard case .object(let object) = document else {
            throw .parsing("a document must be a JSON object, got \(document.kindName)")
        }
        var walk = DocumentWalk(schema: schema)
        walk.fields.reserveCapacity(object.count * 2)
        try walk.object(object, prefix: "")
        guard walk.hasGrown else { return ParsedDocument(fields: walk.fields) }
        walk.schema.version += 1
        return ParsedDocument(fields: walk.fields, schema: walk.schema)
    }
}

/// The state of one document's parse.
private struct DocumentWalk {
    var schema: Schema
    var fields: [ParsedField] = []
    var hasGrown = false

    mutating func object(_ object: JSONObject, prefix: String) throws(DocumentError) {
        for member in object.members {
            try value(member.value, path: prefix.isEmpty ? member.key : prefix + member.key)
        }
    }

    mutating func value(_ value: JSONValue, path: String) throws(DocumentError) {
        switch value {
        case .null:
            // Some fields have a value that stands for it.
            if let ordinal = schema.ordinal(of: path) { try add(value, to: ordinal) }
        case .array(let elements):
            for element in elements { try self.value(element, path: path) }
        case .object(let object):
            if let ordinal = schema.ordinal(of: path), schema.fields[ordinal].type == .completion {
                let found = try schema.fields[ordinal].completions(object, schema.analyzers)
                fields += found.map { ParsedField(ordinal: ordinal, value: $0) }
                return
            }
            if let field = schema[path] {
                throw .parsing(
                    "failed to parse field [\(path)] of type [\(field.typeName)]: it is"
                        + " mapped as a concrete value, got an object")
            }
            if object.isEmpty { return }
            try checkName(path)
            try self.object(object, prefix: path + ".")
        default:
            if let ordinal = schema.ordinal(of: path) {
                try add(value, to: ordinal)
            } else {
                try addUnmapped(value, path: path)
            }
        }
    }

    /// Adds a value and its copies in multi-fields.
    private mutating func add(_ value: JSONValue, to ordinal: Int) throws(DocumentError) {
        if let parsed = try schema.fields[ordinal].parse(value, schema.analyzers) {
            fields.append(ParsedField(ordinal: ordinal, value: parsed))
        }
        for copy in schema.multiFields(of: ordinal) { try add(value, to: copy) }
    }

    private mutating func addUnmapped(
        _ value: JSONValue, path: String
    ) throws(DocumentError) {
        try checkName(path)
        if schema.isObject(path) {
            throw .parsing(
                "object mapping for [\(path)] tried to parse field [\(path)] as object, but"
                    + " found a concrete value")
        }
        if let above = schema.fieldAbove(path) {
            throw .parsing(
                "cannot add [\(path)]: [\(above.path)] is a field of type"
                    + " [\(above.typeName)], not an object")
        }
        switch schema.dynamic {
        case .no:
            return
        case .strict:
            throw DocumentError(
                type: "strict_dynamic_mapping_exception",
                reason: "mapping set to strict, dynamic introduction of [\(path)] within [_doc]"
                    + " is not allowed; add it with PUT _mapping")
        case .yes:
            let new = DynamicField.mappings(for: value, path: path, schema: schema)
            guard schema.countedFields + new.count <= schema.fieldLimit else {
                return try addOverflow(value, path: path)
            }
            for field in new { schema.append(field) }
            hasGrown = true
            try add(value, to: schema.fields.count - new.count)
        }
    }

    /// Keeps a value searchable although there is no room for its field.
    private mutating func addOverflow(
        _ value: JSONValue, path: String
    ) throws(DocumentError) {
        if schema.ordinal(of: Schema.overflowPath) == nil {
            for field in DynamicField.overflow(schema) { schema.append(field) }
            hasGrown = true
        }
        guard let text = value.plainText,
            let textOrdinal = schema.ordinal(of: Schema.overflowPath),
            let keywordOrdinal = schema.ordinal(of: Schema.overflowKeywordPath)
        else { return }
        fields.append(ParsedField(ordinal: textOrdinal, value: .text(text)))
        let keyword = JSONValue.string("\(path)=\(text)")
        if let parsed = try schema.fields[keywordOrdinal].parse(keyword, schema.analyzers) {
            fields.append(ParsedField(ordinal: keywordOrdinal, value: parsed))
        }
    }

    private func checkName(_ path: String) throws(DocumentError) {
        if let objection = Schema.objection(to: path) { throw .parsing(objection) }
    }
}

extension DocumentError {
    static func parsing(_ reason: String) -> DocumentError {
        DocumentError(type: "mapper_parsing_exception", reason: reason)
    }
}
