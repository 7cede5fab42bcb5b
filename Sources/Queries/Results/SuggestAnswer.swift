// What is suggested instead of what somebody typed.

/// The answer to one suggestion.
public struct SuggestAnswer: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
        case term, phrase, completion
    }

    public var name: String
    public var kind: Kind
    /// One per word, or one for the whole text.
    public var entries: [SuggestEntry]

    public init(name: String, kind: Kind, entries: [SuggestEntry]) {
        self.name = name
        self.kind = kind
        self.entries = entries
    }
}

/// A piece of the text and what could stand in its place.
public struct SuggestEntry: Sendable, Hashable {
    public var text: String
    /// In UTF-16 units of the text.
    public var offset: Int
    public var length: Int
    /// The best first.
    public var options: [SuggestOption]

    public init(text: String, offset: Int, length: Int, options: [SuggestOption] = []) {
        self.text = text
        self.offset = offset
        self.length = length
        self.options = options
    }
}

public struct SuggestOption: Sendable, Hashable {
    public var text: String
    public var score: Float
    /// Live documents with the word; nil for phrases.
    public var frequency: Int64?
    /// With tags around what was corrected, where they were asked for.
    public var highlighted: String?
    /// Of completions: the document.
    public var hit: SearchHit?

    public init(
        text: String, score: Float, frequency: Int64? = nil, highlighted: String? = nil,
        hit: SearchHit? = nil
    ) {
        self.text = text
        self.score = score
        self.frequency = frequency
        self.highlighted = highlighted
        self.hit = hit
    }
}
