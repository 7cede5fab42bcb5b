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

    /// A word and what becomes of it, each up to 31 bytes, zeros, and its length in the last
    /// byte. A word of length 0 marks a free slot; a result of length 0 a stop word.
    private struct Slot {
        var word = SIMD32<UInt8>.zero
        var result = SIMD32<UInt8>.zero
    }

    private static let slotCountLog2 = 13
    private static let longestCached = 31

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
        let key = padded(word, length)
        let slot = slots + place(of: key)
        if slot.pointee.word != key {
            let resultLength = stem(word, length, to: target)
            slot.pointee = Slot(word: key, result: padded(target, resultLength))
            return resultLength
        }
        let resultLength = Int(slot.pointee.result[Self.longestCached])
        withUnsafeBytes(of: &slot.pointee.result) { result in
            UnsafeMutableRawPointer(target).copyMemory(
                from: result.baseAddress ?? UnsafeRawPointer(target), byteCount: resultLength)
        }
        return resultLength
    }

    @inline(__always)
    private func padded(_ bytes: UnsafeMutablePointer<UInt8>, _ length: Int) -> SIMD32<UInt8> {
        var key = SIMD32<UInt8>.zero
        withUnsafeMutableBytes(of: &key) { target in
            target.copyMemory(from: UnsafeRawBufferPointer(start: bytes, count: length))
        }
        key[Self.longestCached] = UInt8(truncatingIfNeeded: length)
        return key
    }

    @inline(__always)
    private func place(of key: SIMD32<UInt8>) -> Int {
        let words = unsafeBitCast(key, to: SIMD4<UInt64>.self)
        let odd: UInt64 = 0x9E37_79B9_7F4A_7C15
        var hash = (words[0] ^ words[3]) &* odd
        hash = (hash ^ hash &>> 32 ^ words[1]) &* odd
        hash = (hash ^ hash &>> 32 ^ words[2]) &* odd
        return Int(truncatingIfNeeded: hash &>> UInt64(64 - Self.slotCountLog2))
    }

    /// Possessive, stop word and stem, without the cache.
    private func stem(
        _ word: UnsafeMutablePointer<UInt8>, _ length: Int, to target: UnsafeMutablePointer<UInt8>
    ) -> Int {
        let base = length - possessiveLength(word, length)
        let bytes = Array(UnsafeBufferPointer(start: word, count: base))
        if bytes.isEmpty || Self.stopWords.contains(bytes) { return 0 }
        if let stem = sb_stemmer_stem(stemmer, bytes, Int32(base)) {
            let stemLength = Int(sb_stemmer_length(stemmer))
            if 1...base ~= stemLength {
                target.update(from: stem, count: stemLength)
                return stemLength
            }
        }
        // No stem, or one that would not fit in place: the word itself.
        target.update(from: bytes, count: base)
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
