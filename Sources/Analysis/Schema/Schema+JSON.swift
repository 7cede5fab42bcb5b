// Prints a schema: as mappings for people and clients, and whole for the metadata store.

extension Schema {
    /// `{"dynamic":…,"properties":{…}}`: objects nested, multi-fields under "fields". The
    /// overflow fields are not shown.
    public func mappingsJSON() -> JSONValue {
        var json = JSONObject()
        json["dynamic"] = .string(dynamic.rawValue)
        if !dateDetection { json["date_detection"] = false }
        let shown = fields.indices.filter {
            fields[$0].parent == nil && fields[$0].path != Self.overflowPath
        }
        json["properties"] = .object(
            properties(shown.map { (fields[$0].path[...], $0) }))
        return .object(json)
    }

    /// Groups fields by the first name of what is left of their paths, in order.
    private func properties(_ fields: [(rest: Substring, ordinal: Int)]) -> JSONObject {
        var order: [Substring] = []
        var groups: [Substring: [(rest: Substring, ordinal: Int)]] = [:]
        for (rest, ordinal) in fields {
            let name = rest.prefix { $0 != "." }
            if groups[name] == nil { order.append(name) }
            groups[name, default: []].append((rest.dropFirst(name.count + 1), ordinal))
        }
        var json = JSONObject()
        for name in order {
            let group = groups[name] ?? []
            if let field = group.first, field.rest.isEmpty {
                json[String(name)] = .object(definition(field.ordinal))
            } else {
                json[String(name)] = ["properties": .object(properties(group))]
            }
        }
        return json
    }

    /// The definition of a field with its multi-fields.
    private func definition(_ ordinal: Int) -> JSONObject {
        var json = FieldDefinition.json(fields[ordinal])
        var copies = JSONObject()
        for copy in multiFields(of: ordinal) {
            let name = fields[copy].path.dropFirst(fields[ordinal].path.count + 1)
            copies[String(name)] = .object(FieldDefinition.json(fields[copy]))
        }
        if !copies.isEmpty { json["fields"] = .object(copies) }
        return json
    }

    /// JSON text of everything: the fields as a list, so that ordinals stay what they are.
    public func encoded() -> [UInt8] {
        var json = JSONObject()
        json["version"] = .integer(version)
        json["dynamic"] = .string(dynamic.rawValue)
        json["date_detection"] = .bool(dateDetection)
        json["field_limit"] = .integer(Int64(fieldLimit))
        json["default_analyzer"] = .string(FieldMapping.defaultAnalyzer)
        if !analyzers.settings.isEmpty { json["analysis"] = .object(analyzers.settings) }
        if !similarities.settings.isEmpty {
            json[Similarities.sectionName] = .object(similarities.settings)
        }
        json["fields"] = .array(
            fields.map { field in
                var entry = JSONObject()
                entry["path"] = .string(field.path)
                if let parent = field.parent { entry["parent"] = .string(parent) }
                entry["definition"] = .object(FieldDefinition.json(field))
                if let collation = field.collation {
                    entry["collation_version"] = .string(collation.version)
                }
                return .object(entry)
            })
        return JSONValue.object(json).encoded()
    }

    /// Reads what `encoded()` wrote; anything else is a `SchemaError`.
    public init(encoded: [UInt8]) throws(SchemaError) {
        self.init()
        let json: JSONValue
        do {
            json = try JSONParser.parse(encoded)
        } catch {
            throw .parsing("stored schema: \(error)")
        }
        guard let version = json["version"]?.integerValue,
            let dynamic = json["dynamic"]?.stringValue.flatMap(DynamicMapping.init(rawValue:)),
            let dateDetection = json["date_detection"]?.boolValue,
            let fieldLimit = json["field_limit"]?.integerValue,
            let fields = json["fields"]?.arrayValue
        else { throw .parsing("stored schema: a member is missing or of the wrong kind") }
        self.version = version
        self.dynamic = dynamic
        self.dateDetection = dateDetection
        self.fieldLimit = Int(fieldLimit)
        try define(analyzers: json["analysis"]?.objectValue ?? JSONObject())
        similarities = try Similarities(
            settings: json[Similarities.sectionName]?.objectValue ?? JSONObject())
        // Schemas from before there was this default meant another one.
        let isEarlier = json["default_analyzer"] == nil
        for field in fields {
            guard let path = field["path"]?.stringValue, ordinal(of: path) == nil,
                var definition = field["definition"]?.objectValue
            else { throw .parsing("stored schema: a field without path or definition") }
            let parent = field["parent"]?.stringValue
            if isEarlier, definition["type"] == "text", definition["analyzer"] == nil {
                definition["analyzer"] = "standard"
            }
            var mapping = try FieldDefinition.read(
                definition, path: path, parent: parent, schema: self)
            if let version = field["collation_version"]?.stringValue {
                mapping.collation?.version = version
            }
            append(mapping)
        }
    }
}
