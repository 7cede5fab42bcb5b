// Builds a schema from mappings and merges more mappings into it, as PUT _mapping does.

extension Schema {
    /// From `{"dynamic":…,"properties":{…}}` and an index's settings, of which only
    /// `mapping.total_fields.limit`, `analysis` and `similarity` are looked at.
    public init(mappings: JSONValue, settings: JSONValue?) throws(SchemaError) {
        self.init()
        if let settings { try read(setting: settings, path: "") }
        try define(analyzers: AnalyzerRegistry.section(of: settings))
        similarities = try Similarities(
            settings: SettingsSection.named(Similarities.sectionName, depth: 3, in: settings))
        try merge(mappings)
    }

    /// Without fields yet, with the analyzers of the settings' `analysis` section, as
    /// `AnalyzerRegistry.section` finds it, and the similarities of their `similarity` section.
    public init(
        analysis: JSONObject, similarity: JSONObject = JSONObject()
    ) throws(SchemaError) {
        self.init()
        try define(analyzers: analysis)
        similarities = try Similarities(settings: similarity)
    }

    /// Takes over the analyzers of the settings' `analysis` section.
    mutating func define(analyzers section: JSONObject) throws(SchemaError) {
        do {
            analyzers = try AnalyzerRegistry(settings: section)
        } catch {
            throw .argument(error.reason)
        }
    }

    /// This schema with more fields. A field keeps its type and parameters; only
    /// `ignore_above`, `search_analyzer` and `similarity` may change.
    public func adding(mappings: JSONValue) throws(SchemaError) -> Schema {
        var grown = self
        try grown.merge(mappings)
        if grown != self { grown.version += 1 }
        return grown
    }

    private mutating func merge(_ mappings: JSONValue) throws(SchemaError) {
        if mappings.isNull { return }
        guard let mappings = mappings.objectValue else {
            throw .parsing("mappings must be an object, got \(mappings.kindName)")
        }
        for (name, value) in mappings {
            switch (name, value) {
            case ("properties", _): try merge(properties: value, prefix: "")
            case ("dynamic", _): dynamic = try Self.dynamic(value)
            case ("date_detection", .bool(let flag)): dateDetection = flag
            case ("numeric_detection", false), ("dynamic_templates", []),
                ("_source", ["enabled": true]), ("_routing", ["required": false]):
                break
            default:
                throw .parsing(
                    "Root mapping definition has unsupported parameters: [\(name) : \(value)];"
                        + " supported: dynamic, date_detection, properties")
            }
        }
    }

    private static func dynamic(_ value: JSONValue) throws(SchemaError) -> DynamicMapping {
        let name = value.stringValue ?? value.boolValue.map { $0 ? "true" : "false" }
        guard let name, let dynamic = DynamicMapping(rawValue: name) else {
            throw .parsing("[dynamic] must be true, false or \"strict\", got \(value)")
        }
        return dynamic
    }

    private mutating func merge(
        properties: JSONValue, prefix: String
    ) throws(SchemaError) {
        guard let properties = properties.objectValue else {
            throw .parsing(
                "Expected map for property [properties] on field [\(prefix.dropLast())] but got"
                    + " \(properties.kindName)")
        }
        for (name, definition) in properties {
            let path = prefix + name
            if let objection = Self.objection(to: path) { throw .parsing(objection) }
            guard let definition = definition.objectValue else {
                throw .parsing(
                    "Expected map for property [properties] on field [\(path)] but got"
                        + " \(definition.kindName)")
            }
            let isObject = definition["type"] == "object"
            if isObject || (definition["type"] == nil && definition["properties"] != nil) {
                try merge(object: definition, path: path)
            } else {
                try merge(field: definition, path: path)
            }
        }
    }

    private mutating func merge(object: JSONObject, path: String) throws(SchemaError) {
        if self[path] != nil {
            throw .argument("can't merge an object mapping [\(path)] with a non object mapping")
        }
        for (name, value) in object {
            switch (name, value) {
            case ("type", _), ("enabled", true): break
            case ("properties", _): try merge(properties: value, prefix: path + ".")
            default:
                throw .parsing(
                    "unknown parameter [\(name)] on mapper [\(path)] of type [object]")
            }
        }
    }

