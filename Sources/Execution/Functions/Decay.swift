// Less and less with the distance from an origin.

import Queries

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

final class Decay: DocumentFunction {
    private let function: DecayFunction
    private let numbers: FieldNumbers
    /// What the distance, squared or not, is multiplied by.
    private let slope: Double

    init(_ function: DecayFunction, _ numbers: FieldNumbers) {
        self.function = function
        self.numbers = numbers
        switch function.shape {
        case .gauss: slope = log(function.decay) / (function.scale * function.scale)
        case .exp: slope = log(function.decay) / function.scale
        case .linear: slope = (1 - function.decay) / function.scale
        }
    }

    func value(_ document: UInt32) throws -> Double {
        guard let distance = try distance(document) else { return 1 }
        switch function.shape {
        case .gauss: return exp(slope * (distance * distance))
        case .exp: return exp(slope * distance)
        case .linear: return max(0, 1 - slope * distance)
        }
    }

    /// Nil: the document has no value.
    private func distance(_ document: UInt32) throws -> Double? {
        var count = 0
        var result = 0.0
        let mode = function.valueMode
        try numbers.forEach(document) { value in
            let distance = max(0, abs(value - function.origin) - function.offset)
            count += 1
            if count == 1 {
                result = distance
                return
            }
            switch mode {
            case .min: result = min(result, distance)
            case .max: result = max(result, distance)
            case .sum, .avg: result += distance
            }
        }
        if count == 0 { return nil }
        return mode == .avg ? result / Double(count) : result
    }
}
