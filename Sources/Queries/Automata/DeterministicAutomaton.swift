// Automata whose states are all made at once: what complements and intersections need.

/// A deterministic automaton; state 0 is where texts begin, and there is no dead state. Without any
/// state it matches nothing.
struct DeterministicAutomaton: Sendable, Hashable {
    struct State: Sendable, Hashable {
        /// For ascending bytes.
        var edges: [ByteProgram.Edge] = []
        var accepts = false
    }

    var states: [State] = []

    /// Those that match what both automata match, or, to exclude, what only the first does.
    /// - Parameter statesLeft: how many may be made; counted down.
    /// - Throws: when that is not enough.
    static func product(
        _ first: TermAutomaton, _ second: TermAutomaton, excludes: Bool,
        statesLeft: inout Int, limit: Int
    ) throws(PatternError) -> DeterministicAutomaton {
        var result = DeterministicAutomaton()
        let start = Pair(first: first.start(), second: second.start())
        guard start.first >= 0, excludes || start.second >= 0 else { return result }
        var numbers = [start: Int32(0)]
        var pairs = [start]
        result.states = [State()]
        let bytes = Set(first.representatives).union(second.representatives).sorted()
        var place = 0
        while place < pairs.count {
            let pair = pairs[place]
            let inSecond = pair.second >= 0 && second.label(pair.second) != nil
            result.states[place].accepts =
                first.label(pair.first) != nil && inSecond != excludes
            for (index, byte) in bytes.enumerated() {
                var next = Pair(first: first.step(pair.first, byte), second: TermAutomaton.dead)
                if pair.second >= 0 { next.second = second.step(pair.second, byte) }
                guard next.first != TermAutomaton.full, next.second != TermAutomaton.full else {
                    throw .tooLarge(limit)
                }
                guard next.first >= 0, excludes || next.second >= 0 else { continue }
                let target: Int32
                if let known = numbers[next] {
                    target = known
                } else {
                    statesLeft -= 1
                    guard statesLeft >= 0 else { throw .tooLarge(limit) }
                    target = Int32(pairs.count)
                    numbers[next] = target
                    pairs.append(next)
                    result.states.append(State())
                }
                let high = index + 1 < bytes.count ? bytes[index + 1] - 1 : 255
                result.states[place].add(
                    ByteProgram.Edge(low: byte, high: high, target: target))
            }
            place += 1
        }
        return result
    }

    private struct Pair: Hashable {
        var first: Int32
        /// May be `dead` when the second is excluded.
        var second: Int32
    }
}

extension DeterministicAutomaton.State {
    fileprivate mutating func add(_ edge: ByteProgram.Edge) {
        if let last = edges.last, last.target == edge.target, Int(last.high) + 1 == Int(edge.low) {
            edges[edges.count - 1].high = edge.high
        } else {
            edges.append(edge)
        }
    }
}

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
