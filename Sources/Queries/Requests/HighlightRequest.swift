// Which fields' matching passages are to be shown, and how they are marked.

/// Fragments of the fields' text around what matched.
public struct HighlightRequest: Sendable, Hashable {
    public var fields: [HighlightField]
    /// What is special in HTML is escaped in the text, though not in the tags.
    public var escapesHTML: Bool

    public init(fields: [HighlightField], escapesHTML: Bool = false) {
        self.fields = fields
        self.escapesHTML = escapesHTML
    }
}

public struct HighlightField: Sendable, Hashable {
    /// Where fragments begin and end.
    public enum Boundary: String, Sendable, Hashable, CaseIterable {
        /// At sentences, as many as fit the size; a longer one is cut between words.
        case sentence
        /// Between words.
        case word
    }

    public static let defaultFragmentSize = 100
    public static let defaultFragmentCount = 5
    public static let defaultBoundaryScan = 20
    /// Largest fragment size in characters, and largest number of fragments.
    public static let maximumFragmentSize = 1_000_000
    public static let maximumFragmentCount = 1_000
    public static let maximumMatchedFields = 64

    /// A field's path, or a pattern with `*`.
    public var name: String
    /// Characters per fragment, about; 0: a sentence, however long.
    public var fragmentSize: Int
    /// 0 means the whole field, unbroken.
    public var fragmentCount: Int
    public var preTags: [String]
    public var postTags: [String]
    /// Characters of the field's beginning to return when nothing in it matches; 0 for none.
    public var noMatchSize: Int
    /// Only terms the query looks for in this very field are marked.
    public var requireFieldMatch = true
    /// Best fragments first, instead of in the text's order.
    public var orderByScore = false
    public var boundary = Boundary.sentence
    /// A BCP 47 tag: whose habits decide where sentences end; "" for nobody's.
    public var locale = ""
    /// Characters that a cut may move to fall between words.
    public var boundaryScan = HighlightField.defaultBoundaryScan
    /// Fields whose terms are marked, in this field's text as they analyse it; empty: its own.
    public var matchedFields: [String] = []
    /// What is marked instead of what the search looks for.
    public var query: Query?

    public init(
        name: String, fragmentSize: Int = HighlightField.defaultFragmentSize,
        fragmentCount: Int = HighlightField.defaultFragmentCount, preTags: [String] = ["<em>"],
        postTags: [String] = ["</em>"], noMatchSize: Int = 0
    ) {
        self.name = name
        self.fragmentSize = fragmentSize
        self.fragmentCount = fragmentCount
        self.preTags = preTags
        self.postTags = postTags
        self.noMatchSize = noMatchSize
    }
}
