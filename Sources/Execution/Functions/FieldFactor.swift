// A field's value as a factor.

import Queries

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

final class FieldFactor: DocumentFunction {
    private let modifier: FieldValueFunction.Modifier
    private let factor: Double
    private let missing: Double?
    private let numbers: FieldNumbers

    init(_ function: FieldValueFunction, _ numbers: FieldNumbers) {
        modifier = function.modifier
        factor = Double(function.factor)
        missing = function.missing
        self.numbers = numbers
    }

    func value(_ document: UInt32) throws -> Double {
        guard let value = try numbers.smallest(document) ?? missing else { return 1 }
        return modified(factor * value)
    }

    private func modified(_ value: Double) -> Double {
        switch modifier {
        case .none: value
        case .log: log10(value)
        case .log1p: log10(value + 1)
        case .log2p: log10(value + 2)
        case .ln: log(value)
        case .ln1p: log1p(value)
        case .ln2p: log1p(value + 1)
        case .square: value * value
        case .sqrt: value.squareRoot()
        case .reciprocal: 1 / value
        }
    }
}
