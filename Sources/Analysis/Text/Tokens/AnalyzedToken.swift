// One token of a query's text.

/// A term and the positions it leads from and to.
public struct AnalyzedToken: Sendable, Hashable {
    public var term: Term
    public var position: Int
    /// At least 1; more where a word stands beside several, as "ny" beside "new york".
    public var positionLength: Int

    public init(term: Term, position: Int, positionLength: Int = 1) {
        self.term = term
        self.position = position
        self.positionLength = positionLength
    }
}
