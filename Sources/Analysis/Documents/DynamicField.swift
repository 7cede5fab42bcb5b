// What a field becomes that no mapping names: the rules of dynamic mapping.

enum DynamicField {
    /// Dates with slashes, detected besides ISO dates.
    private static let slashFormats: [DateFormat] = {
        let patterns = "yyyy/MM/dd HH:mm:ss||yyyy/MM/dd||epoch_millis"
        return (try? DateFormat.list(patterns)) ?? []
    }()

    /// The two fields that take the values of fields beyond the limit.
    static func overflow(_ schema: Schema) -> [FieldMapping] {
        [
            text(Schema.overflowPath, schema),
            FieldMapping(
                path: Schema.overflowKeywordPath, type: .keyword,
                ignoreAbove: FieldMapping.dynamicIgnoreAbove, parent: Schema.overflowPath),
        ]
    }

    /// A text as a mapping that names no analyzer has it.
    private static func text(_ path: String, _ schema: Schema) -> FieldMapping {
        let search = FieldMapping.defaultSearchAnalyzer
        return FieldMapping(
            path: path, type: .text,
            searchAnalyzer: schema.analyzers.contains(search) ? search : nil)
    }

    /// The field of a scalar value and, behind it, its multi-fields.
    static func mappings(
        for value: JSONValue, path: String, schema: Schema
    ) -> [FieldMapping] {
        switch value {
        case .bool: return [FieldMapping(path: path, type: .boolean)]
        case .integer: return [FieldMapping(path: path, type: .long)]
        case .number: return [FieldMapping(path: path, type: .float)]
        default: break
        }
        if schema.dateDetection, let formats = dateFormats(value.stringValue ?? "") {
            return [FieldMapping(path: path, type: .date, formats: formats)]
        }
        return [
            text(path, schema),
            FieldMapping(
                path: path + ".keyword", type: .keyword,
                ignoreAbove: FieldMapping.dynamicIgnoreAbove, parent: path),
        ]
    }

    /// The formats of a date field that `text` suggests. Plain numbers do not count as years.
    private static func dateFormats(_ text: String) -> [DateFormat]? {
        guard let first = text.utf8.first, first &- UInt8(ascii: "0") < 10,
            text.utf8.contains(where: { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "/") })
        else { return nil }
        if DateFormat.strictDateOptionalTime.parse(text) != nil { return DateFormat.standard }
        return slashFormats.parse(text) == nil ? nil : slashFormats
    }
}
