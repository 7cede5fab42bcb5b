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
