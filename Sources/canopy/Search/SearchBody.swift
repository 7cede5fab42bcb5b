// The request that `canopy search` sends.

import Analysis

struct SearchBody {
    /// Marks around highlighted words: characters no text holds, so that nothing in a document can
    /// pass for one.
    static let mark: (open: Character, close: Character) = ("\u{E000}", "\u{E001}")

    let query: String?
    let size: Int
    let from: Int
    let fields: [String]
    let facets: [String]
    let sort: [String]
    let schema: MappedFields

    func json() throws -> JSONValue {
        var body = JSONObject()
        body["query"] = queryClause
        body["from"] = .integer(Int64(from))
        body["size"] = .integer(Int64(size))
        let highlighted = fields.isEmpty ? schema.textFields : fields
        if query != nil, !highlighted.isEmpty { body["highlight"] = highlight(highlighted) }
        if !facets.isEmpty {
            var aggregations = JSONObject()
            for facet in facets {
                aggregations[facet] = ["terms": ["field": .string(schema.valueField(facet))]]
            }
            body["aggs"] = .object(aggregations)
        }
        if !sort.isEmpty { body["sort"] = .array(sort.map(sortClause)) }
        return .object(body)
    }

    private var queryClause: JSONValue {
        guard let query else { return ["match_all": [:]] }
        var clause = JSONObject()
        clause["query"] = .string(query)
        if !fields.isEmpty { clause["fields"] = .array(fields.map { .string($0) }) }
        return ["query_string": .object(clause)]
    }

    private func highlight(_ fields: [String]) -> JSONValue {
        var object = JSONObject()
        for field in fields {
            object[field] = ["number_of_fragments": 2, "fragment_size": 150]
        }
        var highlight = JSONObject()
        highlight["pre_tags"] = .array([.string(String(Self.mark.open))])
        highlight["post_tags"] = .array([.string(String(Self.mark.close))])
        highlight["fields"] = .object(object)
        return .object(highlight)
    }

    private func sortClause(_ text: String) -> JSONValue {
        for order in ["desc", "asc"] where text.hasSuffix(":" + order) {
            let field = schema.valueField(String(text.dropLast(order.count + 1)))
            var clause = JSONObject()
            clause[field] = ["order": .string(order)]
            return .object(clause)
        }
        return .string(schema.valueField(text))
    }
}
