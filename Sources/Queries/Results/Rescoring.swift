// The order that rescorers give the best hits.

extension Rescore {
    /// Applies rescorers one after the other to the hits of a whole answer; see `Rescore`.
    /// - Parameters:
    ///   - hits: in the order of their scores, at least so many as the largest window if there
    ///     are. Each has its `secondScores`, one per rescorer, as far as the largest window goes.
    public static func apply(_ rescores: [Rescore], to hits: [Hit]) -> [Hit] {
        var result = hits
        for (number, rescore) in rescores.enumerated() {
            let window = min(rescore.windowSize, result.count)
            for place in result.indices {
                let scores = result[place].secondScores
                let second = place < window && number < scores.count ? scores[number] : nil
                result[place].score = rescore.score(result[place].score ?? 0, second)
            }
            let ranked = result[..<window].enumerated().sorted { a, b in
                let (left, right) = (a.element.score ?? 0, b.element.score ?? 0)
                if left != right { return left > right }
                if a.element.tieKey != b.element.tieKey {
                    return a.element.tieKey < b.element.tieKey
                }
                return a.offset < b.offset
            }
            result.replaceSubrange(..<window, with: ranked.map(\.element))
        }
        return result
    }
}
