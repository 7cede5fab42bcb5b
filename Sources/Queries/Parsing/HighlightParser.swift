// The `highlight` of a search body.

import Analysis

enum HighlightParser {
    private enum Order: String { case none, score }
    private enum Kind: String { case unified }
    private enum Encoder: String { case `default` }

    static func parse(_ json: JSONValue) throws(RequestError) -> HighlightRequest {
        var reader = try ObjectReader(json, "[highlight]")
        guard let fields = reader.value("fields") else { throw reader.missing("fields") }
        let defaults = try parameters(&reader, HighlightField(name: ""))
        var request = HighlightRequest(fields: [])
        request.requireFieldMatch = try reader.bool("require_field_match") ?? true
        request.orderByScore = try reader.choice("order", ["none", "score"], Order.self) == .score
        _ = try reader.choice("encoder", ["default"], Encoder.self)
        try reader.finish()
        var members: [(key: String, value: JSONValue)] = []
        for element in fields.arrayValue ?? [fields] {
            members += try ObjectReader(element, "[fields] of [highlight]").object.map { $0 }
        }
        for (name, body) in members {
            var fieldReader = try ObjectReader(body, "[highlight] of field [\(name)]")
            var field = try parameters(&fieldReader, defaults)
            field.name = name
            try fieldReader.finish()
            request.fields.append(field)
        }
        return request
    }

    /// What both the whole highlight and each of its fields may say.
    private static func parameters(
        _ reader: inout ObjectReader, _ defaults: HighlightField
    ) throws(RequestError) -> HighlightField {
        var field = defaults
        if let size = try reader.integer(
            "fragment_size", in: 0...HighlightField.maximumFragmentSize)
        {
            field.fragmentSize = size
        }
        if let count = try reader.integer(
            "number_of_fragments", in: 0...HighlightField.maximumFragmentCount)
        {
            field.fragmentCount = count
        }
        if let size = try reader.integer(
            "no_match_size", in: 0...HighlightField.maximumFragmentSize)
        {
            field.noMatchSize = size
        }
        field.preTags = try reader.strings("pre_tags") ?? field.preTags
        field.postTags = try reader.strings("post_tags") ?? field.postTags
        _ = try reader.choice("type", ["unified"], Kind.self)
        guard !field.preTags.isEmpty, field.preTags.count == field.postTags.count else {
            throw .parsing("\(reader.place) needs as many [pre_tags] as [post_tags]")
        }
        return field
    }
}
