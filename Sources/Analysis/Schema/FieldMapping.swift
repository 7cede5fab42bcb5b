// What one field of an index is.

public enum FieldType: String, Sendable, Hashable, CaseIterable {
    case text, keyword, integer, long, float, double, boolean, date, completion
}

public enum DynamicMapping: String, Sendable, Hashable, CaseIterable {
    case yes = "true"
    case no = "false"
    case strict
}

/// One field: its full path, type and parameters.
public struct FieldMapping: Sendable, Hashable {
    /// Characters of the keyword that dynamic mapping puts beside a text.
    public static let dynamicIgnoreAbove = 256
    public static let defaultPositionGap = TextLimits.positionGap
    /// Of texts whose mapping names none.
    public static let defaultAnalyzer = "default"
    /// What searches such texts when an index defines it.
    public static let defaultSearchAnalyzer = "default_search"

    /// Dotted, "title.keyword".
    public let path: String
    public let type: FieldType
    public let analyzer: String
    public let searchAnalyzer: String
    /// What keyword values pass through before they are indexed or looked up.
    public let normalizer: String?
    /// For keywords whose values are sort keys, which the normalizer makes.
    public internal(set) var collation: Collation?
    /// What stands for null; for keywords.
    public let nullValue: String?
    /// Keyword values of more characters are neither indexed nor given a column.
    public let ignoreAbove: Int
    /// Mapping parameter `index`.
    public let isIndexed: Bool
    /// Mapping parameter `doc_values`; never for text and completions.
    public let hasColumn: Bool
    /// For dates: tried in order.
    public let formats: [DateFormat]
    /// For multi-fields: the path of the field whose values they copy.
    public let parent: String?
    /// Positions between two values of a text.
    public let positionGap: Int
    /// The similarity that the mapping names, if any.
    public let similarityName: String?
    public internal(set) var similarity: Similarity
    /// How inputs become what is completed; for completions.
    public let completion: CompletionForm

    /// As mappings call the type.
    public var typeName: String { collation == nil ? type.rawValue : Collation.typeName }

    public init(
        path: String, type: FieldType, analyzer: String = defaultAnalyzer,
        searchAnalyzer: String? = nil, ignoreAbove: Int = .max, isIndexed: Bool = true,
        hasColumn: Bool = true, formats: [DateFormat] = [], parent: String? = nil,
        positionGap: Int = defaultPositionGap, normalizer: String? = nil,
        collation: Collation? = nil, nullValue: String? = nil, similarityName: String? = nil,
        similarity: Similarity = .standard, completion: CompletionForm = CompletionForm()
    ) {
        self.path = path
        self.type = type
        self.analyzer = analyzer
        self.searchAnalyzer = searchAnalyzer ?? analyzer
        self.normalizer = collation?.normalizerName ?? normalizer
        self.collation = collation
        self.nullValue = nullValue
        self.ignoreAbove = ignoreAbove
        self.isIndexed = isIndexed
        self.hasColumn = type != .text && type != .completion && hasColumn
        self.formats = type == .date && formats.isEmpty ? DateFormat.standard : formats
        self.parent = parent
        self.positionGap = positionGap
        self.similarityName = similarityName
        self.similarity = similarity
        self.completion = completion
    }
}
