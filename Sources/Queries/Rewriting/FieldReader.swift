// Reads query values the way their field's mapping says.

import Analysis

/// Turns values into terms and ranges of a field's own kind.
struct FieldReader {
    let schema: Schema
    let now: Int64

    /// The query for documents whose field has exactly this value.
    func exact(
        _ mapping: FieldMapping, _ value: JSONValue, boost: Float
    ) throws(RequestError) -> Query {
        try requireSearchable(mapping)
        switch mapping.type {
        case .text, .keyword:
            return .term(field: mapping.path, term: Term(text(value, mapping)), boost: boost)
        case .boolean:
            let term = Term(try boolean(mapping, value) ? "true" : "false")
            return .term(field: mapping.path, term: term, boost: boost)
        case .completion: throw Self.onlyCompletes(mapping)
        case .integer, .long, .float, .double, .date:
            let bound = RawRangeQuery.RawBound(value, inclusive: true)
            return try range(
                mapping,
                RawRangeQuery(field: mapping.path, lower: bound, upper: bound, boost: boost))
        }
    }

    /// The range in the field's own order; `matchNone` when no value can lie in it.
    func range(_ mapping: FieldMapping, _ raw: RawRangeQuery) throws(RequestError) -> Query {
        try requireSearchable(mapping)
        if raw.lower == nil, raw.upper == nil {
            return .exists(field: mapping.path, boost: raw.boost)
        }
        switch mapping.type {
        case .text:
            throw .queryShard(
                "field [\(mapping.path)] is mapped as text, which has no order; use a "
                    + "keyword field such as [\(mapping.path).keyword] for ranges")
        case .completion: throw Self.onlyCompletes(mapping)
        case .keyword:
            return normal(
                mapping,
                raw.lower.map { Bound(.bytes(text($0.value, mapping)), inclusive: $0.inclusive) },
                raw.upper.map { Bound(.bytes(text($0.value, mapping)), inclusive: $0.inclusive) },
                raw.boost)
        case .boolean:
            return try integers(mapping, raw) { (value, _) throws(RequestError) in
                Double(try boolean(mapping, value) ? 1 : 0)
            }
        case .float, .double: return try reals(mapping, raw)
        case .integer, .long:
            return try integers(mapping, raw) { (value, _) throws(RequestError) in
                try number(mapping, value)
            }
        case .date: return try dates(mapping, raw)
        }
    }

    // MARK: Kinds of values

    /// As the index has it: keywords through their normalizer.
    private func text(_ value: JSONValue, _ mapping: FieldMapping) -> [UInt8] {
        let text = value.scalarText ?? ""
        return Array(schema.analyzers.normalize(text, with: mapping.normalizer).utf8)
    }

    private func boolean(
        _ mapping: FieldMapping, _ value: JSONValue
    ) throws(RequestError) -> Bool {
        switch value {
        case .bool(let flag): return flag
        case .string("true"): return true
        case .string("false"), .string(""): return false
        default: throw refusal(mapping, value, "true or false")
        }
    }

    func number(
        _ mapping: FieldMapping, _ value: JSONValue
    ) throws(RequestError) -> Double {
        var number = value.doubleValue
        if case .string(let text) = value { number = Double(text) }
        guard let number, number.isFinite else { throw refusal(mapping, value, "a number") }
        return number
    }

    /// The whole number, when the value is one: exact where `Double` is not.
    private func wholeNumber(_ value: JSONValue) -> Int64? {
        if case .string(let text) = value { return Int64(text) }
        return value.integerValue
    }

    func refusal(
        _ mapping: FieldMapping, _ value: JSONValue, _ wanted: String
    ) -> RequestError {
        .queryShard(
            "failed to create query: field [\(mapping.path)] is mapped as "
                + "\(mapping.typeName) and takes \(wanted); got \(value.shortDescription)")
    }

