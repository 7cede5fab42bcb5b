// The scores of a run file, which carry the order of the hits.

/// trec_eval orders a run by scores in single precision and breaks ties by the documents' names.
/// A search breaks them otherwise, and its scores have more digits. So that every reader finds the
/// order of the search, a score that is not below the one before it in single precision is
/// written as the next number below that.
enum RunScores {
    /// What to write for the scores of a ranking, best first: strictly decreasing when read in
    /// single precision. A ranking without scores (a sorted search) counts down to 1.
    static func decreasing(_ scores: [Double?]) -> [Double] {
        if scores.contains(where: { $0?.isFinite != true }) {
            return scores.indices.map { Double(scores.count - $0) }
        }
        var last = Float.infinity
        return scores.map { score in
            let own = score ?? 0
            if Float(own) < last {
                last = Float(own)
                return own
            }
            last = last.nextDown
            return Double(last)
        }
    }
}
