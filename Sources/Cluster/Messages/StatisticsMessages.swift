// Collection statistics as messages: terms grouped by field, in byte order, so that equal numbers
// are equal bytes.

import Analysis
import Queries

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension WireStatistics {
    init(_ statistics: CollectionStatistics) throws(RemoteError) {
        self.init()
        var terms: [String: [(term: Term, count: Int64)]] = [:]
        for (key, count) in statistics.terms {
            terms[key.field, default: []].append((key.term, count))
        }
        for field in Set(statistics.fields.keys).union(terms.keys).sorted() {
            var wire = WireFieldStatistics()
            wire.field = field
            if let counts = statistics.fields[field] {
                wire.hasCounts_p = true
                wire.documentCount = counts.documentCount
                wire.totalTermFrequency = counts.totalTermFrequency
            }
            for (term, count) in (terms[field] ?? []).sorted(by: { $0.term < $1.term }) {
                wire.terms.append(Data(term.bytes))
                wire.documentFrequencies.append(count)
            }
            fields.append(wire)
        }
        // Equal numbers, equal bytes: expansions have no order of their own, their bytes do.
        var encoded: [(bytes: [UInt8], wire: WireExpandedTerms)] = []
        for (expansion, terms) in statistics.expansions {
            let wire = try WireExpandedTerms(expansion, terms)
            encoded.append((try MessageCoding.encode(wire.expansion), wire))
        }
        expansions = encoded.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }.map(\.wire)
    }

    func statistics() throws(RemoteError) -> CollectionStatistics {
        var result = CollectionStatistics()
        for field in fields {
            guard field.terms.count == field.documentFrequencies.count else {
                throw .malformed(
                    "statistics of \(field.terms.count) terms have "
                        + "\(field.documentFrequencies.count) numbers")
            }
            guard field.documentCount >= 0, field.totalTermFrequency >= 0,
                field.documentFrequencies.allSatisfy({ $0 >= 0 })
            else { throw .malformed("statistics of field '\(field.field)' are negative") }
            if field.hasCounts_p {
                result.fields[field.field] = FieldCounts(
                    documentCount: field.documentCount,
                    totalTermFrequency: field.totalTermFrequency)
            }
            for (term, count) in zip(field.terms, field.documentFrequencies) {
                result.terms[TermKey(field: field.field, term: Term(Array(term)))] = count
            }
        }
        for wire in expansions {
            result.expansions[try wire.expansion.expansion()] = try wire.expanded()
        }
        return result
    }
}
