// How well a document's texts answer a question, and what it is about.

/// What a leaf reports of one document for a `Reranking`.
public struct Evidence: Sendable, Hashable {
    /// How much of the question's words is in the document, not negative.
    public var score: Float
    /// What the document is about, as a vector of length 1 (or empty): one number per stem, in
    /// ascending order of `stems`.
    public var stems: [UInt32]
    /// As many as `stems`.
    public var weights: [Float]

    /// Stems of one document; those that weigh least are left out beyond.
    public static let stemLimit = 1_024

    public init(score: Float, stems: [UInt32] = [], weights: [Float] = []) {
        self.score = score
        self.stems = stems
        self.weights = weights
    }
}
