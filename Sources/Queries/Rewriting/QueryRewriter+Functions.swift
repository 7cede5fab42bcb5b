// Scores made by functions, and queries whose documents say how much of them must match.

import Analysis

extension QueryRewriter {
    func functionScore(_ function: FunctionScoreQuery) throws(RequestError) -> Query {
        var result = function
        result.query = try rewrite(function.query)
        for place in result.functions.indices {
            if let filter = result.functions[place].filter {
                result.functions[place].filter = try rewrite(filter)
            }
            result.functions[place].kind = try kind(result.functions[place].kind)
        }
        return NormalForm.functionScore(result)
    }

    private func kind(_ kind: ScoreFunction.Kind) throws(RequestError) -> ScoreFunction.Kind {
        switch kind {
        case .constant, .decay: return kind
        case .random(let seed): return .random(seed: seed ?? fields.now)
        case .fieldValue(let value):
            // Unmapped, but with a value for documents without one: such are all.
            if value.missing != nil, fields.schema[value.field] == nil { return kind }
            _ = try column(value.field, "[field_value_factor]", "numbers or dates") {
                $0 != .text && $0 != .keyword
            }
            return kind
        case .rawDecay(let raw):
            let mapping = try column(
                raw.field, "[\(raw.shape.rawValue)]", "numbers or dates"
            ) {
                $0 != .text && $0 != .keyword && $0 != .boolean
            }
            return .decay(
                mapping.type == .date ? try dates(raw, mapping) : try numbers(raw, mapping))
        }
    }

    /// The field's mapping, where it has a column of a type that is wanted.
    private func column(
        _ field: String, _ purpose: String, _ wanted: String, _ isWanted: (FieldType) -> Bool
    ) throws(RequestError) -> FieldMapping {
        guard let mapping = try mapping(field) else {
            throw .queryShard("Unable to find a field mapper for field [\(field)] of \(purpose)")
        }
        guard isWanted(mapping.type) else {
            throw .queryShard(
                "field [\(field)] is mapped as \(mapping.typeName), which \(purpose) cannot "
                    + "compute with; use a field of \(wanted)")
        }
        guard mapping.hasColumn else {
            throw .queryShard(
                "field [\(field)] of \(purpose) is read through doc_values, which its mapping "
                    + "turns off")
        }
        return mapping
    }

    private func numbers(
        _ raw: RawDecayFunction, _ mapping: FieldMapping
    ) throws(RequestError) -> DecayFunction {
        guard let origin = raw.origin else {
            throw .queryShard(
                "[\(raw.shape.rawValue)] of field [\(raw.field)] needs [origin], a number")
        }
        return try decay(
            raw, origin: try fields.number(mapping, origin),
            scale: try fields.number(mapping, raw.scale),
            offset: try raw.offset.map { (value) throws(RequestError) in
                try fields.number(mapping, value)
            } ?? 0)
    }

    private func dates(
        _ raw: RawDecayFunction, _ mapping: FieldMapping
    ) throws(RequestError) -> DecayFunction {
        func milliseconds(_ value: JSONValue) throws(RequestError) -> Double {
            guard let time = TimeValue.nanoseconds(value.scalarText ?? "") else {
                throw fields.refusal(mapping, value, "a time with a unit, such as 10d or 90m")
            }
            return time / 1e6
        }
        let origin = raw.origin?.scalarText ?? "now"
        return try decay(
            raw, origin: try fields.date(origin, mapping, nil),
            scale: try milliseconds(raw.scale),
            offset: try raw.offset.map { (value) throws(RequestError) in
                try milliseconds(value)
            } ?? 0)
    }

    private func decay(
        _ raw: RawDecayFunction, origin: Double, scale: Double, offset: Double
    ) throws(RequestError) -> DecayFunction {
        guard scale > 0, offset >= 0 else {
            throw .queryShard(
                "[\(raw.shape.rawValue)] of field [\(raw.field)] needs a [scale] above 0 and an "
                    + "[offset] not below; got [\(scale)] and [\(offset)]")
        }
        return DecayFunction(
            field: raw.field, shape: raw.shape, origin: origin, scale: scale, offset: offset,
            decay: raw.decay, valueMode: raw.valueMode)
    }

    func termsSet(_ set: TermsSetQuery) throws(RequestError) -> Query {
        _ = try column(set.minimumField, "[minimum_should_match_field]", "whole numbers") {
            $0 == .integer || $0 == .long
        }
        var clauses: [Query] = []
        for value in set.values { clauses.append(try exact(set.field, value, set.boost)) }
        return NormalForm.covering(clauses, set.minimumField)
    }
}
