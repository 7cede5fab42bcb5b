// From an expression to its automaton, complements and intersections first.

extension RegexpNode {
    /// The whole expression as a program.
    func program(stateLimit: Int) throws(PatternError) -> ByteProgram {
        var statesLeft = stateLimit
        let node = try determinized(&statesLeft, stateLimit)
        return try node.plainProgram(stateLimit)
    }

    private func plainProgram(_ limit: Int) throws(PatternError) -> ByteProgram {
        var builder = ProgramBuilder(stateLimit: limit)
        let start = try builder.build(self, before: builder.accepting())
        return builder.finish(start: start)
    }

    /// Complements and intersections, from the innermost on, replaced by automata.
    private func determinized(
        _ statesLeft: inout Int, _ limit: Int
    ) throws(PatternError) -> RegexpNode {
        switch self {
        case .empty, .nothing, .scalars, .automaton: return self
        case .concatenation(let parts):
            return .concatenation(try Self.determinized(parts, &statesLeft, limit))
        case .union(let parts):
            return .union(try Self.determinized(parts, &statesLeft, limit))
        case .repetition(let inner, let minimum, let maximum):
            return .repetition(try inner.determinized(&statesLeft, limit), minimum, maximum)
        case .complement(let inner):
            // Of all texts: so that two complements in a row cannot share a code point's bytes.
            return try Self.product(
                .anyText, inner.determinized(&statesLeft, limit), excludes: true, &statesLeft,
                limit)
        case .intersection(let first, let second):
            return try Self.product(
                first.determinized(&statesLeft, limit), second.determinized(&statesLeft, limit),
                excludes: false, &statesLeft, limit)
        }
    }

    private static func determinized(
        _ parts: [RegexpNode], _ statesLeft: inout Int, _ limit: Int
    ) throws(PatternError) -> [RegexpNode] {
        var result: [RegexpNode] = []
        for part in parts { result.append(try part.determinized(&statesLeft, limit)) }
        return result
    }

    private static func product(
        _ first: RegexpNode, _ second: RegexpNode, excludes: Bool, _ statesLeft: inout Int,
        _ limit: Int
    ) throws(PatternError) -> RegexpNode {
        .automaton(
            try DeterministicAutomaton.product(
                TermAutomaton(first.plainProgram(limit)), TermAutomaton(second.plainProgram(limit)),
                excludes: excludes, statesLeft: &statesLeft, limit: limit))
    }
}
