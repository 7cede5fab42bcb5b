// Term filters that follow one another, run together word by word behind one cache.

/// Rewrites the terms of a batch. Holds stemmers: one per worker.
final class TermFilterChain: TokenFilter {
    private let filters: [any TermFilter]
    private let cache = TermCache()
    private let term = TermBuffer()
    private var output: UnsafeMutablePointer<UInt8>
    private var capacity = 4096

    init(_ filters: [any TermFilter]) {
        self.filters = filters
        output = .allocate(capacity: capacity)
    }

    deinit {
        cache.deallocate()
        output.deallocate()
    }

    func apply(to batch: inout TokenBatch) {
        var kept = 0
        var size = 0
        let count = batch.count
        // Most results are no longer than their word.
        reserve(batch.termBytes.count + TermCache.room, keeping: 0)
        batch.padTerms(by: TermCache.room)
        batch.withColumns { columns in
            var start = 0
            for token in 0..<count {
                let end = Int(columns.termEnds[token])
                let length = rewrite(columns.terms + start, end - start, size)
                start = end
                if length == 0 { continue }
                size += length
                columns.termEnds[kept] = UInt32(truncatingIfNeeded: size)
                columns.move(token, to: kept)
                kept += 1
            }
        }
        batch.truncate(
            to: kept, terms: UnsafeBufferPointer(start: output, count: size))
    }

    /// Stores what becomes of a word at `place` of the output; returns the length, 0 for words to
    /// remove.
    @inline(__always)
    private func rewrite(_ word: UnsafePointer<UInt8>, _ length: Int, _ place: Int) -> Int {
        if place + TermCache.room > capacity { reserve(place + TermCache.room, keeping: place) }
        guard length <= TermCache.longestWord else { return filter(word, length, place) }
        return cache.rewrite(word, length, to: output + place) { filter(word, length, place) }
    }

    /// As `rewrite`, without the cache.
    private func filter(_ word: UnsafePointer<UInt8>, _ length: Int, _ place: Int) -> Int {
        term.load(word, length)
        for filter in filters {
            filter.apply(term)
            if term.isEmpty { return 0 }
            // After each of them: several that make a term longer would multiply.
            if term.count > TextLimits.maximumTermBytes { term.cut() }
        }
        let resultLength = term.count
        // Never moves for a result that the cache keeps: there is room for the longest of those.
        if resultLength > TermCache.longestWord {
            reserve(place + resultLength + TermCache.room, keeping: place)
        }
        (output + place).update(from: term.bytes, count: resultLength)
        return resultLength
    }

    private func reserve(_ wanted: Int, keeping used: Int) {
        guard wanted > capacity else { return }
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted + wanted / 2)
        larger.update(from: output, count: used)
        output.deallocate()
        output = larger
        capacity = wanted + wanted / 2
    }
}
