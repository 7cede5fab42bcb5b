// Token filters that drop tokens of a batch: repeated ones, or all beyond a number.

/// Drops terms seen before in the text, or only at the same position.
final class UniqueFilter: TokenFilter {
    private let onlySamePosition: Bool
    private var output = TokenBatch()

    init(onlySamePosition: Bool) { self.onlySamePosition = onlySamePosition }

    func apply(to batch: inout TokenBatch) {
        output.restart(for: batch)
        var seen: Set<ArraySlice<UInt8>> = []
        var position = UInt32.max
        for token in 0..<batch.count {
            if onlySamePosition, batch.positions[token] != position {
                seen.removeAll(keepingCapacity: true)
                position = batch.positions[token]
            }
            guard seen.insert(batch.term(token)).inserted else { continue }
            output.append(token, of: batch, position: batch.positions[token])
        }
        output.reservePositions(batch.positionCount)
        swap(&batch, &output)
    }
}

/// Keeps the first tokens of a text.
final class LimitFilter: TokenFilter {
    private let maximum: Int

    init(_ maximum: Int) { self.maximum = maximum }

    func apply(to batch: inout TokenBatch) {
        guard batch.count > maximum else { return }
        let bytes = maximum == 0 ? 0 : Int(batch.termEnds[maximum - 1])
        let terms = Array(batch.termBytes[..<bytes])
        terms.withUnsafeBufferPointer { batch.truncate(to: maximum, terms: $0) }
    }
}

/// Puts every word beside what a filter makes of it, at the same position.
final class PreservingFilter: TokenFilter {
    private let filter: any TermFilter
    private let term = TermBuffer()
    private var output = TokenBatch()

    init(_ filter: any TermFilter) { self.filter = filter }

    func apply(to batch: inout TokenBatch) {
        output.restart(for: batch)
        for token in 0..<batch.count {
            let isChanged = batch.withTerm(token) { original in
                guard let start = original.baseAddress else { return false }
                term.load(start, original.count)
                filter.apply(term)
                term.cut()
                return !term.view.elementsEqual(original)
            }
            let position = batch.positions[token]
            if isChanged {
                output.append(
                    term.view, start: batch.startOffsets[token], end: batch.endOffsets[token],
                    position: position)
            }
            output.append(token, of: batch, position: position)
        }
        output.reservePositions(batch.positionCount)
        swap(&batch, &output)
    }
}
