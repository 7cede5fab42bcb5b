// From expressions and code points to automata over bytes.

/// Builds a program from its end to its start (K. Thompson, "Regular Expression Search
/// Algorithm", CACM 11(6), 1968, with the follower known), and code points as the bytes that
/// encode them. The number of states is limited, and so is the work of making none.
struct ProgramBuilder {
    private struct Continuation: Hashable {
        let low: UInt8
        let high: UInt8
        let next: Int32
    }

    private let stateLimit: Int
    private var states: [ByteProgram.State] = []
    private var workLeft: Int
    /// States that read one byte of a range and go on, which many code points share.
    private var continuations: [Continuation: Int32] = [:]

    init(stateLimit: Int) {
        self.stateLimit = stateLimit
        workLeft = 20 * stateLimit
    }

    mutating func newState() throws(PatternError) -> Int32 {
        guard states.count < stateLimit else { throw .tooLarge(stateLimit) }
        states.append(ByteProgram.State())
        return Int32(states.count - 1)
    }

    /// A state that accepts.
    mutating func accepting(label: UInt8 = 0) throws(PatternError) -> Int32 {
        let state = try newState()
        states[Int(state)].label = label
        return state
    }

    mutating func accept(_ state: Int32, label: UInt8) { states[Int(state)].label = label }

    mutating func jump(_ state: Int32, to target: Int32) { states[Int(state)].jumps.append(target) }

    /// The state that matches the node and then goes on with `next`.
    mutating func build(
        _ node: RegexpNode, before next: Int32
    ) throws(PatternError) -> Int32 {
        workLeft -= 1
        guard workLeft >= 0 else { throw .tooLarge(stateLimit) }
        switch node {
        case .empty: return next
        case .nothing: return try newState()
        case .scalars(let ranges):
            let state = try newState()
            try connect(state, ranges, to: next)
            return state
        case .concatenation(let parts):
            var start = next
            for part in parts.reversed() { start = try build(part, before: start) }
            return start
        case .union(let parts):
            let state = try newState()
            for part in parts { jump(state, to: try build(part, before: next)) }
            return state
        case .repetition(let inner, let minimum, let maximum):
            return try build(inner, minimum, maximum, before: next)
        case .automaton(let automaton):
            return try build(automaton, before: next)
        case .complement, .intersection:
            preconditionFailure("RegexpNode.program replaces these by automata")
        }
    }

    private mutating func build(
        _ inner: RegexpNode, _ minimum: Int, _ maximum: Int?, before next: Int32
    ) throws(PatternError) -> Int32 {
        var start = next
        if let maximum {
            for _ in minimum..<maximum {
                let state = try newState()
                jump(state, to: try build(inner, before: start))
                jump(state, to: next)
                start = state
            }
        } else {
            start = try newState()
            jump(start, to: try build(inner, before: start))
            jump(start, to: next)
        }
        for _ in 0..<minimum { start = try build(inner, before: start) }
        return start
    }

    private mutating func build(
        _ automaton: DeterministicAutomaton, before next: Int32
    ) throws(PatternError) -> Int32 {
        guard !automaton.states.isEmpty else { return try newState() }
        let first = Int32(states.count)
        for state in automaton.states {
            let new = Int(try newState())
            states[new].edges = state.edges.map {
                ByteProgram.Edge(low: $0.low, high: $0.high, target: first + $0.target)
            }
            if state.accepts { states[new].jumps = [next] }
        }
        return first
    }

    // MARK: Code points

    /// From one state to another by any code point of the ranges.
    mutating func connect(
        _ state: Int32, _ ranges: [ClosedRange<UInt32>], to next: Int32
    ) throws(PatternError) {
        for range in ranges {
            for bytes in UTF8Ranges.split(range) {
                var target = next
                for part in bytes.dropFirst().reversed() {
                    target = try continuation(part, target)
                }
                states[Int(state)].edges.append(
                    ByteProgram.Edge(
                        low: bytes[0].lowerBound, high: bytes[0].upperBound, target: target))
            }
        }
    }

    private mutating func continuation(
        _ bytes: ClosedRange<UInt8>, _ next: Int32
    ) throws(PatternError) -> Int32 {
        let key = Continuation(low: bytes.lowerBound, high: bytes.upperBound, next: next)
        if let known = continuations[key] { return known }
        let state = try newState()
        states[Int(state)].edges = [
            ByteProgram.Edge(low: key.low, high: key.high, target: next)
        ]
        continuations[key] = state
        return state
    }

    // MARK: The end

    /// The program without what leads nowhere.
    consuming func finish(start: Int32) -> ByteProgram {
        var sources: [[Int32]] = Array(repeating: [], count: states.count)
        for (number, state) in states.enumerated() {
            for edge in state.edges { sources[Int(edge.target)].append(Int32(number)) }
            for jump in state.jumps { sources[Int(jump)].append(Int32(number)) }
        }
        var isUseful = states.map { $0.label != nil }
        var waiting = states.indices.filter { isUseful[$0] }.map { Int32($0) }
        while let state = waiting.popLast() {
            for source in sources[Int(state)] where !isUseful[Int(source)] {
                isUseful[Int(source)] = true
                waiting.append(source)
            }
        }
        var result = ByteProgram(states: states, start: isUseful[Int(start)] ? start : nil)
        for number in result.states.indices {
            result.states[number].edges.removeAll { !isUseful[Int($0.target)] }
            result.states[number].jumps.removeAll { !isUseful[Int($0)] }
        }
        return result
    }
}
