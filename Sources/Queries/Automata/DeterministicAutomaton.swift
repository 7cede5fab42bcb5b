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
