// One inverted field of one segment: its terms, postings, norms and lengths.

import Synchronization

/// Text fields have frequencies, positions and norms; keyword and boolean fields have postings
/// of frequency 1 only.
public final class FieldIndex: Sendable {
    public let path: String
    public let statistics: FieldStatistics
    public var hasPositions: Bool { shape.contains(.positions) }
    public var hasFrequencies: Bool { shape.contains(.frequencies) }
    public var hasNorms: Bool { shape.contains(.norms) }
    public var termCount: Int { dictionary.termCount }

    let shape: FieldShape
    let documentCount: Int
    let dictionary: TermDictionary
    let postingsSection: SectionBytes
    let segmentName: String
    private let positionsSection: SectionBytes?
    private let normsSection: SectionBytes?
    let lengths: Column?
    /// Made when a misspelt word is first looked for.
    private let signatures = Mutex<TermSignatures?>(nil)

    init(_ field: FieldSummary, _ image: ImageReader, documentCount: Int) throws {
        path = field.path.text
        shape = field.shape
        statistics = field.statistics
        self.documentCount = documentCount
        segmentName = image.segment
        postingsSection = try image.section(SectionName(.postings, field.path))
        positionsSection =
            shape.contains(.positions)
            ? try image.section(SectionName(.positions, field.path)) : nil
        dictionary = try TermDictionary(
            field, documentCount: documentCount,
            terms: try image.section(SectionName(.terms, field.path)),
            index: try image.section(SectionName(.termIndex, field.path)),
            postings: postingsSection, positions: positionsSection)
        guard shape.contains(.norms) else {
            normsSection = nil
            lengths = nil
            return
        }
        let norms = try image.section(SectionName(.norms, field.path))
        guard norms.count == documentCount else {
            throw norms.corrupt("there is not one for each document")
        }
        normsSection = norms
        let section = try image.section(SectionName(.lengths, field.path))
        let lengths = try Column(path: path, section, documentCount: documentCount)
        guard lengths.isDense else { throw section.corrupt("documents lack lengths") }
        for block in 0..<lengths.blockCount {
            guard lengths.isBounded(block, by: 0...Self.maximumLength) else {
                throw section.corrupt("lengths of block \(block) are impossible")
            }
        }
        self.lengths = lengths
    }

    /// Tokens + 1.
    private static let maximumLength = Int64(UInt32.max)

    /// Nil when no document has the term.
    public func find(_ term: [UInt8]) throws -> TermEntry? { try dictionary.find(term) }

    /// Terms from `from` (inclusive) up to `to` (exclusive), in byte order.
    public func terms(from: [UInt8]?, to: [UInt8]?) -> TermIterator {
        TermIterator(dictionary, from: from, to: to)
    }

    /// Terms that start with `prefix`, in byte order.
    public func terms(prefix: [UInt8]) -> TermIterator {
        TermIterator(dictionary, from: prefix, to: nil, prefix: prefix)
    }

    /// Terms among which are all that start with `prefix` and are as near to the word as 1 or 2
    /// edits, in byte order. Nil: there are too many terms to keep in mind what they look like.
    public func terms(
        similarTo word: [UInt8], prefix: [UInt8], edits: Int
    ) throws -> SimilarTerms? {
        guard termCount <= TermSignatures.maximumTerms else { return nil }
        let signatures = try signatures.withLock { known in
            let signatures = try known ?? TermSignatures(dictionary)
            known = signatures
            return signatures
        }
        return try SimilarTerms(
            dictionary, signatures, word: word, prefix: prefix, edits: edits)
    }

    /// - Parameters:
    ///   - positions: only for fields that have them.
    ///   - buffer: `PostingsCursor.bufferSize` numbers for the cursor alone, as long as it is used.
    public func postings(
        _ entry: TermEntry, positions: Bool, buffer: UnsafeMutablePointer<UInt32>? = nil
    ) throws -> PostingsCursor {
        try PostingsCursor(field: self, entry: entry, positions: positions, buffer: buffer)
    }

    /// One `NormByte` per document; nil: every norm is 1. Valid as long as this object.
    public var norms: UnsafePointer<UInt8>? { normsSection?.start }

    /// Exact number of tokens, for the statistics that deleted documents leave behind; 1 in
    /// fields without norms.
    public func length(_ document: UInt32) -> Int {
        guard let lengths else { return 1 }
        return Int(max(lengths.denseValue(document) - 1, 0))
    }

    /// `range` lies within the positions section without its slack.
    func positionScanner(_ range: Range<Int>) -> ByteScanner {
        guard let positionsSection else { preconditionFailure("the field has no positions") }
        let start = positionsSection.start
        return ByteScanner(start + range.lowerBound, end: start + range.upperBound)
    }

    func positionsDamaged(_ reason: String) -> SegmentError {
        (positionsSection ?? postingsSection).corrupt(reason)
    }
}
