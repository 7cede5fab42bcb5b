// Which fields' matching passages are to be shown, and how they are marked.

/// Fragments of the fields' text around what matched.
public struct HighlightRequest: Sendable, Hashable {
    public var fields: [HighlightField]
    /// Only terms the query looks for in this very field are marked.
    public var requireFieldMatch: Bool
    /// Best fragments first, instead of in the text's order.
    public var orderByScore: Bool

    public init(
        fields: [HighlightField], requireFieldMatch: Bool = true, orderByScore: Bool = false
    ) {
        self.fields = fields
        self.requireFieldMatch = requireFieldMatch
        self.orderByScore = orderByScore
    }
}

public struct HighlightField: Sendable, Hashable {
    public static let defaultFragmentSize = 100
    public static let defaultFragmentCount = 5
    /// Largest fragment size in characters, and largest number of fragments.
    public static let maximumFragmentSize = 1_000_000
    public static let maximumFragmentCount = 1_000

    /// A field's path, or a pattern with `*`.
    public var name: String
    /// Characters per fragment, about.
    public var fragmentSize: Int
    /// 0 means the whole field, unbroken.
    public var fragmentCount: Int
    public var preTags: [String]
    public var postTags: [String]
    /// Characters of the field's beginning to return when nothing in it matches; 0 for none.
    public var noMatchSize: Int

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
