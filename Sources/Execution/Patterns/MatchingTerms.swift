// Terms that a pattern matches, however they are found.

import Segments

/// The terms of a field that a pattern matches, in byte order, each with its label.
protocol MatchingTerms {
    /// The next one; nil after the last.
    mutating func next() throws -> (term: [UInt8], entry: TermEntry, label: Int)?
}
