// Analyzers turn text into terms. An analyzer holds a break iterator, stemmers and scratch
// memory, none of which may be shared between threads: every worker makes its own.

/// Turns text into tokens: character filters rewrite the text, a tokenizer cuts it, token filters
/// change the tokens. Not `Sendable`: one per worker.
public final class Analyzer {
    /// Longest term in bytes; longer ones are cut at a character boundary.
    public static let maximumTermBytes = TextLimits.maximumTermBytes
    /// Longest token in UTF-16 units; longer ones are split, as Lucene does.
    public static let maximumTokenLength = TextLimits.maximumTokenLength
    /// What lies beyond so many bytes of one text is not analysed.
    public static let maximumTextBytes = TextLimits.maximumTextBytes

    public let name: String
    private let charFilters: [any CharFilter]
    private let tokenizer: any Tokenizer
    private let filters: [any TokenFilter]
    /// Those of the filters that go for parts of words as well.
    private let normalizing: [any TokenFilter]
    /// For texts whose caller brings no batch.
    private var ownBatch = TokenBatch()

    init(
        name: String, charFilters: [any CharFilter], tokenizer: any Tokenizer,
        stages: [FilterStage], normalizing: [FilterStage]
    ) {
        self.name = name
        self.charFilters = charFilters
        self.tokenizer = tokenizer
        filters = Self.chained(stages)
        self.normalizing = Self.chained(normalizing)
    }

    /// Term filters that follow one another become one chain.
    private static func chained(_ stages: [FilterStage]) -> [any TokenFilter] {
        var result: [any TokenFilter] = []
        var pending: [any TermFilter] = []
        for stage in stages {
            switch stage {
            case .term(let filter): pending.append(filter)
            case .batch(let filter):
                if !pending.isEmpty { result.append(TermFilterChain(pending)) }
                pending = []
                result.append(filter)
            }
        }
        if !pending.isEmpty { result.append(TermFilterChain(pending)) }
        return result
    }

    /// Replaces the contents of `batch` with the tokens of `utf8`. Offsets and positions count
    /// from the start of this text. Invalid UTF-8 separates words and never fails.
    public func analyze(_ utf8: UnsafeBufferPointer<UInt8>, into batch: inout TokenBatch) {
        tokenize(utf8, into: &batch)
        for filter in filters { filter.apply(to: &batch) }
    }

    /// Replaces the contents of `batch` with the tokens of `text`.
    public func analyze(_ text: String, into batch: inout TokenBatch) {
        var text = text
        text.withUTF8 { analyze($0, into: &batch) }
    }

    /// The terms of a short text with their positions.
    public func terms(of text: String) -> [(term: Term, position: Int)] {
        tokens(of: text).map { ($0.term, $0.position) }
    }

    /// The tokens of a short text, a query's for instance, in order of position. Each spans one
    /// position unless several are ways through a graph.
    public func tokens(of text: String) -> [AnalyzedToken] {
        analyze(text, into: &ownBatch)
        return (0..<ownBatch.count).map { index in
            AnalyzedToken(
                term: Term(Array(ownBatch.term(index))), position: Int(ownBatch.positions[index]),
                positionLength: ownBatch.isGraph ? Int(ownBatch.positionLength(index)) : 1)
        }
    }

    /// The beginning of a word as this analyzer writes it: in lower case for instance, but not
    /// stemmed, which would cut it.
    public func prefix(_ text: String) -> [UInt8] {
        var text = text
        text.withUTF8 { tokenize($0, into: &ownBatch) }
        for filter in normalizing { filter.apply(to: &ownBatch) }
        return ownBatch.count == 1 ? Array(ownBatch.term(0)) : Array(text.lowercased().utf8)
    }

    private func tokenize(_ utf8: UnsafeBufferPointer<UInt8>, into batch: inout TokenBatch) {
        batch.removeAll()
        let text = UnsafeBufferPointer(rebasing: utf8.prefix(Self.maximumTextBytes))
        guard let first = charFilters.first else {
            return tokenizer.tokenize(text, into: &batch)
        }
        var filtered = [first.apply(text)]
        for filter in charFilters.dropFirst() {
            filtered.append(
                filtered[filtered.count - 1].bytes.withUnsafeBufferPointer { filter.apply($0) })
        }
        filtered[filtered.count - 1].bytes.withUnsafeBufferPointer {
            let result = UnsafeBufferPointer(rebasing: $0.prefix(Self.maximumTextBytes))
            tokenizer.tokenize(result, into: &batch)
        }
        for text in filtered.reversed() { batch.correctOffsets(text) }
    }
}
