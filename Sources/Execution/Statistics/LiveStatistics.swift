// The numbers BM25 needs, of one segment's live documents.

import Analysis
import Queries
import Segments

/// Exact counts: what the segment states, less what its deleted documents contributed.
struct LiveStatistics {
    private let segment: SegmentReader
    private let live: LiveDocuments?
    private let deletions: StatisticsCache.Deletions?
    private let cache: StatisticsCache

    init(_ view: SegmentView, cache: StatisticsCache = .shared) {
        segment = view.segment
        self.cache = cache
        if let live = view.live, live.deletedCount > 0 {
            self.live = live
            deletions = StatisticsCache.Deletions(
                segment: view.segment.identity, deletedCount: live.deletedCount,
                digest: Self.digest(live.words))
        } else {
            live = nil
            deletions = nil
        }
    }

    /// Two sets of equal size in the same segment must not be mistaken for each other.
    private static func digest(_ words: [UInt64]) -> UInt64 {
        var digest: UInt64 = 0x9E37_79B9_7F4A_7C15
        for word in words {
            digest = (digest ^ word) &* 0xD6E8_FEB8_6659_FD93
            digest ^= digest >> 32
        }
        return digest
    }

    /// The segment with its deleted documents, if any.
    var documents: StatisticsCache.Deletions {
        deletions
            ?? StatisticsCache.Deletions(segment: segment.identity, deletedCount: 0, digest: 0)
    }

    func counts(of field: String) throws -> FieldCounts {
        guard let index = segment.field(field) else { return FieldCounts() }
        let all = FieldCounts(
            documentCount: index.statistics.documentCount,
            totalTermFrequency: index.statistics.totalTermFrequency)
        guard let live, let deletions else { return all }
        return try cache.counts(of: field, deletions) {
            var counts = all
            try forEachLength(of: index, live.deleted) { length in
                guard length > 0 else { return }
                counts.documentCount -= 1
                counts.totalTermFrequency -= Int64(length)
            }
            return counts
        }
    }

    /// How many terms each of the documents has in the field. Fields without norms do not store
    /// their lengths: there every distinct value counts once.
    private func forEachLength(
        of index: FieldIndex, _ documents: [UInt32], _ body: (Int) -> Void
    ) throws {
        if index.hasNorms {
            for document in documents { body(index.length(document)) }
        } else if let column = segment.column(index.path) {
            let blocks = ColumnBlocks(column)
            for document in documents {
                let range = try blocks.range(of: document)
                body(Set(range.map { blocks.values[$0] }).count)
            }
        } else {
            var lengths: [UInt32: Int] = [:]
            for document in documents { lengths[document] = 0 }
            let terms = index.terms(from: nil, to: nil)
            while let (_, entry) = try terms.next() {
                let postings = try index.postings(entry, positions: false)
                while try postings.nextBlock() {
                    for place in 0..<postings.count {
                        lengths[postings.documents[place]]? += 1
                    }
                }
            }
            for length in lengths.values { body(length) }
        }
    }

    /// In how many live documents the term occurs.
    func documentFrequency(
        of term: TermKey, _ index: FieldIndex, _ entry: TermEntry
    ) throws -> Int64 {
        guard let live, let deletions else { return Int64(entry.documentFrequency) }
        return try cache.documentFrequency(of: term, deletions) {
            Int64(entry.documentFrequency) - (try deletedCount(index, entry, live))
        }
    }

    /// How many deleted documents have the term: by its postings, or by skipping from one deleted
    /// document to the next when these are fewer.
    private func deletedCount(
        _ index: FieldIndex, _ entry: TermEntry, _ live: LiveDocuments
    ) throws -> Int64 {
        let postings = try index.postings(entry, positions: false)
        var count: Int64 = 0
        if live.deletedCount * PostingsCursor.blockSize > entry.documentFrequency {
            while try postings.nextBlock() {
                for place in 0..<postings.count where !live.isLive(postings.documents[place]) {
                    count += 1
                }
            }
            return count
        }
        for document in live.deleted {
            guard try postings.seekBlock(document) else { break }
            let place = TermCursor.firstIndex(
                postings.documents, from: 0, document)
            if postings.documents[place] == document { count += 1 }
        }
        return count
    }
}
