// What a second look at the best hits of an English question goes by.

import Analysis

/// Asks a leaf for the `Evidence` of documents: how well their texts answer a question, looked at
/// more closely than an index can. See `Reranker` for what becomes of it.
public struct Reranking: Sendable, Hashable {
    /// Of how many of the best hits the order is made anew.
    public static let window = 20
    /// Questions of fewer words are left alone.
    static let fewestWords = 2
    /// Bytes of a document's field that are looked at.
    public static let textLimit = 64 << 10
    /// Words of a question that are looked at.
    public static let wordLimit = 256

    /// One word of the question.
    public struct Word: Sendable, Hashable {
        /// As the fields' analyzer stems it.
        public var stem: Term
        /// Without a plural's ending.
        public var singular: Term

        public init(stem: Term, singular: Term) {
            self.stem = stem
            self.singular = singular
        }
    }

    /// One field that was searched.
    public struct Field: Sendable, Hashable {
        public var path: String
        public var boost: Float

        public init(path: String, boost: Float) {
            self.path = path
            self.boost = boost
        }
    }

    /// Distinct, in the order of the mapping. All are analysed by `WordForms.analyzerName`.
    public var fields: [Field]
    /// In the order of the question, repeated ones repeatedly; without function words unless there
    /// are no others.
    public var words: [Word]
    /// Those of the search; nil where they come with it.
    public var statistics: CollectionStatistics?

    public init(fields: [Field], words: [Word], statistics: CollectionStatistics? = nil) {
        self.fields = fields
        self.words = words
        self.statistics = statistics
    }
}
