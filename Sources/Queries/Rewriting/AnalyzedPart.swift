// A query's text after analysis, cut where all of its ways meet: mostly one term to a part, with
// synonyms several terms or phrases.

import Analysis

/// What stands between two positions that every way through the text passes.
struct AnalyzedPart {
    /// One way from the first position to the last.
    struct Way: Equatable {
        /// Positions count from the part's first.
        var terms: [PhraseTerm]
        /// Positions from the beginning to the end, those of removed words included.
        var length: Int
    }

    let start: Int
    let end: Int
    /// Alternatives, each once.
    let ways: [Way]

    /// Nil where there are alternatives, or several words in a row.
    var onlyTerm: Term? {
        ways.count == 1 && ways[0].terms.count == 1 ? ways[0].terms[0].term : nil
    }

    /// The terms as the text has them, without alternatives, at their positions in the text.
    var firstWay: [PhraseTerm] {
        (ways.first?.terms ?? []).map { PhraseTerm(term: $0.term, position: $0.position + start) }
    }

    /// Ways through a part, and phrases, that alternatives may multiply to.
    static let maximumWays = 64

    /// The parts of a text in order.
    /// - Throws: `RequestError` when a part of several positions has more than `maximumWays`.
    static func parts(_ tokens: [AnalyzedToken]) throws(RequestError) -> [AnalyzedPart] {
        var parts: [AnalyzedPart] = []
        var first = 0
        while first < tokens.count {
            let start = tokens[first].position
            var end = start
            var next = first
            repeat {
                end = max(end, tokens[next].position + tokens[next].positionLength)
                next += 1
            } while next < tokens.count && tokens[next].position < end
            parts.append(
                AnalyzedPart(
                    start: start, end: end, ways: try ways(tokens[first..<next], start, end)))
            first = next
        }
        return parts
    }

    /// Every way from one position to another. A position where no token begins is one of a removed
    /// word.
    private static func ways(
        _ tokens: ArraySlice<AnalyzedToken>, _ start: Int, _ end: Int
    ) throws(RequestError) -> [Way] {
        if end - start == 1 {
            if tokens.count == 1, let token = tokens.first {
                return [Way(terms: [PhraseTerm(term: token.term, position: 0)], length: 1)]
            }
            var seen: Set<Term> = []
            return tokens.compactMap { token in
                guard seen.insert(token.term).inserted else { return nil }
                return Way(terms: [PhraseTerm(term: token.term, position: 0)], length: 1)
            }
        }
        var open = [(position: start, way: Way(terms: [], length: 0))]
        var found: [Way] = []
        while let (position, way) = open.popLast() {
            if position >= end {
                if !way.terms.isEmpty, !found.contains(way) { found.append(way) }
                continue
            }
            var continues = false
            // The last first, because the last to come is the first to go.
            for token in tokens.reversed() where token.position == position {
                continues = true
                var longer = way
                longer.terms.append(PhraseTerm(term: token.term, position: way.length))
                longer.length += 1
                open.append((position + token.positionLength, longer))
            }
            if !continues {
                open.append((position + 1, Way(terms: way.terms, length: way.length + 1)))
            }
            guard open.count + found.count <= maximumWays else {
                throw .illegalArgument(
                    "the synonyms of a word multiply to more than [\(maximumWays)] phrases; use "
                        + "fewer of them")
            }
        }
        return found
    }

    /// Documents with any of the alternatives; the best one scores. Several words in a row are a
    /// phrase.
    func query(field: String, boost: Float) throws(RequestError) -> Query {
        var queries: [Query] = []
        for way in ways { queries.append(try Self.query(way.terms, field, slop: 0, boost)) }
        return NormalForm.disjunctionMax(queries, tieBreaker: 0)
    }

    /// Documents with the parts one behind the other, whatever way is taken through each.
    /// - Throws: `RequestError` when there are more than `maximumWays`.
    static func phrase(
        _ parts: [AnalyzedPart], field: String, slop: Int, boost: Float
    ) throws(RequestError) -> Query {
        if parts.allSatisfy({ $0.ways.count == 1 }) {
            return try query(onlyWay(parts), field, slop: slop, boost)
        }
        var phrases = [Way(terms: [], length: 0)]
        var end = parts.first?.start ?? 0
        for part in parts {
            guard phrases.count * part.ways.count <= maximumWays else {
                throw .illegalArgument(
                    "the synonyms of a phrase multiply to more than [\(maximumWays)] phrases; "
                        + "use fewer synonyms or a shorter phrase")
            }
            let gap = part.start - end
            phrases = phrases.flatMap { phrase in
                part.ways.map { way in
                    let origin = phrase.length + gap
                    let terms = way.terms.map {
                        PhraseTerm(term: $0.term, position: $0.position + origin)
                    }
                    return Way(terms: phrase.terms + terms, length: origin + way.length)
                }
            }
            end = part.end
        }
        var queries: [Query] = []
        for phrase in phrases {
            queries.append(try query(phrase.terms, field, slop: slop, boost))
        }
        return NormalForm.disjunctionMax(queries, tieBreaker: 0)
    }

    /// The terms of parts without alternatives, as mostly.
    private static func onlyWay(_ parts: [AnalyzedPart]) -> [PhraseTerm] {
        var terms: [PhraseTerm] = []
        var length = 0
        var end = parts.first?.start ?? 0
        for part in parts {
            let origin = length + part.start - end
            for term in part.ways[0].terms {
                terms.append(PhraseTerm(term: term.term, position: term.position + origin))
            }
            length = origin + part.ways[0].length
            end = part.end
        }
        return terms
    }

    private static func query(
        _ terms: [PhraseTerm], _ field: String, slop: Int, _ boost: Float
    ) throws(RequestError) -> Query {
        if terms.count == 1 { return .term(field: field, term: terms[0].term, boost: boost) }
        // A phrase is weighed with the sum of its terms' weights.
        try QueryLimits.check(
            boost: boost * Float(terms.count),
            "[match_phrase] query for field [\(field)] (times its number of terms)")
        let origin = terms[0].position
        let fromZero = terms.map { PhraseTerm(term: $0.term, position: $0.position - origin) }
        return .phrase(field: field, terms: fromZero, slop: slop, boost: boost)
    }
}
