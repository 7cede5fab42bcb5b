// Bigrams of East Asian characters, from the cells that ICU's shim cuts and folds one by one.

import CICU

/// Joins neighbouring cells of a run: "東京都" becomes 東京, 京都; a cell alone stays as it is.
struct BigramJoiner {
    /// A cell that waits for its neighbour.
    private struct Cell {
        var term: Range<Int>
        var word: Int
        /// Whether it is the second half of a bigram already.
        var isPaired: Bool
    }

    /// Memory for a bigram.
    private var pair: [UInt8] = []

    /// Appends the words of a list; its offsets count from `base`.
    mutating func append(_ list: canopy_word_list, _ base: Int, to batch: inout TokenBatch) {
        var termStart = 0
        var waiting: Cell?
        for word in 0..<Int(list.count) {
            let term = termStart..<Int(list.term_ends[word])
            termStart = term.upperBound
            let kind = Int32(list.cells[word])
            if kind != CANOPY_CELL_NEXT {
                Self.finish(waiting, list, base, &batch)
                waiting = nil
            }
            if term.isEmpty { continue }
            let cell = Cell(term: term, word: word, isPaired: waiting != nil)
            if kind == CANOPY_CELL_NONE {
                Self.finish(cell, list, base, &batch)
                continue
            }
            if let first = waiting { join(first, cell, list, base, &batch) }
            waiting = cell
        }
        Self.finish(waiting, list, base, &batch)
    }

    private mutating func join(
        _ first: Cell, _ second: Cell, _ list: canopy_word_list, _ base: Int,
        _ batch: inout TokenBatch
    ) {
        pair.removeAll(keepingCapacity: true)
        pair.append(contentsOf: Self.bytes(first, list))
        pair.append(contentsOf: Self.bytes(second, list))
        pair.withUnsafeBufferPointer {
            batch.append(
                $0, start: base + Int(list.starts[first.word]),
                end: base + Int(list.ends[second.word]))
        }
    }

    /// The cell as a token of its own, unless it is in a bigram.
    private static func finish(
        _ cell: Cell?, _ list: canopy_word_list, _ base: Int, _ batch: inout TokenBatch
    ) {
        guard let cell, !cell.isPaired else { return }
        batch.append(
            bytes(cell, list), start: base + Int(list.starts[cell.word]),
            end: base + Int(list.ends[cell.word]))
    }

    private static func bytes(
        _ cell: Cell, _ list: canopy_word_list
    ) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: list.terms + cell.term.lowerBound, count: cell.term.count)
    }
}
