// Finds one section in settings whose keys may be nested or dotted, with or without "index.".

/// A section of an index's settings with nested keys.
public struct SettingsSection {
    private let name: Substring
    /// Levels of names from the section's own to a parameter's.
    private let depth: Int
    private var section = JSONObject()

    /// The section; empty when there is none. Values are left as they are; a key given twice keeps
    /// the last value. Names that users give, at the level above the parameters, may hold dots only
    /// where they are nested.
    public static func named(
        _ name: String, depth: Int, in settings: JSONValue?
    ) -> JSONObject {
        var found = SettingsSection(name: name[...], depth: depth)
        if let settings { found.walk(settings, path: []) }
        return found.section
    }

    private init(name: Substring, depth: Int) {
        self.name = name
        self.depth = depth
    }

    private mutating func walk(_ value: JSONValue, path: [Substring]) {
        var path = path[...]
        if path.first == "index" { path = path.dropFirst() }
        if let first = path.first, first != name { return }
        guard let object = value.objectValue else {
            if path.count > 1 { insert(value, path) }
            return
        }
        if path.count == depth { return insert(value, path) }
        if path.count > 1, object.isEmpty { insert(value, path) }
        for (key, inner) in object {
            let parts = path.count == depth - 2 ? [key[...]] : key.split(separator: ".")
            walk(inner, path: Array(path) + parts)
        }
    }

    private mutating func insert(_ value: JSONValue, _ path: ArraySlice<Substring>) {
        Self.insert(value, Array(path.dropFirst()), into: &section)
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
