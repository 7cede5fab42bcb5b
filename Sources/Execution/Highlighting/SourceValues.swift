// The texts a document's source holds under a field's path.

import Analysis

enum SourceValues {
    /// In the document's order; arrays are walked, and dots in a path stand for nesting or for dots
    /// in keys.
    static func texts(in source: JSONValue, path: String) -> [String] {
        var result: [String] = []
        collect(source, path.split(separator: ".").map(String.init)[...], into: &result)
        return result
    }

    private static func collect(
        _ value: JSONValue, _ path: ArraySlice<String>, into result: inout [String]
    ) {
        switch value {
        case .array(let elements):
            for element in elements { collect(element, path, into: &result) }
        case .object(let object):
            for length in 0..<path.count {
                let key = path.prefix(length + 1).joined(separator: ".")
                if let member = object[key] {
                    collect(member, path.dropFirst(length + 1), into: &result)
                }
            }
        case .string(let text) where path.isEmpty: result.append(text)
        case .integer(let number) where path.isEmpty: result.append(String(number))
        case .number(let number) where path.isEmpty: result.append("\(number)")
        case .bool(let bool) where path.isEmpty: result.append(bool ? "true" : "false")
        default: break
        }
    }
}
