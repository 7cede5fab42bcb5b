// Functions of documents, evaluated document by document.

import Analysis
import Foundation
import Queries

@testable import Execution

extension Oracle {
    func functionScore(_ function: FunctionScoreQuery, _ isSummed: Bool) -> [Double?] {
        let inner = scores(function.query)
        let filters = function.functions.map { $0.filter.map { scores($0) } }
        return documents.indices.map { number in
            guard let score = inner[number] else { return nil }
            var parts: [(value: Double, weight: Double)] = []
            for (part, filter) in zip(function.functions, filters) {
                if let filter, filter[number] == nil { continue }
                let weight = Double(part.weight)
                let value = Self.value(part.kind, documents[number]) * weight
                parts.append((Self.valid(value), weight))
            }
            let value = min(
                Self.valid(Self.combine(parts, function.scoreMode)), Double(function.maximumBoost))
            let combined =
                switch function.boostMode {
                case .multiply: score * value
                case .replace: value
                case .sum: score + value
                case .avg: (score + value) / 2
                case .max: max(score, value)
                case .min: min(score, value)
                }
            let result = Self.grid(Self.valid(combined))
            if let minimum = function.minimumScore, Float(result) < minimum { return nil }
            return min(result, isSummed ? 2_097_152 : Double(Float.greatestFiniteMagnitude))
        }
    }

    private static func valid(_ value: Double) -> Double { value > 0 ? value : 0 }

    private static func combine(
        _ parts: [(value: Double, weight: Double)], _ mode: FunctionScoreQuery.ScoreMode
    ) -> Double {
        guard let first = parts.first else { return 1 }
        let values = parts.map(\.value)
        let weights = parts.map(\.weight).reduce(0, +)
        switch mode {
        case .multiply: return values.reduce(1, *)
        case .sum: return weights == 0 ? 1 : values.reduce(0, +)
        case .avg: return weights == 0 ? 1 : values.reduce(0, +) / weights
        case .first: return first.value
        case .max: return values.max() ?? 1
        case .min: return values.min() ?? 1
        }
    }

    private static func numbers(_ field: String, _ document: PlainDocument) -> [Double] {
        switch field {
        case "year": document.years.map { Double($0) }
        case "price": document.prices
        case "flag": document.flag.map { [$0 ? 1 : 0] } ?? []
        case "need": document.needs.map { Double($0) }
        default: []
        }
    }

    static func value(_ kind: ScoreFunction.Kind, _ document: PlainDocument) -> Double {
        switch kind {
        case .constant, .rawDecay: return 1
        case .fieldValue(let function):
            guard let smallest = numbers(function.field, document).min() ?? function.missing else {
                return 1
            }
            let value = Double(function.factor) * smallest
            switch function.modifier {
            case .none: return value
            case .log: return log10(value)
            case .log1p: return log10(value + 1)
            case .log2p: return log10(value + 2)
            case .ln: return log(value)
            case .ln1p: return log1p(value)
            case .ln2p: return log1p(value + 1)
            case .square: return value * value
            case .sqrt: return sqrt(value)
            case .reciprocal: return 1 / value
            }
        case .random(let seed):
            // One step of the generator to this state.
            let state = document.tieKey ^ (UInt64(bitPattern: seed ?? 0) &* 0x9E37_79B9_7F4A_7C15)
            var random = SeededGenerator(seed: state &- 0x9E37_79B9_7F4A_7C15)
            return Double(random.next() >> 40) / 16_777_216
        case .decay(let decay): return self.decay(decay, numbers(decay.field, document))
        }
    }

    private static func decay(_ decay: DecayFunction, _ values: [Double]) -> Double {
        let distances = values.map { max(0, abs($0 - decay.origin) - decay.offset) }
        guard let nearest = distances.min(), let farthest = distances.max() else { return 1 }
        let sum = distances.reduce(0, +)
        let distance =
            switch decay.valueMode {
            case .min: nearest
            case .max: farthest
            case .sum: sum
            case .avg: sum / Double(distances.count)
            }
        switch decay.shape {
        case .gauss:
            return exp(log(decay.decay) / (decay.scale * decay.scale) * (distance * distance))
        case .exp: return exp(log(decay.decay) / decay.scale * distance)
        case .linear: return max(0, 1 - (1 - decay.decay) / decay.scale * distance)
        }
    }

    func covering(_ covering: CoveringQuery, _ isSummed: Bool) -> [Double?] {
        let all = covering.clauses.map {
            scores($0, isSummed: isSummed || covering.clauses.count > 1)
        }
        return documents.indices.map { number in
            let matching = all.compactMap { $0[number] }
            guard !matching.isEmpty,
                let wanted = Self.numbers(covering.minimumField, documents[number]).min(),
                Double(matching.count) >= wanted
            else { return nil }
            return matching.reduce(0, +)
        }
    }
}
