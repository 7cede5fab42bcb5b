// Reads and prints the definition of one field: {"type":"text","analyzer":"english",…}.

/// Reads field definitions and refuses every parameter it would not honour.
enum FieldDefinition {
    /// Parameters taken only with the value that describes what Canopy does anyway.
    private static let fixed: [String: JSONValue] = [
        "store": false, "fielddata": false, "term_vector": "no",
        "index_options": "positions", "coerce": true, "ignore_malformed": false,
        "split_queries_on_whitespace": false, "copy_to": [],
    ]

    /// The parameters each type knows, besides `type`, `index`, `fields` and `store`.
    private static func parameters(of type: FieldType, isCollated: Bool) -> Set<String> {
        switch type {
        case .keyword where isCollated:
            Collation.parameterNames.union([
                "doc_values", "ignore_above", "norms", "null_value", "copy_to",
            ])
        case .text:
            [
                "analyzer", "search_analyzer", "position_increment_gap", "norms", "fielddata",
                "term_vector", "similarity", "index_options", "copy_to",
            ]
        case .keyword:
            [
                "doc_values", "ignore_above", "norms", "split_queries_on_whitespace",
                "eager_global_ordinals", "null_value", "copy_to", "similarity", "normalizer",
            ]
        case .date: ["doc_values", "format", "ignore_malformed", "null_value", "copy_to"]
        case .boolean: ["doc_values", "null_value", "copy_to"]
        case .completion:
            [
                "analyzer", "search_analyzer", "preserve_separators",
                "preserve_position_increments", "max_input_length",
            ]
        case .integer, .long, .float, .double:
            ["doc_values", "coerce", "ignore_malformed", "null_value", "copy_to"]
        }
    }

    /// The mapping a definition describes; `fields` is left to the caller.
    /// - Parameter schema: Whose analyzers and similarities the definition may name.
    static func read(
        _ definition: JSONObject, path: String, parent: String?, schema: Schema
    ) throws(SchemaError) -> FieldMapping {
        let analyzers = schema.analyzers
        let (type, isCollated) = try type(definition, path)
        let typeName = isCollated ? Collation.typeName : type.rawValue
        let known = parameters(of: type, isCollated: isCollated)
            .union(["type", "index", "fields", "store"])
        if type == .completion, let contexts = definition["contexts"], contexts != [] {
            throw .parsing(
                "[contexts] on mapper [\(path)] are not supported: use a completion field for each"
                    + " context")
        }
        for (name, value) in definition where type != .completion || name != "contexts" {
            guard known.contains(name) else {
                throw .parsing(
                    "unknown parameter [\(name)] on mapper [\(path)] of type [\(typeName)]")
            }
            if let only = fixed[name], value != only, value != .string(only.description) {
                throw .parsing(
                    "parameter [\(name)] on mapper [\(path)] of type [\(typeName)] can only"
                        + " be \(only), got \(value)")
            }
        }
        let norms = try flag("norms", definition, path) ?? (type == .text)
        guard norms == (type == .text) else {
            throw .parsing("parameter [norms] on mapper [\(path)] cannot be \(norms)")
        }
        let analyzer = try analyzer("analyzer", definition, path, analyzers)
        if let objection = analyzer.flatMap(analyzers.objection(toIndexingWith:)) {
            throw .parsing("field [\(path)]: \(objection)")
        }
        let searchAnalyzer = try self.analyzer("search_analyzer", definition, path, analyzers)
        let ownDefault = FieldMapping.defaultSearchAnalyzer
        let similarity = try similarity(definition, path, schema.similarities)
        let usesOwnDefault = type == .text && analyzer == nil && analyzers.contains(ownDefault)
        let standing =
            type == .completion ? CompletionForm.defaultAnalyzer : FieldMapping.defaultAnalyzer
        return FieldMapping(
            path: path, type: type, analyzer: analyzer ?? standing,
            searchAnalyzer: searchAnalyzer ?? (usesOwnDefault ? ownDefault : nil),
            ignoreAbove: try count("ignore_above", definition, path) ?? .max,
            isIndexed: try flag("index", definition, path) ?? true,
            hasColumn: try flag("doc_values", definition, path) ?? true,
            formats: try formats(definition, path), parent: parent,
            positionGap: try count("position_increment_gap", definition, path)
                ?? FieldMapping.defaultPositionGap,
            normalizer: try normalizer(definition, path, analyzers),
            collation: isCollated ? try collation(definition, path) : nil,
            nullValue: try nullValue(definition, path, type), similarityName: similarity.name,
            similarity: similarity.value, completion: try completion(definition, path))
    }

    private static func type(
        _ definition: JSONObject, _ path: String
    ) throws(SchemaError) -> (type: FieldType, isCollated: Bool) {
        guard let value = definition["type"] else {
            throw .parsing("No type specified for field [\(path)]")
        }
        if value.stringValue == Collation.typeName { return (.keyword, true) }
        guard let name = value.stringValue, let type = FieldType(rawValue: name) else {
            let known = (FieldType.allCases.map(\.rawValue) + [Collation.typeName])
                .joined(separator: ", ")
            throw .parsing(
                "No handler for type [\(value.stringValue ?? value.description)] declared on field"
                    + " [\(path)]; known types: \(known), object")
        }
        return (type, false)
    }

    private static func collation(
        _ definition: JSONObject, _ path: String
    ) throws(SchemaError) -> Collation {
        var reader = ParameterReader(definition, place: "mapper \(path)")
        do {
            return try Collation(&reader)
        } catch {
            throw .parsing(error.reason)
        }
    }

