// Every pattern of a request compiled once.

import Queries

/// The automata of patterns, made when they are first asked for. Belongs to one thread, as they do.
final class Automata {
    private var known: [TermPattern: TermAutomaton] = [:]

    /// - Throws: `ExecutionError.badPattern`.
    func automaton(_ pattern: TermPattern) throws -> TermAutomaton {
        if let automaton = known[pattern] { return automaton }
        do {
            let automaton = try pattern.automaton()
            known[pattern] = automaton
            return automaton
        } catch {
            throw ExecutionError.badPattern(error.text)
        }
    }
}
