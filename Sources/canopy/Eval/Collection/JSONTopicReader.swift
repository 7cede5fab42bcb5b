// Topics as JSON lines.

import Analysis

/// Reads `{"id": "…", "text": "…"}`; `_id` and `query` are understood too, and an id may be a whole
/// number. Other members are passed over.
struct JSONTopicReader: TopicReader {
    mutating func take(_ line: TextLine) throws -> [Topic] {
        if line.isBlank { return [] }
        let json: JSONValue
        do {
            json = try JSONParser.parse(Array(line.text.utf8))
        } catch {
            throw EvalError("\(line.place):\(error.column): \(error.reason)")
        }
        guard let id = Self.name(json["id"] ?? json["_id"]) else {
            throw line.problem("the object has no \"id\" (or \"_id\") that is a text or a number")
        }
        guard let text = (json["text"] ?? json["query"])?.stringValue else {
            throw line.problem("topic \(id) has no text \"text\" (or \"query\")")
        }
        return [Topic(id: Identifier(id), text: text.trimmed)]
    }

    func finish() {}

    private static func name(_ value: JSONValue?) -> String? {
        value?.stringValue?.trimmed ?? value?.integerValue?.description
    }
}
