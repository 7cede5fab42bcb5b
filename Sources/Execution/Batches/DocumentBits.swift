// A set of one segment's documents.

import Segments

/// One bit per document, 64 documents per word, the lowest bit first; padded with zeroes to whole
/// windows, so that scorers work on whole windows only.
final class DocumentBits {
    let documentCount: Int
    let wordCount: Int
    let words: UnsafeMutablePointer<UInt64>

    init(documentCount: Int) {
        self.documentCount = documentCount
        wordCount = (documentCount + Window.size - 1) / Window.size * Window.wordCount
        words = .allocate(capacity: max(wordCount, 1))
        words.initialize(repeating: 0, count: max(wordCount, 1))
    }

    convenience init(documentCount: Int, copying other: [UInt64]) {
        self.init(documentCount: documentCount)
        other.withUnsafeBufferPointer { other in
            guard let start = other.baseAddress else { return }
            words.update(from: start, count: min(other.count, (documentCount + 63) / 64))
        }
        clearBeyondEnd()
    }

    deinit { words.deallocate() }

    var count: Int {
        var sum = 0
        for index in 0..<wordCount { sum += words[index].nonzeroBitCount }
        return sum
    }

    @inline(__always)
    func contains(_ document: UInt32) -> Bool {
        (words[Int(document >> 6)] &>> UInt64(document & 63)) & 1 != 0
    }

    /// The document must be below `documentCount`.
    @inline(__always)
    func insert(_ document: UInt32) {
        words[Int(document >> 6)] |= 1 &<< UInt64(document & 63)
    }

    /// The document must be below `documentCount`.
    @inline(__always)
    func remove(_ document: UInt32) {
        words[Int(document >> 6)] &= ~(1 &<< UInt64(document & 63))
    }

    func insertAll() {
        words.update(repeating: .max, count: wordCount)
        clearBeyondEnd()
    }

    func formIntersection(_ other: DocumentBits) {
        for index in 0..<wordCount { words[index] &= other.words[index] }
    }

    func subtract(_ other: DocumentBits) {
        for index in 0..<wordCount { words[index] &= ~other.words[index] }
    }

    /// The first document at or after `document`; nil when there is none.
    func next(_ document: UInt32) -> UInt32? {
        var index = Int(document >> 6)
        guard index < wordCount else { return nil }
        var word = words[index] & (UInt64.max << UInt64(document & 63))
        while word == 0 {
            index += 1
            guard index < wordCount else { return nil }
            word = words[index]
        }
        return UInt32(index * 64 + word.trailingZeroBitCount)
    }

    private func clearBeyondEnd() {
        let full = documentCount / 64
        guard full < wordCount else { return }
        words[full] &= (1 << UInt64(documentCount % 64)) - 1
        for index in full + 1..<max(wordCount, full + 1) { words[index] = 0 }
    }
}
