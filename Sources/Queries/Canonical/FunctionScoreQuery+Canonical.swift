// Functions of documents in canonical bytes.

extension FunctionScoreQuery {
    func write(to writer: inout CanonicalWriter) {
        writer.string(scoreMode.rawValue)
        writer.string(boostMode.rawValue)
        writer.float(maximumBoost)
        writer.optional(minimumScore) { $0.float($1) }
        query.write(to: &writer)
        writer.list(functions) { $1.write(to: &$0) }
    }
}

extension ScoreFunction {
    fileprivate func write(to writer: inout CanonicalWriter) {
        writer.float(weight)
        writer.optional(filter) { $1.write(to: &$0) }
        switch kind {
        case .constant: writer.tag(0)
        case .fieldValue(let value):
            writer.tag(1)
            writer.string(value.field)
            writer.float(value.factor)
            writer.string(value.modifier.rawValue)
            writer.optional(value.missing) { $0.real($1) }
        case .random(let seed):
            writer.tag(2)
            writer.optional(seed) { $0.integer($1) }
        case .decay(let decay):
            writer.tag(3)
            writer.head(decay.field, decay.shape, decay.decay, decay.valueMode)
            writer.real(decay.origin)
            writer.real(decay.scale)
            writer.real(decay.offset)
        case .rawDecay(let decay):
            writer.tag(4)
            writer.head(decay.field, decay.shape, decay.decay, decay.valueMode)
            writer.optional(decay.origin) { $0.json($1) }
            writer.json(decay.scale)
            writer.optional(decay.offset) { $0.json($1) }
        }
    }
}

extension CanonicalWriter {
    fileprivate mutating func head(
        _ field: String, _ shape: DecayFunction.Shape, _ decay: Double,
        _ mode: DecayFunction.ValueMode
    ) {
        string(field)
        string(shape.rawValue)
        real(decay)
        string(mode.rawValue)
    }
}

extension CoveringQuery {
    func write(to writer: inout CanonicalWriter) {
        writer.string(minimumField)
        writer.list(clauses) { $1.write(to: &$0) }
    }
}
