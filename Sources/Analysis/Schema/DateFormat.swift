// How dates are spelled: the built-in formats and patterns of letters and literals.

/// One date format of a mapping. Dates are milliseconds since 1970-01-01T00:00:00Z.
public struct DateFormat: Sendable, Hashable {
    /// As the mapping says it.
    public let pattern: String

    /// `strict_date_optional_time||epoch_millis`, the default of date fields.
    public static let standard: [DateFormat] = []

    /// One format: a built-in name or a pattern.
    public init(_ pattern: String) throws(SchemaError) {
        self.pattern = pattern
    }

    /// The formats of a list like "yyyy-MM-dd||epoch_millis".
    public static func list(_ patterns: String) throws(SchemaError) -> [DateFormat] { [] }

    /// Milliseconds since 1970 in UTC; nil when `text` is not in this format. Parts that are left out are the
    /// earliest possible, or the latest when `roundingUp`. `zoneOffset` (milliseconds east of
    /// UTC) holds for texts that name no zone.
    public func parse(
        _ text: String, roundingUp: Bool = false, zoneOffset: Int64 = 0
    ) -> Int64? { nil }

    /// "2026-01-02T03:04:05.006Z".
    public static func render(milliseconds: Int64) -> String { "" }

    /// Milliseconds east of UTC of "Z", "UTC", "+01:00", "-0330" or "+05"; nil for other texts.
    public static func zoneOffset(_ text: String) -> Int64? { nil }
}
