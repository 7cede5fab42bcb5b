// BM25 as Lucene computes it, with everything that depends on the field alone put into a table.

import Analysis
import Queries
import Segments
import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// BM25 (without the constant factor k1 + 1) of one field under one collection's statistics. A
/// posting contributes `weight - weight / (1 + frequency * normInverse[norm])`.
final class FieldSimilarity: @unchecked Sendable {
    /// What a k1 of 0 is taken as, so that no number is infinite.
    private static let smallestK1: Float = 1e-9
    /// The norm of a document of one term; what fields without norms are scored with.
    static let unitNorm = NormByte.encode(1)

    /// Of clauses that do not score.
    static let silent = FieldSimilarity(FieldCounts(), .standard)

    /// The last few that were made: searches of one index after the other ask for the same.
    private static let recent = Mutex<[FieldSimilarity]>([])
    private static let recentLimit = 8

    static func of(_ counts: FieldCounts, _ parameters: Similarity) -> FieldSimilarity {
        let known = recent.withLock { recent in
            recent.first { $0.counts == counts && $0.parameters == parameters }
        }
        if let known { return known }
        let similarity = FieldSimilarity(counts, parameters)
        recent.withLock { recent in
            if recent.count == recentLimit { recent.removeFirst() }
            recent.append(similarity)
        }
        return similarity
    }

    private let counts: FieldCounts
    let parameters: Similarity
    /// Of the documents that have the field; 1 where that is not known.
    let averageLength: Float

    let documentCount: Int64
    /// Per norm byte; 256 entries, never changed after `init`.
    let normInverse: UnsafeMutablePointer<Float>

    init(_ counts: FieldCounts, _ parameters: Similarity) {
        self.counts = counts
        self.parameters = parameters
        documentCount = counts.documentCount
        let average: Float =
            counts.documentCount > 0 && counts.totalTermFrequency > 0
            ? Float(Double(counts.totalTermFrequency) / Double(counts.documentCount)) : 1
        averageLength = average
        let k1 = max(parameters.k1, Self.smallestK1)
        let b = parameters.b
        normInverse = .allocate(capacity: NormByte.decoded.count)
        for (norm, length) in NormByte.decoded.enumerated() {
            let inverse = 1 / (k1 * ((1 - b) + b * Float(length) / average))
            (normInverse + norm).initialize(to: inverse)
        }
    }

    deinit { normInverse.deallocate() }

    /// How much rarer terms count more. Never negative, also when the numbers contradict each
    /// other.
    func idf(documentFrequency: Int64) -> Float {
        let df = Double(max(0, documentFrequency))
        let rest = Double(max(0, documentCount - max(0, documentFrequency)))
        return Float(log(1 + (rest + 0.5) / (df + 0.5)))
    }
}

/// An inverse document frequency and what it was made from.
struct InverseFrequency {
    let value: Float
    let documentFrequency: Int64
    let documentCount: Int64

    init(_ similarity: FieldSimilarity, documentFrequency: Int64) {
        value = similarity.idf(documentFrequency: documentFrequency)
        self.documentFrequency = documentFrequency
        documentCount = similarity.documentCount
    }
}