    private func requireSearchable(_ mapping: FieldMapping) throws(RequestError) {
        guard mapping.isIndexed else {
            throw .queryShard("Cannot search on field [\(mapping.path)] since it is not indexed.")
        }
        try Self.requireOneOrder(mapping)
        switch mapping.type {
        case .text, .keyword, .boolean: return
        case .completion: throw Self.onlyCompletes(mapping)
        case .integer, .long, .float, .double, .date:
            guard mapping.hasColumn else {
                throw .queryShard(
                    "Cannot search on field [\(mapping.path)]: \(mapping.typeName) fields are "
                        + "searched through doc_values, which its mapping turns off")
            }
        }
    }

    /// Sort keys of different versions of ICU's order cannot be compared.
    static func requireOneOrder(_ mapping: FieldMapping) throws(RequestError) {
        guard let collation = mapping.collation, collation.version != collation.nodeVersion
        else { return }
        throw .illegalArgument(
            "field [\(mapping.path)] holds sort keys of version [\(collation.version)] of ICU's "
                + "order; this node's ICU makes version [\(collation.nodeVersion)]. Copy the "
                + "documents to a new index, or run the ICU that the index was made with")
    }

    private static func onlyCompletes(_ mapping: FieldMapping) -> RequestError {
        .queryShard(
            "field [\(mapping.path)] is mapped as completion, which only [suggest] can ask; map "
                + "its text as text or keyword as well")
    }

    // MARK: Ranges

    /// Whole numbers between the bounds, both inclusive in the result.
    private func integers(
        _ mapping: FieldMapping, _ raw: RawRangeQuery,
        _ number: (JSONValue, Bool) throws(RequestError) -> Double
    ) throws(RequestError) -> Query {
        var lower: Int64?
        var upper: Int64?
        if let bound = raw.lower {
            var value = wholeNumber(bound.value)
            var steps = !bound.inclusive
            if value == nil {
                let real = try number(bound.value, true)
                guard real < 0x1p63 else { return .matchNone }
                let whole = real.rounded(.up)
                steps = steps && whole == real
                // Also after rounding up, 2^63 is beyond every value.
                guard whole < 0x1p63 else { return .matchNone }
                value = whole < -0x1p63 ? Int64.min : Int64(whole)
                if real < -0x1p63 { steps = false }
            }
            guard let value, !(steps && value == .max) else { return .matchNone }
            lower = steps ? value + 1 : value
        }
        if let bound = raw.upper {
            var value = wholeNumber(bound.value)
            var steps = !bound.inclusive
            if value == nil {
                let real = try number(bound.value, false)
                guard real >= -0x1p63 else { return .matchNone }
                let whole = real.rounded(.down)
                steps = steps && whole == real
                value = whole >= 0x1p63 ? Int64.max : Int64(whole)
                if real >= 0x1p63 { steps = false }
            }
            guard let value, !(steps && value == .min) else { return .matchNone }
            upper = steps ? value - 1 : value
        }
        return normal(
            mapping, lower.map { Bound(.integer($0), inclusive: true) },
            upper.map { Bound(.integer($0), inclusive: true) }, raw.boost)
    }

    private func reals(
        _ mapping: FieldMapping, _ raw: RawRangeQuery
    ) throws(RequestError) -> Query {
        func bound(
            _ raw: RawRangeQuery.RawBound?, isLower: Bool
        ) throws(RequestError) -> (bound: Bound?, isEmpty: Bool) {
            guard let raw else { return (nil, false) }
            var value = try number(mapping, raw.value)
            // A float field holds what a Float holds, and so does its query.
            if mapping.type == .float { value = Double(Float(value)) }
            if value.isInfinite { return (nil, isLower == (value > 0)) }
            return (Bound(.real(value == 0 ? 0 : value), inclusive: raw.inclusive), false)
        }
        let lower = try bound(raw.lower, isLower: true)
        let upper = try bound(raw.upper, isLower: false)
        if lower.isEmpty || upper.isEmpty { return .matchNone }
        return normal(mapping, lower.bound, upper.bound, raw.boost)
    }

