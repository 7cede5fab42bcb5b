// What a search found, as far as an evaluation looks at it.

/// A document and its score; searches that sort by a field give none.
struct RankedHit: Sendable, Hashable {
    let document: Identifier
    let score: Double?
}
