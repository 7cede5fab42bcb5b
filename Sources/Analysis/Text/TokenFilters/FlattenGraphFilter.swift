// Token filter `flatten_graph`: the ways of a graph laid over one another, for an index.

/// Every position goes behind the longest way that leads to it, so that words of ways side by side
/// share positions. A token spans what lies between its old ends.
final class FlattenGraphFilter: TokenFilter {
    private var output = TokenBatch()

    func apply(to batch: inout TokenBatch) {
        guard batch.isGraph else { return }
        let places = places(batch)
        let order = (0..<batch.count).sorted {
            (places[Int(batch.positions[$0])], $0) < (places[Int(batch.positions[$1])], $1)
        }
        output.removeAll()
        for token in order {
            let from = places[Int(batch.positions[token])]
            let to = places[Int(batch.positions[token] + batch.positionLength(token))]
            output.append(token, of: batch, position: from, spanning: max(1, to - from))
        }
        output.reservePositions(places[places.count - 1])
        swap(&batch, &output)
    }

    /// Where each old position goes. One that no token leads to stands behind the one before it: a
    /// word was removed there.
    private func places(_ batch: TokenBatch) -> [UInt32] {
        var last = Int(batch.positionCount)
        for token in 0..<batch.count {
            last = max(last, Int(batch.positions[token] + batch.positionLength(token)))
        }
        var places = [UInt32](repeating: 0, count: last + 1)
        var isReached = [Bool](repeating: false, count: last + 1)
        var token = 0
        for position in 0...last {
            if position > 0, !isReached[position] { places[position] = places[position - 1] + 1 }
            while token < batch.count, Int(batch.positions[token]) == position {
                let to = position + Int(batch.positionLength(token))
                places[to] = max(places[to], places[position] + 1)
                isReached[to] = true
                token += 1
            }
        }
        return places
    }
}
