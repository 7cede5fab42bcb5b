// Token filters `synonym` and `synonym_graph`: flat synonyms.

/// Puts alternatives at the positions of the words they stand for. The second word of an
/// alternative stands one position behind its first one, whatever else is there: a phrase
/// over a synonym of several words may match across neighbouring words, as in Lucene without
/// graphs.
final class SynonymFilter: TokenFilter {
    private struct Output {
        var term: [UInt8]
        var start: UInt32
        var end: UInt32
        var position: UInt32
    }

    private let map: SynonymMap
    private var results: [Output] = []
    private var output = TokenBatch()

    init(_ map: SynonymMap) { self.map = map }

    func apply(to batch: inout TokenBatch) {
        results.removeAll(keepingCapacity: true)
        var token = 0
        while token < batch.count {
            guard let (rule, last) = match(batch, token) else {
                results.append(
                    Output(
                        term: Array(batch.term(token)), start: batch.startOffsets[token],
                        end: batch.endOffsets[token], position: batch.positions[token]))
                token += 1
                continue
            }
            for alternative in rule.alternatives {
                append(alternative, batch, token, last, isOriginal: alternative == rule.words)
            }
            token = last + 1
        }
        write(positions: batch.positionCount)
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

    private func append(
        _ words: SynonymMap.Words, _ batch: TokenBatch, _ first: Int, _ last: Int,
        isOriginal: Bool
    ) {
        for (index, word) in words.enumerated() {
            results.append(
                Output(
                    term: word,
                    start: batch.startOffsets[isOriginal ? first + index : first],
                    end: batch.endOffsets[isOriginal ? first + index : last],
                    position: batch.positions[first] + UInt32(index)))
        }
    }

    /// In order of position, each term once at each.
    private func write(positions: UInt32) {
        output.removeAll()
        let order = results.indices.sorted {
            (results[$0].position, $0) < (results[$1].position, $1)
        }
        var seen: Set<[UInt8]> = []
        var position = UInt32.max
        for index in order {
            let result = results[index]
            if result.position != position {
                seen.removeAll(keepingCapacity: true)
                position = result.position
            }
            guard seen.insert(result.term).inserted else { continue }
            result.term.withUnsafeBufferPointer {
                output.append(
                    $0, start: result.start, end: result.end, position: result.position)
            }
        }
        output.reservePositions(positions)
    }
}
