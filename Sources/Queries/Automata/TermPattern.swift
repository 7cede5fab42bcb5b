// Sets of terms that a query describes instead of naming them.

import Analysis

/// What a term must look like. Patterns read whole terms, by code points.
public enum TermPattern: Sendable, Hashable {
    /// `*` is any text, `?` any one character, a backslash takes the next character as it is.
    case wildcard(String, ignoresCase: Bool)
    /// Lucene's regular expressions (see `RegexpParser`).
    case regexp(String, RegexpOperators, ignoresCase: Bool)
    /// Terms at most so many edits away from a word.
    case fuzzy(FuzzyWord)

    /// States that the automaton of a pattern may have, unless the request says fewer.
    public static let maximumStates = 10_000

    /// - Parameter stateLimit: how many states the pattern may unfold to.
    /// - Throws: `PatternError` when the pattern is not well formed or unfolds to more states.
    public func automaton(
        stateLimit: Int = Self.maximumStates
    ) throws(PatternError) -> TermAutomaton {
        switch self {
        case .wildcard(let text, let ignoresCase):
            let parts = try WildcardPart.parse(text)
            var builder = ProgramBuilder(stateLimit: stateLimit)
            let start = try builder.build(
                RegexpNode.concatenation(parts.map { $0.node(ignoringCase: ignoresCase) }),
                before: builder.accepting())
            return TermAutomaton(builder.finish(start: start))
        case .regexp(let text, let operators, let ignoresCase):
            let node = try RegexpParser.parse(text, operators, ignoresCase: ignoresCase)
            return TermAutomaton(try node.program(stateLimit: stateLimit))
        case .fuzzy(let word):
            return TermAutomaton(try word.program(stateLimit: stateLimit))
        }
    }
}

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

/// Why a pattern cannot be used.
public struct PatternError: Error, Sendable, Hashable {
    public let reason: String
    /// The character at which it went wrong, counted from 1; nil: the pattern as a whole.
    public let character: Int?

    init(_ reason: String, character: Int? = nil) {
        self.reason = reason
        self.character = character
    }

    /// The reason and the place.
    public var text: String { reason + (character.map { ", at character \($0)" } ?? "") }

    static func tooLarge(_ limit: Int) -> PatternError {
        PatternError(
            "the pattern unfolds to more than [\(limit)] states; repeat less, or ask for shorter "
                + "parts")
    }
}