    private func dates(
        _ mapping: FieldMapping, _ raw: RawRangeQuery
    ) throws(RequestError) -> Query {
        let formats = try formats(mapping, raw.format)
        let zone = raw.timeZone.flatMap(DateFormat.zoneOffset) ?? 0
        func milliseconds(
            _ value: JSONValue, roundingUp: Bool
        ) throws(RequestError) -> Int64 {
            guard
                let result = DateMath.resolve(
                    value.scalarText ?? "", formats: formats, now: now, roundingUp: roundingUp,
                    zoneOffset: zone)
            else {
                let names = formats.map(\.pattern).joined(separator: "||")
                throw refusal(
                    mapping, value, "a date in the format [\(names)] or relative to now")
            }
            return result
        }
        var lower: Int64?
        var upper: Int64?
        if let bound = raw.lower {
            let value = try milliseconds(bound.value, roundingUp: !bound.inclusive)
            if !bound.inclusive, value == .max { return .matchNone }
            lower = bound.inclusive ? value : value + 1
        }
        if let bound = raw.upper {
            let value = try milliseconds(bound.value, roundingUp: bound.inclusive)
            if !bound.inclusive, value == .min { return .matchNone }
            upper = bound.inclusive ? value : value - 1
        }
        return normal(
            mapping, lower.map { Bound(.integer($0), inclusive: true) },
            upper.map { Bound(.integer($0), inclusive: true) }, raw.boost)
    }

    private func formats(
        _ mapping: FieldMapping, _ override: String?
    ) throws(RequestError) -> [DateFormat] {
        guard let override else {
            return mapping.formats.isEmpty ? DateFormat.standard : mapping.formats
        }
        do {
            return try DateFormat.list(override)
        } catch {
            throw .parsing("[format] for field [\(mapping.path)]: \(error.reason)")
        }
    }

    private func normal(
        _ mapping: FieldMapping, _ lower: Bound?, _ upper: Bound?, _ boost: Float
    ) -> Query {
        if let lower, let upper {
            let isEmpty: Bool
            switch (lower.value, upper.value) {
            case (.integer(let low), .integer(let high)): isEmpty = low > high
            case (.real(let low), .real(let high)):
                isEmpty = low > high || (low == high && !(lower.inclusive && upper.inclusive))
            case (.bytes(let low), .bytes(let high)):
                isEmpty =
                    high.lexicographicallyPrecedes(low)
                    || (low == high && !(lower.inclusive && upper.inclusive))
            default: isEmpty = false
            }
            if isEmpty { return .matchNone }
        }
        if lower == nil, upper == nil { return .exists(field: mapping.path, boost: boost) }
        return .range(field: mapping.path, lower: lower, upper: upper, boost: boost)
    }

    // MARK: Facets

    /// A date bound in milliseconds since 1970 UTC.
    func date(
        _ text: String, _ mapping: FieldMapping, _ format: String?
    ) throws(RequestError) -> Double {
        let formats = try formats(mapping, format)
        guard let value = DateMath.resolve(text, formats: formats, now: now) else {
            let names = formats.map(\.pattern).joined(separator: "||")
            throw refusal(
                mapping, .string(text), "a date in the format [\(names)] or relative to now")
        }
        return Double(value)
    }

    /// The key in the column's own kind.
    func facetKey(_ key: FacetKey, _ mapping: FieldMapping) throws(RequestError) -> FacetKey {
        let value: JSONValue
        switch key {
        case .integer(let number): value = .integer(number)
        case .real(let number): value = .number(number)
        case .bytes(let bytes): value = .string(String(decoding: bytes, as: UTF8.self))
        }
        switch mapping.type {
        case .text, .keyword, .completion: return .bytes(text(value, mapping))
        case .boolean: return .integer(try boolean(mapping, value) ? 1 : 0)
        case .float: return .real(Double(Float(try number(mapping, value))))
        case .double: return .real(try number(mapping, value))
        case .integer, .long:
            if let whole = wholeNumber(value) { return .integer(whole) }
            throw refusal(mapping, value, "a whole number")
        case .date:
            if case .integer(let milliseconds) = key { return .integer(milliseconds) }
            return .integer(Int64(try date(value.scalarText ?? "", mapping, nil)))
        }
    }
}
