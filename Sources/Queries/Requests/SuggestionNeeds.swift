// What leaves have to tell for suggestions.

import Analysis

/// What leaves are asked for suggestions: numbers of live documents that add up over shards. They
/// are answered in the one trip that brings the hits.
public struct SuggestionNeeds: Sendable, Hashable {
    /// Different words that one search may have corrected, each once for every field.
    public static let maximumExpansions = 64
    /// Terms of one search whose frequencies are asked for: rows of up to three words.
    public static let maximumTerms = 2 * PhraseSuggester.maximumGrams

    /// All candidates of each are wanted, not just the best.
    public var expansions: Set<TermExpansion> = []
    public var terms: Set<TermKey> = []
    /// Whose counts are wanted.
    public var fields: Set<String> = []
    /// What is to be completed, each once. Answers come in this order.
    public var beginnings: [CompletionBeginning] = []

    public init() {}

    public var isEmpty: Bool {
        expansions.isEmpty && terms.isEmpty && fields.isEmpty && beginnings.isEmpty
    }

    public mutating func formUnion(_ other: SuggestionNeeds) {
        expansions.formUnion(other.expansions)
        terms.formUnion(other.terms)
        fields.formUnion(other.fields)
        for beginning in other.beginnings where !beginnings.contains(beginning) {
            beginnings.append(beginning)
        }
    }
}
