// What analysis put at one position of a query's text: mostly one term, with synonyms several.

import Analysis

/// The alternatives at one position, each once.
struct AnalyzedPosition {
    let position: Int
    var terms: [Term]

    /// Phrases that alternatives may multiply to.
    static let maximumPhrases = 64

    /// Terms in order of position.
    static func group(_ terms: [(term: Term, position: Int)]) -> [AnalyzedPosition] {
        var groups: [AnalyzedPosition] = []
        for (term, position) in terms {
            if let last = groups.indices.last, groups[last].position == position {
                if !groups[last].terms.contains(term) { groups[last].terms.append(term) }
            } else {
                groups.append(AnalyzedPosition(position: position, terms: [term]))
            }
        }
        return groups
    }

    /// Documents with any of the alternatives; the best one scores.
    func query(field: String, boost: Float) -> Query {
        NormalForm.disjunctionMax(
            terms.map { .term(field: field, term: $0, boost: boost) }, tieBreaker: 0)
    }

    /// Every choice of one alternative per position, as the terms of a phrase.
    /// - Throws: `RequestError` when there are more than `maximumPhrases`.
    static func phrases(_ positions: [AnalyzedPosition]) throws(RequestError) -> [[PhraseTerm]] {
        let origin = positions.first?.position ?? 0
        var phrases: [[PhraseTerm]] = [[]]
        for group in positions {
            guard phrases.count * group.terms.count <= maximumPhrases else {
                throw .illegalArgument(
                    "the synonyms of a phrase multiply to more than [\(maximumPhrases)] phrases; "
                        + "use fewer synonyms or a shorter phrase")
            }
            phrases = phrases.flatMap { phrase in
                group.terms.map {
                    phrase + [PhraseTerm(term: $0, position: group.position - origin)]
                }
            }
        }
        return phrases
    }
}
