// The fields of an index, in the order they came to be.

/// The mapping of an index. A field's ordinal is its place in `fields` and never changes.
public struct Schema: Sendable, Equatable {
    /// Text of the values of fields beyond `fieldLimit`; its `.keyword` holds "path=value".
    public static let overflowPath = "_overflow"
    public static let overflowKeywordPath = "_overflow.keyword"
    public static let defaultFieldLimit = 1000
    /// Longest path in bytes of UTF-8.
    public static let maximumPathBytes = 1024
    /// Names that mean something else at the root of a document.
    static let metadataNames: Set<String> = [
        "_id", "_index", "_source", "_type", "_routing", "_seq_no", "_primary_term", "_version",
        "_score", "_ignored", "_field_names", "_overflow",
    ]

    /// What copies share until one of them changes: a search makes several.
    private struct Contents: Sendable, Equatable {
        var fields: [FieldMapping] = []
        var analyzers = AnalyzerRegistry.builtIn
        var similarities = Similarities.standard
        var dynamic = DynamicMapping.yes
        var dateDetection = true
        var fieldLimit = Schema.defaultFieldLimit
        var version: Int64 = 1
        /// Place in `fields` of each path.
        var ordinals: [String: Int] = [:]
        /// Ordinals of the multi-fields that copy a field, by its ordinal.
        var copies: [Int: [Int]] = [:]
        /// Paths that have fields below them.
        var objects: Set<String> = []
    }

    private var contents = CopyOnWrite(Contents())

    /// In order of creation; only grows.
    public internal(set) var fields: [FieldMapping] {
        get { contents.value.fields }
        _modify { yield &contents.value.fields }
    }

    /// What the fields' analyzers and normalizers are: built in, or of the index's settings. What
    /// makes the terms of documents never changes.
    public internal(set) var analyzers: AnalyzerRegistry {
        get { contents.value.analyzers }
        set { contents.value.analyzers = newValue }
    }

    /// What the fields' similarities are: built in, or of the index's settings.
    public internal(set) var similarities: Similarities {
        get { contents.value.similarities }
        set { contents.value.similarities = newValue }
    }

    public var dynamic: DynamicMapping {
        get { contents.value.dynamic }
        set { contents.value.dynamic = newValue }
    }

    /// Whether new string fields that look like dates become dates.
    public var dateDetection: Bool {
        get { contents.value.dateDetection }
        set { contents.value.dateDetection = newValue }
    }

    /// Most fields, multi-fields included, the two overflow fields not.
    public var fieldLimit: Int {
        get { contents.value.fieldLimit }
        set { contents.value.fieldLimit = newValue }
    }

    /// Bumped by every change.
    public var version: Int64 {
        get { contents.value.version }
        set { contents.value.version = newValue }
    }

    public init() {}

    public func ordinal(of path: String) -> Int? { contents.value.ordinals[path] }

    public subscript(path: String) -> FieldMapping? {
        ordinal(of: path).map { contents.value.fields[$0] }
    }

    /// Ordinals of the multi-fields that copy the values of the field `ordinal`.
    public func multiFields(of ordinal: Int) -> [Int] { contents.value.copies[ordinal] ?? [] }

    /// Whether `path` is an object with mapped fields below it.
    public func isObject(_ path: String) -> Bool { contents.value.objects.contains(path) }

    /// Fields that count against `fieldLimit`.
    var countedFields: Int { fields.count - (ordinal(of: Self.overflowPath) == nil ? 0 : 2) }

    /// Appends a field whose path is new and whose parent, if any, is there.
    mutating func append(_ field: FieldMapping) {
        let ordinal = fields.count
        fields.append(field)
        contents.value.ordinals[field.path] = ordinal
        if let parent = field.parent {
            if let parentOrdinal = self.ordinal(of: parent) {
                contents.value.copies[parentOrdinal, default: []].append(ordinal)
            }
            return
        }
        var prefix = field.path[...]
        while let dot = prefix.lastIndex(of: ".") {
            prefix = prefix[..<dot]
            guard contents.value.objects.insert(String(prefix)).inserted else { return }
        }
    }

    /// The field above `path` that is no object, if there is one.
    func fieldAbove(_ path: String) -> FieldMapping? {
        var prefix = path[...]
        while let dot = prefix.lastIndex(of: ".") {
            prefix = prefix[..<dot]
            if let field = self[String(prefix)] { return field }
        }
        return nil
    }

    /// Why `path` cannot be a field's; nil when it can.
    static func objection(to path: String) -> String? {
        if path.utf8.count > maximumPathBytes {
            return "field name [\(path.prefix(40))…] is longer than \(maximumPathBytes) bytes"
        }
        let names = path.split(separator: ".", omittingEmptySubsequences: false)
        if names.contains(where: { $0.allSatisfy(\.isWhitespace) }) {
            return path.isEmpty
                ? "field name cannot be an empty string"
                : "field name [\(path)] starts or ends with a dot, or has nothing but white"
                    + " space between two"
        }
        if metadataNames.contains(String(names[0])) {
            return "Field [\(names[0])] is a metadata field and cannot be added inside a"
                + " document or mapping"
        }
        return nil
    }
}
