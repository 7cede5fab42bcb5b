// What the root remembers of collections: enough to send statistics along with most queries.

import Analysis
import Queries
import Synchronization

/// Field counts, document frequencies and the terms of expansions, per index, as the leaves last
/// added them up. Possibly out of date, which costs a second trip and never a wrong score. The
/// memory is bounded: entries live in two halves, a young and an old one; what is used moves to
/// the young half, and when that is full it becomes the old one.
final class StatisticsBelief: Sendable {
    /// Entries per half.
    static let capacity = 100_000
    /// Longer terms are not remembered.
    static let maximumTermBytes = 256
    /// Bytes of expansions per half, about.
    static let expansionCapacity = 8 << 20

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

    private struct ExpansionKey: Hashable {
        let indexUUID: String
        let expansion: TermExpansion
    }

    /// The same for expansions, which differ in size.
    private struct ExpansionHalves {
        var young: [ExpansionKey: ExpandedTerms] = [:]
        var old: [ExpansionKey: ExpandedTerms] = [:]
        var youngBytes = 0

        subscript(key: ExpansionKey) -> ExpandedTerms? {
            mutating get {
                if let value = young[key] { return value }
                guard let value = old[key] else { return nil }
                self[key] = value
                return value
            }
            set {
                youngBytes -= young[key].map(Self.cost) ?? 0
                young[key] = newValue
                youngBytes += newValue.map(Self.cost) ?? 0
                if youngBytes >= StatisticsBelief.expansionCapacity {
                    old = young
                    young = [:]
                    youngBytes = 0
                }
            }
        }

        /// With the key, which is about as long as a term.
        private static func cost(_ terms: ExpandedTerms) -> Int {
            terms.terms.reduce(1_024) { $0 + $1.term.bytes.count + 64 }
        }
    }

    private struct State {
        var halves = Halves()
        var expansions = ExpansionHalves()
    }

    private let state = Mutex(State())

    /// Everything the query needs, or nil when some of it is unknown.
    func statistics(for query: ShardQuery, of indexUUID: String) -> CollectionStatistics? {
        let needed = query.neededTerms
        return state.withLock { state in
            var result = CollectionStatistics()
            for expansion in query.expansions {
                let key = ExpansionKey(indexUUID: indexUUID, expansion: expansion)
                guard let terms = state.expansions[key] else { return nil }
                result.expansions[expansion] = terms
            }
            for field in needed.fields {
                let key = Key(indexUUID: indexUUID, field: field, term: nil)
                guard case .field(let counts)? = state.halves[key] else { return nil }
                result.fields[field] = counts
            }
            for term in needed.terms {
                let key = Key(indexUUID: indexUUID, field: term.field, term: term.term)
                guard case .term(let count)? = state.halves[key] else { return nil }
                result.terms[term] = count
            }
            return result
        }
    }

    /// Remembers numbers that were true of the whole index a moment ago.
    func learn(_ statistics: CollectionStatistics, for query: ShardQuery, of indexUUID: String) {
        let needed = query.neededTerms
        state.withLock { state in
            for expansion in query.expansions {
                let key = ExpansionKey(indexUUID: indexUUID, expansion: expansion)
                state.expansions[key] = statistics.best(expansion)
            }
            for field in needed.fields {
                let key = Key(indexUUID: indexUUID, field: field, term: nil)
                state.halves[key] = .field(statistics.fields[field] ?? FieldCounts())
            }
            for term in needed.terms where term.term.bytes.count <= Self.maximumTermBytes {
                let key = Key(indexUUID: indexUUID, field: term.field, term: term.term)
                state.halves[key] = .term(statistics.terms[term] ?? 0)
            }
        }
    }
}

extension ShardQuery {
    /// What BM25 needs, each once.
    fileprivate var neededTerms: (fields: Set<String>, terms: Set<TermKey>) {
        var fields: Set<String> = []
        var terms: Set<TermKey> = []
        for (field, term) in scoringOccurrences {
            fields.insert(field)
            if let term { terms.insert(TermKey(field: field, term: term)) }
        }
        return (fields, terms)
    }
}
