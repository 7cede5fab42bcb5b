// Scoring and searching an index otherwise, without indexing it again.

extension Schema {
    /// This schema with parameters of similarities changed or similarities added; what the section
    /// does not name stays as it is.
    public func changing(similarity section: JSONObject) throws(SchemaError) -> Schema {
        var settings = similarities.settings
        for (name, definition) in section {
            guard let changes = definition.objectValue, var merged = settings[name]?.objectValue
            else {
                settings[name] = definition
                continue
            }
            for (parameter, value) in changes { merged[parameter] = value }
            settings[name] = .object(merged)
        }
        var changed = self
        changed.similarities = try Similarities(settings: settings)
        if changed.similarities == similarities { return self }
        for ordinal in fields.indices {
            let name = fields[ordinal].similarityName
            changed.fields[ordinal].similarity =
                changed.similarities.similarity(name) ?? .standard
        }
        changed.version += 1
        return changed
    }

    /// This schema with other rules in filters of synonyms that are `updateable`, as searches alone
    /// use; what the section does not name stays as it is.
    /// - Throws: naming whatever else would change, and what is wrong in the rules.
    public func changing(analysis section: JSONObject) throws(SchemaError) -> Schema {
        var changed = self
        do {
            changed.analyzers = try analyzers.changing(section)
        } catch {
            throw .argument(error.reason)
        }
        if changed.analyzers == analyzers { return self }
        changed.version += 1
        return changed
    }
}
