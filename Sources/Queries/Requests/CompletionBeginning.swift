// The beginning of what somebody types.

import Analysis

/// What is to be completed, as a field's terms are written (`CompletionEntry`).
public struct CompletionBeginning: Sendable, Hashable {
    public var field: String
    /// How the form of an entry must begin. Never empty.
    public var form: [UInt8]
    /// Nil: just so.
    public var fuzzy: FuzzyWord?
    public var size: Int
    public var skipsDuplicates: Bool

    public init(
        field: String, form: [UInt8], fuzzy: FuzzyWord? = nil, size: Int, skipsDuplicates: Bool
    ) {
        self.field = field
        self.form = form
        self.fuzzy = fuzzy
        self.size = size
        self.skipsDuplicates = skipsDuplicates
    }

    /// The terms that complete it, when it need not be right: any first byte, the form with its
    /// edits, and whatever comes behind.
    public func automaton() throws(PatternError) -> TermAutomaton? {
        guard let fuzzy else { return nil }
        var program = try fuzzy.program(stateLimit: TermPattern.maximumStates)
        guard let start = program.start else { return TermAutomaton(program) }
        let any = Int32(program.states.count)
        let first = any + 1
        for state in program.states.indices {
            // No edit reaches beyond the zero at the form's end.
            for edge in program.states[state].edges.indices
            where program.states[state].edges[edge].low == 0 {
                program.states[state].edges[edge].low = 1
            }
            guard program.states[state].label != nil else { continue }
            program.states[state].label = nil
            program.states[state].jumps.append(any)
        }
        program.states.append(
            ByteProgram.State(
                edges: [ByteProgram.Edge(low: 0, high: 255, target: any)], label: 0))
        program.states.append(
            ByteProgram.State(edges: [ByteProgram.Edge(low: 0, high: 255, target: start)]))
        program.start = first
        return TermAutomaton(program)
    }
}
