// Finds the analysis section in settings whose keys may be nested or dotted, with or without
// "index.".

extension AnalyzerRegistry {
    /// The `analysis` section of an index's settings with nested keys; empty when there is none.
    /// Values are left as they are; a key given twice keeps the last value.
    public static func section(of settings: JSONValue?) -> JSONObject {
        var section = JSONObject()
        guard let settings else { return section }
        walk(settings, path: [], into: &section)
        return section
    }

    /// Names of components that dotted keys spell cannot hold dots themselves.
    private static func walk(_ value: JSONValue, path: [Substring], into section: inout JSONObject)
    {
        var path = path[...]
        if path.first == "index" { path = path.dropFirst() }
        if let first = path.first, first != "analysis" { return }
        guard let object = value.objectValue else {
            if path.count > 1 { insert(value, Array(path.dropFirst()), into: &section) }
            return
        }
        if path.count == 4 {
            // The value of a parameter.
            return insert(value, Array(path.dropFirst()), into: &section)
        }
        if path.count > 1, object.isEmpty { insert(value, Array(path.dropFirst()), into: &section) }
        for (key, inner) in object {
            // A name within a nested section may hold dots: only the levels above are split.
            let parts =
                path.count == 2 ? [key[...]] : key.split(separator: ".")
            walk(inner, path: Array(path) + parts, into: &section)
        }
    }

    private static func insert(
        _ value: JSONValue, _ path: [Substring], into object: inout JSONObject
    ) {
        guard let first = path.first else { return }
        if path.count == 1 {
            object[String(first)] = value
            return
        }
        var inner = object[String(first)]?.objectValue ?? JSONObject()
        insert(value, Array(path.dropFirst()), into: &inner)
        object[String(first)] = .object(inner)
    }
}
