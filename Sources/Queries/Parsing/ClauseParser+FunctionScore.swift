// The function_score query and its functions.

import Analysis

extension ClauseParser {
    mutating func functionScore(_ json: JSONValue) throws(RequestError) -> Query {
        var reader = try ObjectReader(json, "[function_score] query")
        let inner = reader.value("query")
        let list = reader.value("functions")
        var functions: [ScoreFunction] = []
        if let only = try Self.function(&reader) {
            guard list == nil else {
                throw .parsing(
                    "\(reader.place) takes [functions] or one function beside [query], not both")
            }
            functions.append(only)
        }
        let scoreMode = try reader.choice("score_mode", FunctionScoreQuery.ScoreMode.self)
        let boostMode = try reader.choice("boost_mode", FunctionScoreQuery.BoostMode.self)
        let maximumBoost = try reader.float("max_boost")
        let minimumScore = try reader.float("min_score")
        let boost = try reader.boost()
        try reader.finish()
        if let list { functions = try self.functions(list, reader.place) }
        var function = FunctionScoreQuery(
            query: try inner.map { (json) throws(RequestError) in try query(json) }
                ?? .matchAll(boost: 1),
            functions: functions, minimumScore: minimumScore)
        // Without a function there is nothing to combine.
        if !functions.isEmpty {
            function.scoreMode = scoreMode ?? .multiply
            function.boostMode = boostMode ?? .multiply
            function.maximumBoost = maximumBoost ?? FunctionScoreQuery.unlimitedBoost
        }
        return try Query.functionScore(function).boosted(by: boost)
    }

    private mutating func functions(
        _ json: JSONValue, _ place: String
    ) throws(RequestError) -> [ScoreFunction] {
        guard case .array(let elements) = json else {
            throw .parsing("[functions] of \(place) must be an array; got \(json.kindName)")
        }
        guard elements.count <= QueryLimits.maximumFunctions else {
            throw .illegalArgument(
                "\(place) has [\(elements.count)] functions; the most is "
                    + "[\(QueryLimits.maximumFunctions)]")
        }
        var result: [ScoreFunction] = []
        for element in elements {
            var reader = try ObjectReader(element, "a function of \(place)")
            let filter = reader.value("filter")
            guard var function = try Self.function(&reader) else {
                throw .parsing(
                    "\(reader.place) needs [weight] or one of [\(Self.functionNames)]")
            }
            try reader.finish()
            if let filter { function.filter = try query(filter) }
            result.append(function)
        }
        return result
    }

    private static let functionNames =
        (["field_value_factor", "random_score"] + DecayFunction.Shape.allCases.map(\.rawValue))
        .joined(separator: ", ")

    /// The function among an object's members, and its weight; nil where there is neither.
    private static func function(
        _ reader: inout ObjectReader
    ) throws(RequestError) -> ScoreFunction? {
        guard reader.object["script_score"] == nil else {
            throw .illegalArgument(
                "[script_score] of \(reader.place) is not supported: no scripts are run here; use "
                    + "one of [\(functionNames)], or index what the script computes")
        }
        let weight = try reader.float("weight")
        if let weight, weight < 0 {
            throw .illegalArgument(
                "[weight] of \(reader.place) must not be negative; got [\(weight)]")
        }
        var kinds: [ScoreFunction.Kind] = []
        if let body = reader.value("field_value_factor") {
            kinds.append(.fieldValue(try fieldValue(body)))
        }
        if let body = reader.value("random_score") {
            kinds.append(.random(seed: try randomSeed(body)))
        }
        for shape in DecayFunction.Shape.allCases {
            guard let body = reader.value(shape.rawValue) else { continue }
            kinds.append(.rawDecay(try decay(shape, body)))
        }
        guard kinds.count <= 1 else {
            throw .parsing("\(reader.place) takes only one of [\(functionNames)]")
        }
        if kinds.isEmpty, weight == nil { return nil }
        return ScoreFunction(kinds.first ?? .constant, weight: weight ?? 1)
    }

    private static func fieldValue(_ json: JSONValue) throws(RequestError) -> FieldValueFunction {
        var reader = try ObjectReader(json, "[field_value_factor]")
        guard let field = try reader.string("field") else { throw reader.missing("field") }
        let function = FieldValueFunction(
            field: field, factor: try reader.float("factor") ?? 1,
            modifier: try reader.choice("modifier", FieldValueFunction.Modifier.self)
                ?? FieldValueFunction.Modifier.none,
            missing: try reader.double("missing"))
        try reader.finish()
        return function
    }

    /// Nil: none is given.
    private static func randomSeed(_ json: JSONValue) throws(RequestError) -> Int64? {
        var reader = try ObjectReader(json, "[random_score]")
        let seed = reader.value("seed")
        // What tells documents apart is the hash of their `_id`.
        if let field = try reader.string("field"), field != "_id", field != "_seq_no" {
            throw .illegalArgument(
                "[field] of [random_score] can only be [_id] or [_seq_no]; got [\(field)]")
        }
        try reader.finish()
        guard let seed else { return nil }
        if let number = seed.integerValue { return number }
        guard case .string(let text) = seed else {
            throw reader.refusal("seed", "a whole number or a string", seed)
        }
        return Int64(text)
            ?? Int64(bitPattern: DocumentRouting.hash(Array(text.utf8)))
    }

    private static func decay(
        _ shape: DecayFunction.Shape, _ json: JSONValue
    ) throws(RequestError) -> RawDecayFunction {
        var outer = try ObjectReader(json, "[\(shape.rawValue)]")
        let mode = try outer.choice("multi_value_mode", DecayFunction.ValueMode.self)
        let fields = outer.object.keys.filter { $0 != "multi_value_mode" }
        guard fields.count == 1, let body = outer.object[fields[0]] else {
            throw .parsing(
                "\(outer.place) needs one field with [origin] and [scale]; got fields "
                    + "[\(fields.joined(separator: ", "))]")
        }
        var reader = try ObjectReader(body, "\(outer.place) of field [\(fields[0])]")
        let origin = reader.value("origin")
        guard let scale = reader.value("scale") else { throw reader.missing("scale") }
        let offset = reader.value("offset")
        let decay = try reader.double("decay") ?? 0.5
        guard decay > 0, decay < 1 else {
            throw .illegalArgument(
                "[decay] of \(reader.place) must be between 0 and 1; got [\(decay)]")
        }
        try reader.finish()
        return RawDecayFunction(
            field: fields[0], shape: shape, origin: origin, scale: scale, offset: offset,
            decay: decay, valueMode: mode ?? .min)
    }
}
