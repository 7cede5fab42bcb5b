// What BM25 needs to know about a collection, in numbers that add up across shards.

import Analysis

/// Counts over the live documents that have a field.
public struct FieldCounts: Sendable, Hashable {
    public var documentCount: Int64
    /// Tokens of the field in all of them.
    public var totalTermFrequency: Int64

    public init(documentCount: Int64 = 0, totalTermFrequency: Int64 = 0) {
        self.documentCount = documentCount
        self.totalTermFrequency = totalTermFrequency
    }
}

/// Exact numbers over live documents: those of some shards, or of all.
public struct CollectionStatistics: Sendable, Hashable {
    public var fields: [String: FieldCounts]
    /// In how many documents each term occurs.
    public var terms: [TermKey: Int64]
    /// The first candidates of each expansion, or just those taken (`narrowed`).
    public var expansions: [TermExpansion: ExpandedTerms]

    public init(
        fields: [String: FieldCounts] = [:], terms: [TermKey: Int64] = [:],
        expansions: [TermExpansion: ExpandedTerms] = [:]
    ) {
        self.fields = fields
        self.terms = terms
        self.expansions = expansions
    }

    /// The terms the expansion stands for.
    public func best(_ expansion: TermExpansion) -> ExpandedTerms {
        expansions[expansion]?.best(of: expansion) ?? ExpandedTerms()
    }

    /// The same with nothing but the terms that expansions stand for.
    public var narrowed: CollectionStatistics {
        if expansions.isEmpty { return self }
        var result = self
        for expansion in expansions.keys { result.expansions[expansion] = best(expansion) }
        return result
    }

    /// Adds the numbers of other, disjoint shards.
    public mutating func add(_ other: CollectionStatistics) {
        for (field, counts) in other.fields {
            var sum = fields[field] ?? FieldCounts()
            sum.documentCount &+= counts.documentCount
            sum.totalTermFrequency &+= counts.totalTermFrequency
            fields[field] = sum
        }
        for (key, count) in other.terms { terms[key, default: 0] &+= count }
        for (expansion, candidates) in other.expansions {
            expansions[expansion, default: ExpandedTerms()].add(candidates)
        }
    }

    /// Whether two sets of numbers score alike: absent means zero.
    public func agrees(with other: CollectionStatistics) -> Bool {
        for field in Set(fields.keys).union(other.fields.keys)
        where fields[field] ?? FieldCounts() != other.fields[field] ?? FieldCounts() {
            return false
        }
        for key in Set(terms.keys).union(other.terms.keys)
        where terms[key] ?? 0 != other.terms[key] ?? 0 {
            return false
        }
        for expansion in Set(expansions.keys).union(other.expansions.keys)
        where best(expansion) != other.best(expansion) {
            return false
        }
        return true
    }
}
