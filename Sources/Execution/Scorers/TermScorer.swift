// The matches of one term, window by window.

import Segments

final class TermScorer: Scorer {
    let cursor: TermCursor

    init(_ cursor: TermCursor) {
        self.cursor = cursor
        super.init(maximum: cursor.maximum, cost: cursor.documentFrequency)
    }

    override func next(_ target: UInt32) throws -> UInt32 { try cursor.seek(target) }

    override func bound(from first: UInt32, through last: UInt32) -> Double {
        cursor.bound(from: first, through: last)
    }

    override func fill(_ window: Window, within: UnsafePointer<UInt64>?) throws {
        var document = try cursor.seek(window.base)
        while document <= window.last {
            let scores = cursor.similarity.isScoring ? try cursor.loadScores() : nil
            let documents = cursor.postings.documents
            let end = cursor.endIndex(through: window.last)
            if let scores {
                for index in cursor.index..<end { window.set(documents[index], scores[index]) }
            } else {
                for index in cursor.index..<end { window.set(documents[index], 0) }
            }
            guard end == cursor.postings.count else {
                cursor.advance(to: end)
                return
            }
            document = try cursor.seek(cursor.postings.lastDocument + 1)
        }
    }
}
