// Queries that stand for the best few terms of a pattern: which those are, whatever the shards.

import Analysis

/// Terms a query stands for: of a field, those like a pattern, at most so many.
///
/// Which terms these are depends on the live documents of the whole collection alone, not on how
/// they are spread over leaves, shards and segments:
///
/// 1. The *candidates* are the terms that match the pattern and occur in a live document, ordered
///    by their edits, then by their bytes: the first `ExpandedTerms.maximumTerms` of them, and no
///    more than have `ExpandedTerms.maximumBytes` bytes together. What is among the first of all
///    terms is also among the first of every part of the collection that has it. So each leaf
///    reports its own first ones with their live document frequencies, the root adds them up,
///    cuts the sum in the same way, and has exact numbers for exactly these terms.
/// 2. Of the candidates the `limit` best are taken: fewer edits first, then higher document
///    frequencies, then smaller bytes.
/// 3. All terms taken weigh as if each occurred in as many documents as the most frequent one of
///    them, so that a rare misspelling does not outweigh the word it misspells, and each less by
///    its edits (`FuzzyWord.similarity`). Lucene's "top terms, blended frequencies" is the model.
///
/// Where the word may be misspelt (`correctsUpTo`) other terms are taken, and weigh otherwise:
///
/// 1. The word alone, if more than so many documents have it. A leaf that knows of so many looks no
///    further: they are no fewer in all. Nor does one that is told that there are so many: the sum
///    of what the leaves say of the word proves it.
/// 2. Otherwise the word, if any document has it, and of the terms with the fewest edits those with
///    the highest document frequencies. A leaf that knows a term with one edit does not look for
///    more edits: there are no fewer in all. It looks for more only when it is told that no leaf
///    knows any, which is another trip.
/// 3. The word weighs as it does in any query, and the others as the most frequent one of them
///    does, without regard to their edits: as if they had been asked for.
///
/// The root sends the terms taken with the query, as it does document frequencies, and compares
/// them with those that the leaves' candidates lead to: one trip when they are the same, and one
/// more, or two, when they are not.
public struct TermExpansion: Sendable, Hashable {
    public var field: String
    public var pattern: TermPattern
    /// How many terms are taken at most.
    public var limit: Int
    /// For a fuzzy word: only if no more documents than these have it do other terms stand for it.
    /// Nil: they always do.
    public var correctsUpTo: Int64?

    public static let defaultLimit = 50
    /// The word and what it may have been meant to be.
    public static let correctionLimit = 2
    /// As many as candidates.
    public static let maximumLimit = 1_000

    public init(
        field: String, pattern: TermPattern, limit: Int, correctsUpTo: Int64? = nil
    ) {
        self.field = field
        self.pattern = pattern
        self.limit = limit
        self.correctsUpTo = correctsUpTo
    }
}
