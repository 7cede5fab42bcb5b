// Brings together what documents added to a schema in different places at the same time.

extension Schema {
    /// This schema with the fields that documents brought to `grown`, which was an earlier state of
    /// it. Parameters of fields known here stay as they are.
    ///
    /// - Throws: `SchemaError` when a field has another type here, or there is no room for all.
    public func adding(growth grown: Schema) throws(SchemaError) -> Schema {
        var merged = self
        for field in grown.fields {
            if let known = merged[field.path] {
                guard known.typeName == field.typeName, known.parent == field.parent else {
                    throw .argument(
                        "mapper [\(field.path)] cannot be changed from type"
                            + " [\(known.typeName)] to [\(field.typeName)]")
                }
                continue
            }
            let isOverflow = [Self.overflowPath, Self.overflowKeywordPath].contains(field.path)
            let hasRoom = isOverflow || merged.countedFields < merged.fieldLimit
            guard hasRoom, !merged.isObject(field.path),
                field.parent != nil || merged.fieldAbove(field.path) == nil
            else {
                throw .argument("there is no room for field [\(field.path)]")
            }
            merged.append(field)
        }
        if merged != self { merged.version += 1 }
        return merged
    }
}
