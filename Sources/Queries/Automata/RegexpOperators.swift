// Which operators of regular expressions a request turns on.

/// Optional operators of regular expressions; without one its characters mean themselves.
public struct RegexpOperators: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `a&b`: what both match.
    public static let intersection = RegexpOperators(rawValue: 1)
    /// `~a`: what `a` does not match.
    public static let complement = RegexpOperators(rawValue: 2)
    /// `#`: nothing, not even the empty text.
    public static let empty = RegexpOperators(rawValue: 4)
    /// `@`: any text.
    public static let anyString = RegexpOperators(rawValue: 8)
    /// `<1-100>`: a number.
    public static let interval = RegexpOperators(rawValue: 16)

    public static let all: RegexpOperators = [
        .intersection, .complement, .empty, .anyString, .interval,
    ]

    private static let names: [(String, RegexpOperators)] = [
        ("ALL", .all), ("NONE", []), ("INTERSECTION", .intersection),
        ("COMPLEMENT", .complement), ("EMPTY", .empty), ("ANYSTRING", .anyString),
        ("INTERVAL", .interval),
    ]

    static let knownNames = names.map(\.0)

    /// `INTERSECTION|COMPLEMENT` and the like, in any case; nil when a name is unknown.
    init?(flags: String) {
        var result: RegexpOperators = []
        for name in flags.split(separator: "|", omittingEmptySubsequences: false) {
            guard let known = Self.names.first(where: { $0.0 == name.uppercased() }) else {
                return nil
            }
            result.formUnion(known.1)
        }
        self = result
    }
}
