// What analyzer `english` does to the standard tokens: the possessive 's is removed, then the
// 33 stop words of Lucene's EnglishAnalyzer (their positions stay empty), then words are stemmed
// by Snowball's "english" (Porter 2). Stemming is slow, so results are cached.

import CSystemStemmer

/// Rewrites the terms of a batch. Holds a stemmer: one per worker.
final class EnglishFilter {
    private static let stopWords: Set<[UInt8]> = Set(
        [
            "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into",
            "is", "it", "no", "not", "of", "on", "or", "such", "that", "the", "their", "then",
            "there", "these", "they", "this", "to", "was", "will", "with",
        ].map { Array($0.utf8) })

    /// Up to 15 bytes, zeros, and their number in the last byte.
    private struct ShortWord {
        var words: (UInt64, UInt64) = (0, 0)

        init() {}

        @inline(__always)
        init(_ bytes: UnsafeMutablePointer<UInt8>, _ length: Int) {
            withUnsafeMutableBytes(of: &words) { target in
                target.copyMemory(from: UnsafeRawBufferPointer(start: bytes, count: length))
                target[longestCached] = UInt8(truncatingIfNeeded: length)
            }
        }

        @inline(__always)
        func equals(_ other: ShortWord) -> Bool {
            (words.0 ^ other.words.0) | (words.1 ^ other.words.1) == 0
        }

        /// Stores the bytes at `target`; returns how many.
        @inline(__always)
        func copy(to target: UnsafeMutablePointer<UInt8>) -> Int {
            withUnsafeBytes(of: words) { bytes in
                let length = Int(bytes[longestCached])
                if let start = bytes.baseAddress {
                    UnsafeMutableRawPointer(target).copyMemory(from: start, byteCount: length)
                }
                return length
            }
        }
    }

    /// A word and what becomes of it. A word of length 0 marks a free slot; a result of length
    /// 0 a word to remove.
    private struct Slot {
        var word = ShortWord()
        var result = ShortWord()
    }

    private static let longestStopWord = 5
    private static let slotCountLog2 = 15
    private static let longestCached = 15

    private let stemmer: OpaquePointer
    private let slots = UnsafeMutablePointer<Slot>.allocate(capacity: 1 << slotCountLog2)

    /// Nil when the stemmer library lacks English.
    init?() {
        guard let stemmer = sb_stemmer_new("english", "UTF_8") else { return nil }
        self.stemmer = stemmer
        slots.initialize(repeating: Slot(), count: 1 << Self.slotCountLog2)
    }

    deinit {
        sb_stemmer_delete(stemmer)
        slots.deallocate()
    }

    /// Rewrites the terms in place: results are never longer than the words.
    func apply(to batch: inout TokenBatch) {
        var kept = 0
        var size = 0
        let count = batch.count
        batch.termBytes.withUnsafeMutableBufferPointer { bytes in
            guard let terms = bytes.baseAddress else { return }
            batch.termEnds.withUnsafeMutableBufferPointer { ends in
                batch.positions.withUnsafeMutableBufferPointer { positions in
                    batch.startOffsets.withUnsafeMutableBufferPointer { startOffsets in
                        batch.endOffsets.withUnsafeMutableBufferPointer { endOffsets in
                            var start = 0
                            for token in 0..<count {
                                let end = Int(ends[token])
                                let length = rewrite(terms + start, end - start, to: terms + size)
                                start = end
                                if length == 0 { continue }
                                size += length
                                ends[kept] = UInt32(truncatingIfNeeded: size)
                                positions[kept] = positions[token]
                                startOffsets[kept] = startOffsets[token]
                                endOffsets[kept] = endOffsets[token]
                                kept += 1
                            }
                        }
                    }
                }
            }
        }
        batch.truncate(to: kept, termBytes: size)
    }

    /// Stores what becomes of a word at `target`, which is not behind it; returns the length, 0
    /// for words to remove.
    @inline(__always)
    private func rewrite(
        _ word: UnsafeMutablePointer<UInt8>, _ length: Int, to target: UnsafeMutablePointer<UInt8>
    ) -> Int {
        guard length <= Self.longestCached else { return stem(word, length, to: target) }
        let key = ShortWord(word, length)
        let slot = slots + place(of: key)
        if slot.pointee.word.equals(key) { return slot.pointee.result.copy(to: target) }
        let resultLength = stem(word, length, to: target)
        slot.pointee = Slot(word: key, result: ShortWord(target, resultLength))
        return resultLength
    }

    @inline(__always)
    private func place(of key: ShortWord) -> Int {
        let odd: UInt64 = 0x9E37_79B9_7F4A_7C15
        var hash = key.words.0 &* odd
        hash = (hash ^ hash &>> 32 ^ key.words.1) &* odd
        return Int(truncatingIfNeeded: hash &>> UInt64(64 - Self.slotCountLog2))
    }

    /// Possessive, stop word and stem, without the cache.
    private func stem(
        _ word: UnsafeMutablePointer<UInt8>, _ length: Int, to target: UnsafeMutablePointer<UInt8>
    ) -> Int {
        let base = length - possessiveLength(word, length)
        if base <= Self.longestStopWord,
            Self.stopWords.contains(Array(UnsafeBufferPointer(start: word, count: base)))
        {
            return 0
        }
        if let stem = sb_stemmer_stem(stemmer, word, Int32(base)) {
            let stemLength = Int(sb_stemmer_length(stemmer))
            if 1...base ~= stemLength {
                target.update(from: stem, count: stemLength)
                return stemLength
            }
        }
        // No stem, or one that would not fit in place: the word itself.
        target.update(from: word, count: base)
        return base
    }

    /// Bytes of a trailing 's, its apostrophe being U+0027 or U+2019.
    private func possessiveLength(_ word: UnsafeMutablePointer<UInt8>, _ length: Int) -> Int {
        guard length > 2, word[length - 1] == UInt8(ascii: "s") else { return 0 }
        if word[length - 2] == UInt8(ascii: "'") { return 2 }
        let isCurly =
            length > 4 && word[length - 4] == 0xE2 && word[length - 3] == 0x80
            && word[length - 2] == 0x99
        return isCurly ? 4 : 0
    }
}