    private mutating func merge(field definition: JSONObject, path: String) throws(SchemaError) {
        try merge(
            FieldDefinition.read(definition, path: path, parent: nil, schema: self))
        guard let copies = definition["fields"] else { return }
        guard let copies = copies.objectValue else {
            throw .parsing("[fields] on mapper [\(path)] must be an object, got \(copies)")
        }
        for (name, definition) in copies {
            let copyPath = path + "." + name
            if name.contains(".") || Self.objection(to: copyPath) != nil {
                throw .parsing(
                    "Field name [\(name)] of a multi field of [\(path)] must be neither empty nor"
                        + " contain a dot")
            }
            guard let definition = definition.objectValue, definition["fields"] == nil else {
                throw .parsing(
                    "the multi field [\(copyPath)] must be an object with a type and without"
                        + " fields of its own")
            }
            try merge(
                FieldDefinition.read(
                    definition, path: copyPath, parent: path, schema: self))
        }
    }

    /// Adds one field or compares it with the one that is there.
    private mutating func merge(_ field: FieldMapping) throws(SchemaError) {
        if isObject(field.path) {
            throw .argument(
                "can't merge a non object mapping [\(field.path)] with an object mapping")
        }
        if field.parent == nil, let above = fieldAbove(field.path) {
            throw .argument(
                "can't add [\(field.path)]: [\(above.path)] is a field of type"
                    + " [\(above.typeName)], not an object")
        }
        guard let ordinal = ordinal(of: field.path) else {
            guard countedFields < fieldLimit else {
                throw .argument(
                    "Limit of total fields [\(fieldLimit)] has been exceeded; raise"
                        + " index.mapping.total_fields.limit or map fewer fields")
            }
            return append(field)
        }
        let known = fields[ordinal]
        try Self.compare(known, with: field)
        fields[ordinal] = field
        // The values that are there have not been indexed again.
        if let collation = known.collation { fields[ordinal].collation = collation }
    }

    private static func compare(
        _ old: FieldMapping, with new: FieldMapping
    ) throws(SchemaError) {
        guard old.typeName == new.typeName else {
            throw .argument(
                "mapper [\(old.path)] cannot be changed from type [\(old.typeName)] to"
                    + " [\(new.typeName)]")
        }
        let path = old.path
        func same(_ name: String, _ old: String, _ new: String) throws(SchemaError) {
            guard old != new else { return }
            throw .argument(
                "Mapper for [\(path)] conflicts with existing mapper: Cannot update parameter"
                    + " [\(name)] from [\(old)] to [\(new)]")
        }
        try same("analyzer", old.analyzer, new.analyzer)
        let isCollated = old.collation != nil
        try same(
            isCollated ? "collation" : "normalizer", old.normalizer ?? "", new.normalizer ?? "")
        try same("null_value", old.nullValue ?? "", new.nullValue ?? "")
        try same("index", "\(old.isIndexed)", "\(new.isIndexed)")
        try same("doc_values", "\(old.hasColumn)", "\(new.hasColumn)")
        try same("format", old.formats.patternList, new.formats.patternList)
        try same("position_increment_gap", "\(old.positionGap)", "\(new.positionGap)")
        try same("completion", "\(old.completion)", "\(new.completion)")
        try same("fields", old.parent ?? "", new.parent ?? "")
    }

    /// Walks the settings, whose keys may be dotted or nested, with or without "index.".
    private mutating func read(
        setting value: JSONValue, path: String
    ) throws(SchemaError) {
        if let object = value.objectValue {
            for (name, value) in object {
                try read(setting: value, path: path.isEmpty ? name : path + "." + name)
            }
            return
        }
        let name = path.hasPrefix("index.") ? String(path.dropFirst(6)) : path
        if name == "mapping.total_fields.limit" {
            let limit = value.integerValue ?? value.stringValue.flatMap { Int64($0) }
            guard let limit, 1...Int64(Int32.max) ~= limit else {
                throw .argument("[\(path)] must be a number above 0, got \(value)")
            }
            fieldLimit = Int(limit)
        }
    }
}
