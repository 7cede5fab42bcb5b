// What the root remembers of collections: enough to send statistics along with most queries.

import Analysis
import Queries
import Synchronization

/// Field counts and document frequencies, per index, as the leaves last added them up. Possibly
/// out of date, which costs a second trip and never a wrong score. The memory is bounded: entries
/// live in two halves, a young and an old one; what is used moves to the young half, and when
/// that is full it becomes the old one.
final class StatisticsBelief: Sendable {
    /// Entries per half.
    static let capacity = 100_000
    /// Longer terms are not remembered.
    static let maximumTermBytes = 256

    private struct Key: Hashable {
        let indexUUID: String
        let field: String
        /// Nil for the field's own counts.
        let term: Term?
    }

    private enum Value {
        case field(FieldCounts)
        case term(Int64)
    }

    private struct Halves {
        var young: [Key: Value] = [:]
        var old: [Key: Value] = [:]

        subscript(key: Key) -> Value? {
            mutating get {
                if let value = young[key] { return value }
                guard let value = old[key] else { return nil }
                self[key] = value
                return value
            }
            set {
                young[key] = newValue
                if young.count >= StatisticsBelief.capacity {
                    old = young
                    young = [:]
                }
            }
        }
    }

    private let halves = Mutex(Halves())

    /// Everything the query needs, or nil when some of it is unknown.
    func statistics(for query: Query, of indexUUID: String) -> CollectionStatistics? {
        let needed = query.scoringTerms
        return halves.withLock { halves in
            var result = CollectionStatistics()
            for field in needed.fields {
                let key = Key(indexUUID: indexUUID, field: field, term: nil)
                guard case .field(let counts)? = halves[key] else { return nil }
                result.fields[field] = counts
            }
            for term in needed.terms {
                let key = Key(indexUUID: indexUUID, field: term.field, term: term.term)
                guard case .term(let count)? = halves[key] else { return nil }
                result.terms[term] = count
            }
            return result
        }
    }

    /// Remembers numbers that were true of the whole index a moment ago.
    func learn(_ statistics: CollectionStatistics, for query: Query, of indexUUID: String) {
        let needed = query.scoringTerms
        halves.withLock { halves in
            for field in needed.fields {
                let key = Key(indexUUID: indexUUID, field: field, term: nil)
                halves[key] = .field(statistics.fields[field] ?? FieldCounts())
            }
            for term in needed.terms where term.term.bytes.count <= Self.maximumTermBytes {
                let key = Key(indexUUID: indexUUID, field: term.field, term: term.term)
                halves[key] = .term(statistics.terms[term] ?? 0)
            }
        }
    }
}
