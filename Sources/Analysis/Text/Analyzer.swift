// Analyzers turn text into terms. An analyzer holds a break iterator, a stemmer and scratch
// memory, none of which may be shared between threads: every worker makes its own.

/// Turns text into tokens. Not `Sendable`: one per worker.
public final class Analyzer {
    /// Longest term in bytes; longer ones are cut at a character boundary.
    public static let maximumTermBytes = 32_766
    /// Longest token in UTF-16 units; longer ones are split, as Lucene does.
    public static let maximumTokenLength = 255
    /// What lies beyond so many bytes of one text is not analysed. Folding makes text at most
    /// eleven times longer, so that offsets stay below 2^32.
    public static let maximumTextBytes = 1 << 28

    public let name: String
    private let tokenizer: any Tokenizer
    private let filter: EnglishFilter?
    /// For texts whose caller brings no batch.
    private var ownBatch = TokenBatch()

    init(name: String, tokenizer: any Tokenizer, filter: EnglishFilter? = nil) {
        self.name = name
        self.tokenizer = tokenizer
        self.filter = filter
    }

    /// Replaces the contents of `batch` with the tokens of `utf8`. Offsets and positions count
    /// from the start of this text. Invalid UTF-8 separates words and never fails.
    public func analyze(_ utf8: UnsafeBufferPointer<UInt8>, into batch: inout TokenBatch) {
        batch.removeAll()
        let text = utf8.prefix(Self.maximumTextBytes)
        tokenizer.tokenize(UnsafeBufferPointer(rebasing: text), into: &batch)
        filter?.apply(to: &batch)
    }

    /// Replaces the contents of `batch` with the tokens of `text`.
    public func analyze(_ text: String, into batch: inout TokenBatch) {
        var text = text
        text.withUTF8 { analyze($0, into: &batch) }
    }

    /// The terms of a short text, a query's for instance, with their positions.
    public func terms(of text: String) -> [(term: Term, position: Int)] {
        analyze(text, into: &ownBatch)
        return (0..<ownBatch.count).map {
            (Term(Array(ownBatch.term($0))), Int(ownBatch.positions[$0]))
        }
    }
}
