// Token filter `shingle`: neighbouring words joined into one term.

final class ShingleFilter: TokenFilter {
    struct Options: Sendable {
        var sizes = 2...2
        var outputsUnigrams = true
        var outputsUnigramsIfNoShingles = false
        var separator = " "
        /// Stands for a removed word.
        var filler = "_"
    }

    private let options: Options
    private var output = TokenBatch()
    private var term: [UInt8] = []

    init(_ options: Options) { self.options = options }

    func apply(to batch: inout TokenBatch) {
        output.restart(for: batch)
        // The first token of each position; the others are left alone.
        var heads: [Int] = []
        for token in 0..<batch.count
        where token == 0 || batch.positions[token] > batch.positions[token - 1] {
            heads.append(token)
        }
        var hasShingles = false
        for place in heads.indices {
            guard output.termBytes.count < TextLimits.maximumBatchBytes else { break }
            if options.outputsUnigrams {
                let end = place + 1 < heads.count ? heads[place + 1] : batch.count
                for token in heads[place]..<end {
                    output.append(token, of: batch, position: batch.positions[token])
                }
            }
            for size in options.sizes where join(batch, heads, place, size) { hasShingles = true }
        }
        if !hasShingles, options.outputsUnigramsIfNoShingles, !options.outputsUnigrams {
            return
        }
        output.reservePositions(batch.positionCount)
        swap(&batch, &output)
    }

    /// Appends the shingle of `size` positions that begins at a head; false when the text ends
    /// before. Positions without a token count and show as the filler.
    private func join(_ batch: TokenBatch, _ heads: [Int], _ place: Int, _ size: Int) -> Bool {
        let first = heads[place]
        let lastPosition = batch.positions[first] + UInt32(size) - 1
        term.removeAll(keepingCapacity: true)
        var next = place
        var last = first
        for position in batch.positions[first]...lastPosition {
            if position > batch.positions[first] { term += options.separator.utf8 }
            if next < heads.count, batch.positions[heads[next]] == position {
                last = heads[next]
                term += batch.term(last)
                next += 1
            } else {
                guard next < heads.count else { return false }
                term += options.filler.utf8
            }
        }
        term.withUnsafeBufferPointer {
            output.append(
                $0, start: batch.startOffsets[first], end: batch.endOffsets[last],
                position: batch.positions[first], spanning: UInt32(size))
        }
        return true
    }
}
