// The fields of an index, in the order they came to be.

/// The mapping of an index. A field's ordinal is its place in `fields` and never changes.
public struct Schema: Sendable, Equatable {
    /// Text of the values of fields beyond `fieldLimit`; its `.keyword` holds "path=value".
    public static let overflowPath = "_overflow"
    public static let overflowKeywordPath = "_overflow.keyword"
    public static let defaultFieldLimit = 1000

    /// In order of creation; only grows.
    public private(set) var fields: [FieldMapping] = []
    public var dynamic: DynamicMapping = .yes
    /// Whether new string fields that look like dates become dates.
    public var dateDetection = true
    /// Most fields, multi-fields included, overflow fields not.
    public var fieldLimit = defaultFieldLimit
    /// Bumped by every change.
    public var version: Int64 = 1
    private var ordinals: [String: Int] = [:]

    public init() {}

    public init(mappings: JSONValue, settings: JSONValue?) throws(SchemaError) {
        self.init()
    }

    public func ordinal(of path: String) -> Int? { ordinals[path] }

    public subscript(path: String) -> FieldMapping? { ordinals[path].map { fields[$0] } }

    /// This schema with more fields, as PUT _mapping does. Refuses to change a field's type.
    public func adding(mappings: JSONValue) throws(SchemaError) -> Schema { self }

    /// `{"dynamic":…,"properties":{…}}`, multi-fields under "fields".
    public func mappingsJSON() -> JSONValue { .null }

    /// JSON text of everything, for the metadata store.
    public func encoded() -> [UInt8] { [] }

    public init(encoded: [UInt8]) throws(SchemaError) {
        self.init()
    }
}
