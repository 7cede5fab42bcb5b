// What functions of a query are for single documents of one segment.

import Analysis
import Queries
import Segments

/// A number for every document of a segment, from the document alone.
protocol DocumentFunction: AnyObject {
    func value(_ document: UInt32) throws -> Double
}

enum DocumentFunctions {
    /// Nil for the function that is always 1.
    static func make(
        _ kind: ScoreFunction.Kind, in segment: SegmentReader
    ) throws -> (any DocumentFunction)? {
        switch kind {
        case .constant: return nil
        case .fieldValue(let value):
            return FieldFactor(value, FieldNumbers(segment.column(value.field)))
        case .decay(let decay): return Decay(decay, FieldNumbers(segment.column(decay.field)))
        case .random(seed: let seed?): return RandomValue(seed: seed, segment)
        case .random(seed: nil), .rawDecay: throw ExecutionError.notInNormalForm("function_score")
        }
    }
}

/// A field's values as floating point numbers.
struct FieldNumbers {
    private let blocks: ColumnBlocks?

    /// - Parameter column: nil where no document of the segment has a value.
    init(_ column: Column?) {
        blocks = column.flatMap { $0.kind == .ordinal ? nil : ColumnBlocks($0) }
    }

    /// Calls `body` with every value of the document.
    @inline(__always)
    func forEach(_ document: UInt32, _ body: (Double) -> Void) throws {
        guard let blocks else { return }
        let isReal = blocks.column.kind == .real
        for place in try blocks.range(of: document) {
            let raw = blocks.values[place]
            body(isReal ? SortableDouble.decode(raw) : Double(raw))
        }
    }

    func smallest(_ document: UInt32) throws -> Double? {
        var result: Double?
        try forEach(document) { result = min(result ?? $0, $0) }
        return result
    }
}

/// The same for the same seed and `_id`, wherever the document lies.
final class RandomValue: DocumentFunction {
    private let seed: UInt64
    private let segment: SegmentReader

    init(seed: Int64, _ segment: SegmentReader) {
        self.seed = UInt64(bitPattern: seed) &* 0x9E37_79B9_7F4A_7C15
        self.segment = segment
    }

    /// From 0 to less than 1, a multiple of 2^-24. The mixing is that of SplitMix64 (Steele, Lea
    /// and Flood, 2014).
    func value(_ document: UInt32) -> Double {
        var mixed = segment.tieKey(document) ^ seed
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((mixed ^ (mixed >> 31)) >> 40) * 0x1p-24
    }
}
