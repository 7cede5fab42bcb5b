// Token filter `dictionary_decompounder`: words of a list that stand inside of others.

/// Adds the parts of a word that a list knows, at the word's position.
final class DecompounderFilter: TokenFilter {
    struct Options: Sendable {
        var minimumWord = 5
        var parts = 2...15
        var onlyLongestMatch = false
    }

    /// Longest word, in characters, that is looked into: parts are looked for at every place.
    private static let longestWord = 255

    private let words: WordSet
    private let options: Options
    private var output = TokenBatch()

    init(_ words: WordSet, _ options: Options) {
        self.words = words
        self.options = options
    }

    func apply(to batch: inout TokenBatch) {
        output.restart(for: batch)
        for token in 0..<batch.count {
            let position = batch.positions[token]
            output.append(token, of: batch, position: position)
            batch.withTerm(token) { term in
                for part in parts(term) {
                    output.append(
                        UnsafeBufferPointer(rebasing: term[part]),
                        start: batch.startOffsets[token], end: batch.endOffsets[token],
                        position: position)
                }
            }
        }
        output.reservePositions(batch.positionCount)
        swap(&batch, &output)
    }

    private func parts(_ term: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        var offsets: [Int] = []
        var index = 0
        while index < term.count {
            offsets.append(index)
            _ = UTF8Scan.scalar(term, &index)
        }
        let count = offsets.count
        guard options.minimumWord...max(options.minimumWord, Self.longestWord) ~= count else {
            return []
        }
        offsets.append(term.count)
        var result: [Range<Int>] = []
        for start in 0..<count {
            var longest: Range<Int>?
            for length in options.parts where start + length <= count {
                let part = offsets[start]..<offsets[start + length]
                guard part.count < term.count,
                    words.contains(UnsafeBufferPointer(rebasing: term[part]))
                else { continue }
                if options.onlyLongestMatch { longest = part } else { result.append(part) }
            }
            if let longest { result.append(longest) }
        }
        return result
    }
}
