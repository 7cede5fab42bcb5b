// Token filters `ngram` and `edge_ngram`: pieces of words, all at the word's position.

final class NGramFilter: TokenFilter {
    enum Edge {
        case front, back
    }

    private let lengths: ClosedRange<Int>
    /// Nil for pieces from everywhere.
    private let edge: Edge?
    private let preservesOriginal: Bool
    private var output = TokenBatch()

    init(_ lengths: ClosedRange<Int>, edge: Edge?, preservingOriginal: Bool) {
        self.lengths = lengths
        self.edge = edge
        preservesOriginal = preservingOriginal
    }

    func apply(to batch: inout TokenBatch) {
        output.restart(for: batch)
        for token in 0..<batch.count where output.termBytes.count < TextLimits.maximumBatchBytes {
            batch.withTerm(token) { pieces($0, of: token, batch) }
        }
        output.reservePositions(batch.positionCount)
        swap(&batch, &output)
    }

    private func pieces(
        _ term: UnsafeBufferPointer<UInt8>, of token: Int, _ batch: TokenBatch
    ) {
        var offsets: [Int] = []
        var index = 0
        while index < term.count {
            offsets.append(index)
            _ = UTF8Scan.scalar(term, &index)
        }
        let count = offsets.count
        offsets.append(term.count)
        let starts =
            switch edge {
            case nil: 0..<count
            case .front: 0..<min(1, count)
            case .back: max(0, count - lengths.upperBound)..<count
            }
        for start in starts {
            for length in lengths where start + length <= count {
                if edge == .back, start + length != count { continue }
                guard output.termBytes.count < TextLimits.maximumBatchBytes else { return }
                let piece = UnsafeBufferPointer(
                    rebasing: term[offsets[start]..<offsets[start + length]])
                output.append(
                    piece, start: batch.startOffsets[token], end: batch.endOffsets[token],
                    position: batch.positions[token])
            }
        }
        if preservesOriginal, !lengths.contains(count) {
            output.append(token, of: batch, position: batch.positions[token])
        }
    }
}
