// The `highlight` of a search body.

import Analysis

enum HighlightParser {
    private enum Order: String, CaseIterable { case none, score }
    /// Three names for the one way there is.
    private enum Kind: String, CaseIterable { case unified, plain, fvh }
    private enum Encoder: String, CaseIterable { case `default`, html }

    static func parse(_ json: JSONValue) throws(RequestError) -> HighlightRequest {
        var reader = try ObjectReader(json, "[highlight]")
        guard let fields = reader.value("fields") else { throw reader.missing("fields") }
        let defaults = try parameters(&reader, HighlightField(name: ""))
        var request = HighlightRequest(fields: [])
        request.escapesHTML = try reader.choice("encoder", Encoder.self) == .html
        try reader.finish()
        var members: [(key: String, value: JSONValue)] = []
        for element in fields.arrayValue ?? [fields] {
            members += try ObjectReader(element, "[fields] of [highlight]").object.map { $0 }
        }
        for (name, body) in members {
            var fieldReader = try ObjectReader(body, "[highlight] of field [\(name)]")
            var field = try parameters(&fieldReader, defaults)
            field.name = name
            field.matchedFields = try fieldReader.strings("matched_fields") ?? []
            guard field.matchedFields.count <= HighlightField.maximumMatchedFields else {
                throw .illegalArgument(
                    "[matched_fields] of \(fieldReader.place) names "
                        + "[\(field.matchedFields.count)] fields; the most is "
                        + "[\(HighlightField.maximumMatchedFields)]")
            }
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
        let sizes = 0...HighlightField.maximumFragmentSize
        field.fragmentSize = try reader.integer("fragment_size", in: sizes) ?? field.fragmentSize
        let counts = 0...HighlightField.maximumFragmentCount
        field.fragmentCount =
            try reader.integer("number_of_fragments", in: counts) ?? field.fragmentCount
        field.noMatchSize = try reader.integer("no_match_size", in: sizes) ?? field.noMatchSize
        field.preTags = try reader.strings("pre_tags") ?? field.preTags
        field.postTags = try reader.strings("post_tags") ?? field.postTags
        field.requireFieldMatch =
            try reader.bool("require_field_match") ?? field.requireFieldMatch
        if let order = try reader.choice("order", Order.self) {
            field.orderByScore = order == .score
        }
        field.boundary =
            try reader.choice("boundary_scanner", HighlightField.Boundary.self) ?? field.boundary
        field.locale = try locale(&reader) ?? field.locale
        field.boundaryScan =
            try reader.integer("boundary_max_scan", in: sizes) ?? field.boundaryScan
        if let query = reader.value("highlight_query") {
            field.query = try ClauseParser.parse(query)
        }
        _ = try reader.choice("type", Kind.self)
        guard !field.preTags.isEmpty, field.preTags.count == field.postTags.count else {
            throw .parsing("\(reader.place) needs as many [pre_tags] as [post_tags]")
        }
        return field
    }

    private static func locale(_ reader: inout ObjectReader) throws(RequestError) -> String? {
        guard let tag = try reader.string("boundary_scanner_locale") else { return nil }
        let isTag = tag.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "-")
        }
        guard isTag, tag.utf8.count <= 35 else {
            throw reader.refusal(
                "boundary_scanner_locale", "a language tag such as en-US", .string(tag))
        }
        return tag
    }
}
