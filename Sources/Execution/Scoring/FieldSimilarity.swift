// BM25 as Lucene computes it, with everything that depends on the field alone put into a table.

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

/// BM25 (k1 = 1.2, b = 0.75, without the constant factor k1 + 1) of one field under one
/// collection's statistics. A posting contributes `weight - weight / (1 + frequency *
/// normInverse[norm])`.
final class FieldSimilarity: @unchecked Sendable {
    static let k1: Float = 1.2
    static let b: Float = 0.75
    /// The norm of a document of one term; what fields without norms are scored with.
    static let unitNorm = NormByte.encode(1)

    /// Of clauses that do not score.
    static let silent = FieldSimilarity(FieldCounts())

    /// The last few that were made: searches of one index after the other ask for the same.
    private static let recent = Mutex<[(counts: FieldCounts, similarity: FieldSimilarity)]>([])
    private static let recentLimit = 8

    static func of(_ counts: FieldCounts) -> FieldSimilarity {
        let known = recent.withLock { recent in
            recent.first { $0.counts == counts }?.similarity
        }
        if let known { return known }
        let similarity = FieldSimilarity(counts)
        recent.withLock { recent in
            if recent.count == recentLimit { recent.removeFirst() }
            recent.append((counts, similarity))
        }
        return similarity
    }

    let documentCount: Int64
    /// Per norm byte; 256 entries, never changed after `init`.
    let normInverse: UnsafeMutablePointer<Float>

    init(_ counts: FieldCounts) {
        documentCount = counts.documentCount
        let average =
            counts.documentCount > 0 && counts.totalTermFrequency > 0
            ? Float(Double(counts.totalTermFrequency) / Double(counts.documentCount)) : 1
        normInverse = .allocate(capacity: NormByte.decoded.count)
        for (norm, length) in NormByte.decoded.enumerated() {
            let inverse = 1 / (Self.k1 * ((1 - Self.b) + Self.b * Float(length) / average))
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
