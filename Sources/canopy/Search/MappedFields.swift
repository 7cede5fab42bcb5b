// The fields of the indices a search goes to, as their mappings tell.

import Analysis

/// Field paths with their types, from the answer to `GET /_mapping`.
struct MappedFields {
    private(set) var types: [String: String] = [:]

    init(_ answer: JSONValue) {
        for index in answer.objectValue?.members ?? [] {
            collect(index.value["mappings"]?["properties"], under: "")
        }
    }

    /// Paths of text fields, sorted.
    var textFields: [String] { types.filter { $0.value == "text" }.keys.sorted() }

    /// The path to count or sort by: a text field's keyword stands in for it.
    func valueField(_ path: String) -> String {
        guard types[path] == "text", types[path + ".keyword"] == "keyword" else { return path }
        return path + ".keyword"
    }

    private mutating func collect(_ properties: JSONValue?, under prefix: String) {
        for member in properties?.objectValue?.members ?? [] {
            let path = prefix + member.key
            if let type = member.value["type"]?.stringValue { types[path] = type }
            collect(member.value["properties"], under: path + ".")
            collect(member.value["fields"], under: path + ".")
        }
    }
}