    private static func nullValue(
        _ definition: JSONObject, _ path: String, _ type: FieldType
    ) throws(SchemaError) -> String? {
        guard let value = definition["null_value"], !value.isNull else { return nil }
        guard type == .keyword, let text = value.plainText else {
            throw .parsing(
                "parameter [null_value] on mapper [\(path)] of type [\(type.rawValue)] can only be"
                    + (type == .keyword ? " a string" : " null") + ", got \(value)")
        }
        return text
    }

    private static func flag(
        _ name: String, _ definition: JSONObject, _ path: String
    ) throws(SchemaError) -> Bool? {
        switch definition[name] {
        case nil: return nil
        case .bool(let flag): return flag
        case .string("true"): return true
        case .string("false"): return false
        case .some(let other):
            throw .parsing("[\(name)] on mapper [\(path)] must be true or false, got \(other)")
        }
    }

    private static func count(
        _ name: String, _ definition: JSONObject, _ path: String
    ) throws(SchemaError) -> Int? {
        guard let value = definition[name] else { return nil }
        let number = value.integerValue ?? value.stringValue.flatMap { Int64($0) }
        guard let number, 0...Int64(Int32.max) ~= number else {
            throw .parsing(
                "[\(name)] on mapper [\(path)] must be a number from 0 to \(Int32.max),"
                    + " got \(value)")
        }
        return Int(number)
    }

    private static func completion(
        _ definition: JSONObject, _ path: String
    ) throws(SchemaError) -> CompletionForm {
        var form = CompletionForm()
        form.keepsSeparators =
            try flag("preserve_separators", definition, path) ?? form.keepsSeparators
        form.keepsGaps =
            try flag("preserve_position_increments", definition, path) ?? form.keepsGaps
        form.maximumInputLength =
            try count("max_input_length", definition, path) ?? form.maximumInputLength
        guard 1...CompletionForm.longestInput ~= form.maximumInputLength else {
            throw .parsing(
                "[max_input_length] on mapper [\(path)] must be a number from 1 to"
                    + " \(CompletionForm.longestInput), got \(form.maximumInputLength)")
        }
        return form
    }

    private static func analyzer(
        _ parameter: String, _ definition: JSONObject, _ path: String,
        _ registry: AnalyzerRegistry
    ) throws(SchemaError) -> String? {
        guard let value = definition[parameter] else { return nil }
        guard let name = value.stringValue, registry.contains(name) else {
            throw .parsing(
                "analyzer [\(value.stringValue ?? value.description)] has not been configured for"
                    + " field [\(path)]; known: \(registry.names.joined(separator: ", "))")
        }
        return name
    }

    private static func normalizer(
        _ definition: JSONObject, _ path: String, _ registry: AnalyzerRegistry
    ) throws(SchemaError) -> String? {
        guard let value = definition["normalizer"], !value.isNull else { return nil }
        guard let name = value.stringValue, registry.containsNormalizer(name) else {
            let known = registry.normalizerNames.joined(separator: ", ")
            throw .parsing(
                "normalizer [\(value.stringValue ?? value.description)] not found for field"
                    + " [\(path)]; known: \(known)")
        }
        return name
    }

    private static func similarity(
        _ definition: JSONObject, _ path: String, _ similarities: Similarities
    ) throws(SchemaError) -> (name: String?, value: Similarity) {
        let given = definition["similarity"]
        let name = given?.stringValue
        guard name != nil || given?.isNull ?? true, let value = similarities.similarity(name)
        else {
            throw .parsing(
                "Unknown Similarity type [\(name ?? given?.description ?? "")] for field"
                    + " [\(path)]; known: \(similarities.names.joined(separator: ", "))")
        }
        return (name, value)
    }

    private static func formats(
        _ definition: JSONObject, _ path: String
    ) throws(SchemaError) -> [DateFormat] {
        guard let value = definition["format"] else { return [] }
        guard let patterns = value.stringValue else {
            throw .parsing("[format] on mapper [\(path)] must be a string, got \(value)")
        }
        do {
            return try DateFormat.list(patterns)
        } catch {
            throw .parsing("mapper [\(path)]: \(error.reason)")
        }
    }

    /// The definition of `field`, only with what differs from the defaults.
    static func json(_ field: FieldMapping) -> JSONObject {
        var json = JSONObject()
        json["type"] = .string(field.typeName)
        if field.type == .completion {
            if field.analyzer != CompletionForm.defaultAnalyzer {
                json["analyzer"] = .string(field.analyzer)
            }
            if field.searchAnalyzer != field.analyzer {
                json["search_analyzer"] = .string(field.searchAnalyzer)
            }
            field.completion.write(to: &json)
        }
        if field.type == .text {
            if field.analyzer != FieldMapping.defaultAnalyzer {
                json["analyzer"] = .string(field.analyzer)
            }
            if field.searchAnalyzer != field.analyzer {
                json["search_analyzer"] = .string(field.searchAnalyzer)
            }
            if field.positionGap != FieldMapping.defaultPositionGap {
                json["position_increment_gap"] = .integer(Int64(field.positionGap))
            }
        }
        if let similarity = field.similarityName { json["similarity"] = .string(similarity) }
        if let collation = field.collation {
            for (name, value) in collation.parameters { json[name] = value }
        } else if let normalizer = field.normalizer {
            json["normalizer"] = .string(normalizer)
        }
        if let nullValue = field.nullValue { json["null_value"] = .string(nullValue) }
        if field.ignoreAbove != .max {
            json["ignore_above"] = .integer(Int64(field.ignoreAbove))
        }
        if !field.isIndexed { json["index"] = false }
        if field.type != .text, field.type != .completion, !field.hasColumn {
            json["doc_values"] = false
        }
        if field.type == .date, field.formats != DateFormat.standard {
            json["format"] = .string(field.formats.patternList)
        }
        return json
    }
}
