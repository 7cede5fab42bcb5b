// Remembers which terms of a segment are like a pattern.

import Queries
import Synchronization

/// Candidates of expansions by segment: those of a search's first trip serve its second, and every
/// search with the same words as long as the segment lives. Bounded in size.
final class ExpansionCache: Sendable {
    /// About. When there are more, all are forgotten: they are cheap to find again.
    static let byteLimit = 16 << 20

    static let shared = ExpansionCache()

    private struct Key: Hashable {
        let documents: StatisticsCache.Deletions
        let field: String
        let pattern: TermPattern
    }

    private struct State {
        var known: [Key: ExpandedTerms] = [:]
        var bytes = 0
    }

    private let state = Mutex(State())

    /// - Parameter documents: the segment and which of its documents are deleted.
    func candidates(
        of expansion: TermExpansion, in documents: StatisticsCache.Deletions,
        find: () throws -> ExpandedTerms
    ) rethrows -> ExpandedTerms {
        let key = Key(
            documents: documents, field: expansion.field, pattern: expansion.pattern)
        if let known = state.withLock({ $0.known[key] }) { return known }
        let found = try find()
        let cost = found.terms.reduce(512) { $0 + $1.term.bytes.count + 80 }
        state.withLock { state in
            if state.bytes + cost > Self.byteLimit {
                state.known.removeAll()
                state.bytes = 0
            }
            if state.known.updateValue(found, forKey: key) == nil { state.bytes += cost }
        }
        return found
    }
}
