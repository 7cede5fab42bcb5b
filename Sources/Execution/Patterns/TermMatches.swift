// The terms of a field that a pattern matches, found by walking automaton and dictionary together.

import Queries
import Segments

/// One pass over a dictionary in byte order. Where no term with the bytes so far can match, the
/// automaton names the next bytes that can, and the terms between are passed over.
struct TermMatches: MatchingTerms {
    private let terms: TermIterator
    private let automaton: TermAutomaton
    private let stop: StopSignal
    /// The state before each byte of `key` that was read, and the one after them.
    private var states: [Int32]
    private var key: [UInt8] = []
    private var isAtEnd = false

    /// - Parameter automaton: used by one pass at a time.
    init(_ automaton: TermAutomaton, in field: FieldIndex, _ stop: StopSignal) {
        self.automaton = automaton
        self.stop = stop
        terms = field.terms(from: nil, to: nil)
        states = [automaton.start()]
        isAtEnd = states[0] == TermAutomaton.dead
    }

    mutating func next() throws -> (term: [UInt8], entry: TermEntry, label: Int)? {
        while !isAtEnd, try terms.advance() {
            try stop.check()
            switch terms.withKey({ read($0) }) {
            case .alive:
                if let label = automaton.label(states[states.count - 1]) {
                    guard let entry = try terms.readEntry() else { return nil }
                    return (key, entry, label)
                }
            case .dead:
                guard let target = successor() else {
                    isAtEnd = true
                    break
                }
                terms.skip(to: target)
            case .full:
                automaton.forget()
                let term = key
                key = []
                states = [automaton.start()]
                if let label = automaton.match(term) {
                    guard let entry = try terms.readEntry() else { return nil }
                    return (term, entry, label)
                }
            }
        }
        return nil
    }

    private enum Reading {
        case alive, dead, full
    }

    /// Goes on from the bytes the term shares with the one before.
    private mutating func read(_ term: UnsafeBufferPointer<UInt8>) -> Reading {
        var shared = 0
        let limit = min(states.count - 1, term.count)
        while shared < limit, key[shared] == term[shared] { shared += 1 }
        states.removeSubrange((shared + 1)...)
        key.removeSubrange(shared...)
        key.append(contentsOf: term[shared...])
        for byte in term[shared...] {
            let state = automaton.step(states[states.count - 1], byte)
            if state == TermAutomaton.dead { return .dead }
            if state == TermAutomaton.full { return .full }
            states.append(state)
        }
        return .alive
    }

    /// The smallest bytes above those read with which a match can begin; nil: there are none. Where
    /// the automaton's memory is full, a place before them.
    private mutating func successor() -> [UInt8]? {
        for length in stride(from: states.count - 1, through: 0, by: -1) {
            if let byte = automaton.nextByte(states[length], from: Int(key[length]) + 1) {
                return Array(key[..<length]) + [byte]
            }
        }
        return nil
    }
}
