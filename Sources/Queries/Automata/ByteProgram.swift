// Patterns as nondeterministic automata over the bytes of UTF-8.

/// A nondeterministic automaton: states with edges for ranges of bytes, jumps that take no byte,
/// and labels of the states that accept. Every state left can still reach one that accepts.
struct ByteProgram: Sendable {
    struct Edge: Sendable, Hashable {
        var low: UInt8
        var high: UInt8
        var target: Int32
    }

    struct State: Sendable {
        var edges: [Edge] = []
        var jumps: [Int32] = []
        /// What is known of a text that ends here; nil: it does not match.
        var label: UInt8?
    }

    var states: [State]
    /// Nil: nothing matches.
    var start: Int32?
}
