// Token filters `synonym` and `synonym_graph`: alternatives beside the words they stand for.

final class SynonymFilter: TokenFilter {
    enum Arrangement {
        /// The second word of an alternative stands one position behind its first one, whatever
        /// else is there: a phrase over a synonym of several words may match across neighbouring
        /// words. What an index can hold.
        case flat
        /// Every alternative is a way of its own through the positions, and what follows stands
        /// behind all of them. For queries.
        case graph
    }

    private struct Output {
        var term: [UInt8]
        var start: UInt32
        var end: UInt32
        var position: UInt32
        var span: UInt32 = 1
    }

    private let map: SynonymMap
    private let arrangement: Arrangement
    private var results: [Output] = []
    private var resultBytes = 0
    /// How far positions have moved before the token at hand.
    private var shift = 0
    private var output = TokenBatch()

    init(_ map: SynonymMap, _ arrangement: Arrangement) {
        self.map = map
        self.arrangement = arrangement
    }

    func apply(to batch: inout TokenBatch) {
        results.removeAll(keepingCapacity: true)
        resultBytes = 0
        shift = 0
        var token = 0
        while token < batch.count, resultBytes < TextLimits.maximumBatchBytes {
            guard let (rule, last) = match(batch, token) else {
                keep(batch, token)
                token += 1
                continue
            }
            switch arrangement {
            case .flat: appendFlat(rule, batch, token, last)
            case .graph: appendGraph(rule, batch, token, last)
            }
            token = last + 1
        }
        output.restart(for: batch)
        if arrangement == .graph { output.becomeGraph() }
        write()
        output.reservePositions(UInt32(Int(batch.positionCount) + shift))
        swap(&batch, &output)
    }

    /// The longest rule for the words from `token` on, and the last token it covers.
    private func match(_ batch: TokenBatch, _ token: Int) -> (SynonymMap.Rule, Int)? {
        for rule in map.rules[Array(batch.term(token))] ?? [] {
            let last = token + rule.words.count - 1
            guard last < batch.count else { continue }
            let fits = rule.words.indices.allSatisfy { index in
                batch.term(token + index).elementsEqual(rule.words[index])
                    && batch.positions[token + index] == batch.positions[token] + UInt32(index)
            }
            if fits { return (rule, last) }
        }
        return nil
    }

    private func append(_ result: Output) {
        resultBytes += result.term.count
        results.append(result)
    }

    private func keep(_ batch: TokenBatch, _ token: Int) {
        append(
            Output(
                term: Array(batch.term(token)), start: batch.startOffsets[token],
                end: batch.endOffsets[token],
                position: UInt32(Int(batch.positions[token]) + shift),
                span: batch.positionLength(token)))
    }

    private func appendFlat(
        _ rule: SynonymMap.Rule, _ batch: TokenBatch, _ first: Int, _ last: Int
    ) {
        for words in rule.alternatives {
            for (index, word) in words.enumerated() {
                append(
                    output(
                        word, index, of: words, rule, batch, first, last,
                        position: batch.positions[first] + UInt32(index)))
            }
        }
    }

    /// Positions between the first and the last are numbered way after way.
    private func appendGraph(
        _ rule: SynonymMap.Rule, _ batch: TokenBatch, _ first: Int, _ last: Int
    ) {
        let start = Int(batch.positions[first]) + shift
        let end = start + rule.alternatives.reduce(1) { $0 + $1.count - 1 }
        var next = start + 1
        for words in rule.alternatives {
            var from = start
            for (index, word) in words.enumerated() {
                let isLast = index == words.count - 1
                let to = isLast ? end : next
                if !isLast { next += 1 }
                var result = output(
                    word, index, of: words, rule, batch, first, last, position: UInt32(from))
                result.span = UInt32(to - from)
                append(result)
                from = to
            }
        }
        shift += end - start - rule.words.count
    }

    /// A word of an alternative: its own place in the text if it stands there, else all of what it
    /// stands for.
    private func output(
        _ word: [UInt8], _ index: Int, of words: SynonymMap.Words, _ rule: SynonymMap.Rule,
        _ batch: TokenBatch, _ first: Int, _ last: Int, position: UInt32
    ) -> Output {
        let isOriginal = words == rule.words
        return Output(
            term: word, start: batch.startOffsets[isOriginal ? first + index : first],
            end: batch.endOffsets[isOriginal ? first + index : last], position: position)
    }

    /// In order of position, each term once for each way it spans.
    private func write() {
        let order = results.indices.sorted {
            (results[$0].position, $0) < (results[$1].position, $1)
        }
        var seen: [UInt32: Set<[UInt8]>] = [:]
        var position = UInt32.max
        for index in order {
            let result = results[index]
            if result.position != position {
                seen.removeAll(keepingCapacity: true)
                position = result.position
            }
            guard seen[result.span, default: []].insert(result.term).inserted else { continue }
            result.term.withUnsafeBufferPointer {
                output.append(
                    $0, start: result.start, end: result.end, position: result.position,
                    spanning: result.span)
            }
        }
    }
}
