// Choosing what happens next.

import Storage

extension RandomSource {
    /// One of the choices, as often as its weight says.
    func draw<Choice>(_ weights: [(Choice, UInt64)]) -> Choice? {
        var draw = next(below: weights.reduce(0) { $0 + $1.1 })
        for (choice, weight) in weights {
            if draw < weight { return choice }
            draw -= weight
        }
        return nil
    }
}
