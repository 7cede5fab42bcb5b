// Remembers what had to be counted because documents were deleted.

import Analysis
import Queries
import Synchronization

/// Counts of live documents in segments with deletions, bounded in number. Without deletions a
/// segment states these numbers itself.
final class StatisticsCache: Sendable {
    /// Entries per kind. When there are more, all are forgotten: they are cheap to count again.
    static let entryLimit = 100_000

    static let shared = StatisticsCache()

    /// A segment with exactly these documents deleted.
    struct Deletions: Sendable, Hashable {
        let segment: UInt64
        let deletedCount: Int
        /// Of the live documents' bits.
        let digest: UInt64
    }

    private struct FieldKey: Hashable {
        let deletions: Deletions
        let field: String
    }

    private struct TermsKey: Hashable {
        let deletions: Deletions
        let term: TermKey
    }

    private struct State {
        var fields: [FieldKey: FieldCounts] = [:]
        var terms: [TermsKey: Int64] = [:]
    }

    private let state = Mutex(State())

    func counts(
        of field: String, _ deletions: Deletions, count: () throws -> FieldCounts
    ) rethrows -> FieldCounts {
        let key = FieldKey(deletions: deletions, field: field)
        if let known = state.withLock({ $0.fields[key] }) { return known }
        let counted = try count()
        state.withLock { state in
            if state.fields.count >= Self.entryLimit { state.fields.removeAll() }
            state.fields[key] = counted
        }
        return counted
    }

    func documentFrequency(
        of term: TermKey, _ deletions: Deletions, count: () throws -> Int64
    ) rethrows -> Int64 {
        let key = TermsKey(deletions: deletions, term: term)
        if let known = state.withLock({ $0.terms[key] }) { return known }
        let counted = try count()
        state.withLock { state in
            if state.terms.count >= Self.entryLimit { state.terms.removeAll() }
            state.terms[key] = counted
        }
        return counted
    }
}
