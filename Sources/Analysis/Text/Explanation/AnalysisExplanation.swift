// What analysis makes of texts, stage by stage, for people who want to know why a search finds what
// it finds.

/// The tokens of some texts and how they came about.
public struct AnalysisExplanation: Sendable, Equatable {
    /// One token. Offsets count UTF-16 units of the texts as they were given, with one unit between
    /// texts.
    public struct Token: Sendable, Equatable {
        public var term: [UInt8]
        public var startOffset: Int
        public var endOffset: Int
        /// As Lucene calls it: "<ALPHANUM>", "word", "SYNONYM".
        public var type: String
        /// Counted over all texts, with the gap between values of a field between them.
        public var position: Int
        public var positionLength: Int

        public var text: String { String(decoding: term, as: UTF8.self) }
    }

    /// What a tokenizer or a token filter left behind.
    public struct Stage: Sendable, Equatable {
        public var name: String
        public var tokens: [Token]
    }

    /// What a character filter made of each text.
    public struct FilteredTexts: Sendable, Equatable {
        public var name: String
        public var texts: [String]
    }

    /// Whether the analyzer is put together by settings or by the request; only those have stages.
    public var isCustom: Bool
    public var charFilters: [FilteredTexts] = []
    public var tokenizer: Stage?
    public var filters: [Stage] = []
    /// What the analyzer makes in the end.
    public var tokens: [Token]
}

/// What is to be explained.
public enum ExplainedAnalyzer: Sendable, Equatable {
    case named(String)
    case normalizer(String)
    case adHoc(AdHocAnalyzer)
}
