// One term's (or phrase's) score as a function of frequency and document, for one segment.

import Segments

/// Scores postings of one field of one segment with one weight, in bulk. The pointers stay valid
/// because the objects that own them are held.
struct TermSimilarity {
    let weight: Float
    /// False in filters: nothing is scored.
    let isScoring: Bool
    private let field: FieldSimilarity
    private let index: FieldIndex
    private let table: UnsafeMutablePointer<Float>
    private let norms: UnsafePointer<UInt8>?

    init(weight: Float, isScoring: Bool, field: FieldSimilarity, index: FieldIndex) {
        self.weight = weight
        self.isScoring = isScoring
        self.field = field
        self.index = index
        table = field.normInverse
        norms = index.norms
    }

    func score(frequency: Float, document: UInt32) -> Double {
        score(frequency: frequency, norm: norms?[Int(document)] ?? FieldSimilarity.unitNorm)
    }

    /// What so many occurrences count in a document of this length, before it saturates.
    func share(frequency: UInt32, document: UInt32) -> Float {
        let norm = norms?[Int(document)] ?? FieldSimilarity.unitNorm
        return Float(frequency) * table[Int(norm)]
    }

    func score(frequency: Float, norm: UInt8) -> Double {
        let inverse = table[Int(norm)]
        return ScoreGrid.round(Double(weight - weight / (1 + frequency * inverse)))
    }

    /// The most any posting under these impacts can score. The score grows with the product of
    /// frequency and inverse, so that only the pair with the largest has to be scored.
    func bound(_ impacts: Impacts) -> Double {
        guard isScoring else { return 0 }
        var best: Float = 0
        for pair in 0..<4 as Range<UInt64> {
            let frequency = impacts.frequency(pair)
            let counted =
                frequency == Impacts.endlessFrequency ? Float.infinity : Float(frequency)
            best = max(best, counted * table[Int(impacts.norm(pair))])
        }
        return ScoreGrid.round(Double(weight - weight / (1 + best)))
    }

    /// Scores of `count` postings; `inverses` is scratch memory. Both it and `scores` and
    /// `frequencies` must have room for `count` rounded up to a multiple of 8.
    @inline(__always)
    func score(
        documents: UnsafePointer<UInt32>, frequencies: UnsafePointer<UInt32>, count: Int,
        inverses: UnsafeMutablePointer<Float>, into scores: UnsafeMutablePointer<Double>
    ) {
        let table = table
        if let norms {
            for index in 0..<count {
                inverses[index] = table[Int(norms[Int(documents[index])])]
            }
        } else {
            inverses.update(repeating: table[Int(FieldSimilarity.unitNorm)], count: count)
        }
        let weights = SIMD8<Float>(repeating: weight)
        let one = SIMD8<Float>(repeating: 1)
        let rounding = SIMD8<Double>(repeating: ScoreGrid.roundingConstant)
        var index = 0
        while index < count {
            let counted = UnsafeRawPointer(frequencies + index)
                .loadUnaligned(as: SIMD8<Int32>.self)
            let inverse = UnsafeRawPointer(inverses + index).loadUnaligned(as: SIMD8<Float>.self)
            let score = weights - weights / (one + SIMD8<Float>(counted) * inverse)
            let rounded = (SIMD8<Double>(score) + rounding) - rounding
            UnsafeMutableRawPointer(scores + index).storeBytes(
                of: rounded, as: SIMD8<Double>.self)
            index += 8
        }
    }
}
