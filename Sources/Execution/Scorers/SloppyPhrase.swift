// The frequency of a phrase whose terms need not stand exactly in their places.

enum SloppyPhrase {
    /// The sum of `1 / (1 + spread)` over the groups found by moving the hindmost term on.
    /// - Parameters:
    ///   - places: per term, ascending positions minus the term's offset in the phrase; none empty.
    ///   - words: per term, a number that equal terms share.
    ///   - offsets: per term, its offset.
    static func frequency(
        _ places: [[Int]], words: [Int], offsets: [Int], slop: Int
    ) -> Float {
        var cursors = [Int](repeating: 0, count: places.count)
        func place(_ term: Int) -> Int { places[term][cursors[term]] }

        /// The spread of the present group; nil when two equal words are at one position.
        func spread() -> Int? {
            var low = Int.max
            var high = Int.min
            for term in places.indices {
                low = min(low, place(term))
                high = max(high, place(term))
                for other in 0..<term
                where words[other] == words[term]
                    && place(other) + offsets[other] == place(term) + offsets[term]
                {
                    return nil
                }
            }
            return high - low
        }

        var frequency: Float = 0
        while true {
            var last = 0
            for term in places.indices
            where (place(term), offsets[term]) < (place(last), offsets[last]) { last = term }
            let second = places.indices.filter { $0 != last }.map(place).min() ?? place(last)
            var narrowest = spread()
            var isExhausted = false
            while true {
                cursors[last] += 1
                if cursors[last] == places[last].count {
                    isExhausted = true
                    break
                }
                if place(last) > second { break }
                if let spread = spread() { narrowest = min(narrowest ?? spread, spread) }
            }
            if let narrowest, narrowest <= slop { frequency += 1 / (1 + Float(narrowest)) }
            if isExhausted { return frequency }
        }
    }
}
