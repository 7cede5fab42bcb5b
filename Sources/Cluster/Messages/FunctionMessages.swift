// Functions of documents, and rescorers, as messages.

import Analysis
import Queries

extension WireFunctionScoreQuery {
    init(_ function: FunctionScoreQuery, _ depth: Int) throws(RemoteError) {
        self.init()
        query = try WireQuery(function.query, depth: depth + 1)
        for part in function.functions { functions.append(try WireScoreFunction(part, depth)) }
        scoreMode = function.scoreMode.rawValue
        boostMode = function.boostMode.rawValue
        maximumBoost = function.maximumBoost
        if let score = function.minimumScore { minimumScore = score }
    }

    func functionScore(_ depth: Int) throws(RemoteError) -> FunctionScoreQuery {
        guard functions.count <= QueryLimits.maximumFunctions else {
            throw .malformed(
                "a query has \(functions.count) functions where \(QueryLimits.maximumFunctions) "
                    + "are allowed")
        }
        var parts: [ScoreFunction] = []
        for function in functions { parts.append(try function.function(depth)) }
        return FunctionScoreQuery(
            query: try query.query(depth: depth + 1), functions: parts,
            scoreMode: try MessageCoding.choice(
                scoreMode, FunctionScoreQuery.ScoreMode.self, "a score mode"),
            boostMode: try MessageCoding.choice(
                boostMode, FunctionScoreQuery.BoostMode.self, "a boost mode"),
            maximumBoost: try MessageCoding.finite(maximumBoost, "a largest boost"),
            minimumScore: hasMinimumScore
                ? try MessageCoding.finite(minimumScore, "a least score") : nil)
    }
}

extension WireScoreFunction {
    fileprivate init(_ function: ScoreFunction, _ depth: Int) throws(RemoteError) {
        self.init()
        weight = function.weight
        if let filter = function.filter { self.filter = try WireQuery(filter, depth: depth + 1) }
        switch function.kind {
        case .constant: constant = true
        case .fieldValue(let value): fieldValue = WireFieldValueFunction(value)
        case .random(seed: let seed?): randomSeed = seed
        case .decay(let decay): self.decay = WireDecayFunction(decay)
        case .random(seed: nil), .rawDecay:
            throw .malformed("a query is not in normal form; QueryAnalyzer makes it so")
        }
    }

    fileprivate func function(_ depth: Int) throws(RemoteError) -> ScoreFunction {
        ScoreFunction(
            try functionKind(), filter: hasFilter ? try filter.query(depth: depth + 1) : nil,
            weight: try MessageCoding.finite(weight, "a weight"))
    }

    private func functionKind() throws(RemoteError) -> ScoreFunction.Kind {
        switch kind {
        case .constant: return .constant
        case .fieldValue(let value): return .fieldValue(try value.function())
        case .randomSeed(let seed): return .random(seed: seed)
        case .decay(let decay): return .decay(try decay.function())
        case nil: throw .malformed("a function is of no kind, or of one that is unknown here")
        }
    }
}

extension WireFieldValueFunction {
    fileprivate init(_ function: FieldValueFunction) {
        self.init()
        field = function.field
        factor = function.factor
        modifier = function.modifier.rawValue
        if let missing = function.missing { self.missing = missing }
    }

    fileprivate func function() throws(RemoteError) -> FieldValueFunction {
        FieldValueFunction(
            field: field, factor: try MessageCoding.finite(factor, "a factor"),
            modifier: try MessageCoding.choice(
                modifier, FieldValueFunction.Modifier.self, "a modifier"),
            missing: hasMissing ? try MessageCoding.finite(missing, "a missing value") : nil)
    }
}

extension WireDecayFunction {
    fileprivate init(_ function: DecayFunction) {
        self.init()
        field = function.field
        shape = function.shape.rawValue
        origin = function.origin
        scale = function.scale
        offset = function.offset
        decay = function.decay
        valueMode = function.valueMode.rawValue
    }

    fileprivate func function() throws(RemoteError) -> DecayFunction {
        DecayFunction(
            field: field,
            shape: try MessageCoding.choice(shape, DecayFunction.Shape.self, "a shape"),
            origin: try MessageCoding.finite(origin, "an origin"),
            scale: try MessageCoding.finite(scale, "a scale"),
            offset: try MessageCoding.finite(offset, "an offset"),
            decay: try MessageCoding.finite(decay, "a decay"),
            valueMode: try MessageCoding.choice(
                valueMode, DecayFunction.ValueMode.self, "a value mode"))
    }
}

extension WireRescore {
    init(_ rescore: Rescore) throws(RemoteError) {
        self.init()
        query = try WireQuery(rescore.query)
        windowSize = try MessageCoding.unsigned(rescore.windowSize, "a window")
        queryWeight = rescore.queryWeight
        rescoreQueryWeight = rescore.rescoreQueryWeight
        scoreMode = rescore.scoreMode.rawValue
    }

    func rescore() throws(RemoteError) -> Rescore {
        Rescore(
            query: try query.query(),
            windowSize: try MessageCoding.limited(
                windowSize, SearchRequest.maximumWindow, "a window"),
            queryWeight: try MessageCoding.finite(queryWeight, "a weight"),
            rescoreQueryWeight: try MessageCoding.finite(rescoreQueryWeight, "a weight"),
            scoreMode: try MessageCoding.choice(
                scoreMode, Rescore.ScoreMode.self, "a score mode"))
    }
}
