// Why an evaluation stops.

/// A reason not to start, or not to go on with, an evaluation: place, reason and remedy.
struct EvalError: Error, Hashable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
