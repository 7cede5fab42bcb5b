// Search without an index: every document is looked at for every clause.

import Analysis
import Foundation
import Queries
import Segments

@testable import Execution

/// The formulae of BM25 and the meaning of every clause, written down once more and naively.
struct Oracle {
    let documents: [PlainDocument]
    /// Per field and word: document and frequency.
    private var postings: [String: [String: [(document: Int, frequency: Int)]]] = [:]
    private var lengths: [String: [Int]] = [:]
    private var counts: [String: FieldCounts] = [:]

    init(_ documents: [PlainDocument]) {
        self.documents = documents
        for field in ["body", "title", "tag"] {
            var words: [String: [(document: Int, frequency: Int)]] = [:]
            for (number, document) in documents.enumerated() {
                var counts: [String: Int] = [:]
                for (word, _) in document.words(field) { counts[word, default: 0] += 1 }
                for (word, count) in counts { words[word, default: []].append((number, count)) }
            }
            postings[field] = words
            let all = documents.map { $0.words(field).count }
            lengths[field] = all
            counts[field] = FieldCounts(
                documentCount: Int64(all.filter { $0 > 0 }.count),
                totalTermFrequency: Int64(all.reduce(0, +)))
        }
    }

    func statistics(for query: ShardQuery) -> CollectionStatistics {
        var result = CollectionStatistics()
        for expansion in query.expansions {
            result.expansions[expansion] = ExpandedTerms(candidates(expansion))
        }
        for (field, term) in query.scoringOccurrences {
            result.fields[field] = counts[field] ?? FieldCounts()
            guard let term else { continue }
            result.terms[TermKey(field: field, term: term)] = Int64(
                postings[field]?[term.text]?.count ?? 0)
        }
        return result
    }

    func statistics(for needs: SuggestionNeeds) -> CollectionStatistics {
        var result = CollectionStatistics()
        for expansion in needs.expansions {
            result.expansions[expansion] = ExpandedTerms(candidates(expansion))
        }
        for key in needs.terms {
            let count = postings[key.field]?[key.term.text]?.count ?? 0
            if count > 0 { result.terms[key] = Int64(count) }
        }
        for field in needs.fields { result.fields[field] = counts[field] ?? FieldCounts() }
        return result
    }

    // MARK: Expansions

    /// The first thousand of the terms that match, by their edits and bytes.
    private func candidates(_ expansion: TermExpansion) -> [ExpandedTerm] {
        let edits = Self.edits(expansion.pattern)
        let all = (postings[expansion.field] ?? [:]).compactMap { word, documents in
            edits(word).map {
                ExpandedTerm(
                    term: Term(word), edits: $0, documentFrequency: Int64(documents.count))
            }
        }
        guard let known = expansion.correctsUpTo else {
            return Array(all.sorted { ($0.edits, $0.term) < ($1.edits, $1.term) }.prefix(1_000))
        }
        let least = all.map(\.edits).filter { $0 > 0 }.min()
        let isKnown = all.contains { $0.edits == 0 && $0.documentFrequency > known }
        return all.filter { $0.edits == 0 || $0.edits == least && !isKnown }
    }

    /// How far a word is from the pattern; nil: it does not match.
    private static func edits(_ pattern: TermPattern) -> (String) -> Int? {
        guard case .fuzzy(let fuzzy) = pattern else {
            // Automata are compared with naive matching in the tests of Queries.
            let automaton = try? pattern.automaton()
            return { automaton?.match($0.utf8) }
        }
        let wanted = fuzzy.word.text
        let prefix = wanted.prefix(fuzzy.prefixLength)
        return { word in
            guard word.hasPrefix(prefix) else { return nil }
            let edits = distance(
                Array(wanted.dropFirst(prefix.count)), Array(word.dropFirst(prefix.count)),
                fuzzy.transpositions)
            return edits <= fuzzy.distance && edits < min(wanted.count, word.count) ? edits : nil
        }
    }

    /// Row by row; exchanged neighbours are edited no further.
    private static func distance(
        _ left: [Character], _ right: [Character], _ transpositions: Bool
    ) -> Int {
        var rows = [Array(0...right.count)]
        for i in left.indices {
            var row = [i + 1]
            for j in right.indices {
                let same = left[i] == right[j]
                var best = min(row[j] + 1, rows[i][j + 1] + 1, rows[i][j] + (same ? 0 : 1))
                if transpositions, i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    best = min(best, rows[i - 1][j - 1] + 1)
                }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }

    /// The terms an expansion stands for and what each counts as its document frequency.
    private func best(_ expansion: TermExpansion) -> (terms: [ExpandedTerm], blended: Int) {
        let ranked = candidates(expansion).sorted {
            ($0.edits, -$0.documentFrequency, $0.term) < ($1.edits, -$1.documentFrequency, $1.term)
        }
        let best = ranked.prefix(expansion.limit)
        return (Array(best), Int(best.map(\.documentFrequency).max() ?? 0))
    }

    private func expanded(_ expansion: TermExpansion, _ boost: Float) -> [Double?] {
        var result = [Double?](repeating: nil, count: documents.count)
        let (terms, blended) = best(expansion)
        for term in terms {
            let shorter: Int
            if case .fuzzy(let fuzzy) = expansion.pattern {
                shorter = min(fuzzy.word.text.count, term.term.text.count)
            } else {
                shorter = 1
            }
            var share = 1 - Float(term.edits) / Float(shorter)
            var frequency = blended
            if expansion.correctsUpTo != nil {
                share = 1
                let others = terms.filter { ($0.edits > 0) == (term.edits > 0) }
                frequency = Int(others.map(\.documentFrequency).max() ?? 0)
            }
            let weight = boost * share * idf(expansion.field, frequency: frequency)
            for (document, frequency) in postings[expansion.field]?[term.term.text] ?? [] {
                result[document] =
                    (result[document] ?? 0)
                    + bm25(expansion.field, document, weight: weight, frequency: Float(frequency))
            }
        }
        return result
    }

    /// One idf for all fields: that of the most frequent term in the largest field.
    private func sharedIDF(_ terms: [BlendedTerm]) -> Float {
        let highest = terms.map { postings[$0.field]?[$0.term.text]?.count ?? 0 }.max() ?? 0
        let documentCount = terms.map { counts[$0.field]?.documentCount ?? 0 }.max() ?? 0
        let rest = Double(max(0, Int(documentCount) - highest))
        return Float(Foundation.log(1 + (rest + 0.5) / (Double(highest) + 0.5)))
    }

    private func combined(_ terms: [BlendedTerm], _ boost: Float) -> [Double?] {
        let weight = boost * sharedIDF(terms)
        var sums = [Float?](repeating: nil, count: documents.count)
        for term in terms {
            for (document, frequency) in postings[term.field]?[term.term.text] ?? [] {
                let share =
                    term.boost * (Float(frequency) * inverseLength(term.field, document))
                sums[document] = sums[document].map { $0 + share } ?? share
            }
        }
        return sums.map { $0.map { Self.grid(Double(weight - weight / (1 + $0))) } }
    }

    private func blended(_ terms: [BlendedTerm], _ tieBreaker: Float) -> [Double?] {
        let shared = sharedIDF(terms)
        let all = terms.map { term in
            var result = [Double?](repeating: nil, count: documents.count)
            for (document, frequency) in postings[term.field]?[term.term.text] ?? [] {
                result[document] = bm25(
                    term.field, document, weight: term.boost * shared,
                    frequency: Float(frequency))
            }
            return result
        }
        return documents.indices.map { document in
            let found = all.compactMap { $0[document] }
            guard let best = found.max() else { return nil }
            return best + Self.grid(Double(tieBreaker) * (found.reduce(0, +) - best))
        }
    }

    private func phrasePrefix(_ query: PhrasePrefixQuery, _ boost: Float) -> [Double?] {
        let (terms, blended) = best(query.last)
        let all = terms.map { term in
            phrase(
                query.field,
                query.terms + [PhraseTerm(term: term.term, position: query.lastPosition)],
                query.slop, boost, lastFrequency: blended)
        }
        return documents.indices.map { document in all.compactMap { $0[document] }.max() }
    }

    // MARK: Scores

    static func grid(_ value: Double) -> Double {
        (value * 268_435_456).rounded(.toNearestOrEven) / 268_435_456
    }

    private func idf(_ field: String, _ word: String) -> Float {
        idf(field, frequency: postings[field]?[word]?.count ?? 0)
    }

    private func idf(_ field: String, frequency: Int) -> Float {
        let n = Double(counts[field]?.documentCount ?? 0)
        let df = Double(frequency)
        return Float(Foundation.log(1 + (n - df + 0.5) / (df + 0.5)))
    }

    private func bm25(
        _ field: String, _ document: Int, weight: Float, frequency: Float
    ) -> Double {
        Self.grid(
            Double(weight - weight / (1 + frequency * inverseLength(field, document))))
    }

    private func inverseLength(_ field: String, _ document: Int) -> Float {
        let counts = counts[field] ?? FieldCounts()
        let average = Float(Double(counts.totalTermFrequency) / Double(counts.documentCount))
        let length = field == "tag" ? 1 : lengths[field]?[document] ?? 0
        let norm = Float(NormByte.decoded[Int(NormByte.encode(length))])
        let (k1, b): (Float, Float) = field == "title" ? (0.9, 0.4) : (1.2, 0.75)
        return 1 / (k1 * ((1 - b) + b * norm / average))
    }

    /// The score of every matching document; nil where it does not match.
    /// - Parameter isSummed: whether other scores are added to it.
    func scores(_ query: Query, isSummed: Bool = false) -> [Double?] {
        switch query {
        case .matchAll(let boost):
            return documents.map { _ in Self.grid(Double(boost)) }
        case .term(let field, let term, let boost):
            var result = [Double?](repeating: nil, count: documents.count)
            let weight = boost * idf(field, term.text)
            for (document, frequency) in postings[field]?[term.text] ?? [] {
                result[document] = bm25(
                    field, document, weight: weight, frequency: Float(frequency))
            }
            return result
        case .phrase(let field, let terms, let slop, let boost):
            return phrase(field, terms, slop, boost)
        case .bool(let bool): return boolean(bool, isSummed)
        case .functionScore(let function): return functionScore(function, isSummed)
        case .covering(let covering): return self.covering(covering, isSummed)
        case .disjunctionMax(let clauses, let tieBreaker):
            let all = clauses.map { scores($0, isSummed: isSummed || clauses.count > 1) }
            return documents.indices.map { document in
                let found = all.compactMap { $0[document] }
                guard let best = found.max() else { return nil }
                return best + Self.grid(Double(tieBreaker) * (found.reduce(0, +) - best))
            }
        case .blended(let terms, let tieBreaker): return blended(terms, tieBreaker)
        case .combined(let terms, let boost): return combined(terms, boost)
        case .demoted(let positive, let negative, let factor):
            let all = scores(positive, isSummed: isSummed)
            return zip(all, scores(negative)).map { score, demoting in
                guard let score, demoting != nil else { return score }
                return Self.grid(Double(factor) * score)
            }
        case .constantScore(let inner, let boost):
            return scores(inner).map { $0 == nil ? nil : Self.grid(Double(boost)) }
        case .terms(let field, let terms, let boost):
            let wanted = Set(terms.map(\.text))
            return select(boost) { $0.words(field).contains { wanted.contains($0.word) } }
        case .prefix(let field, let prefix, let boost):
            let text = String(decoding: prefix, as: UTF8.self)
            return select(boost) { $0.words(field).contains { $0.word.hasPrefix(text) } }
        case .pattern(let field, let pattern, let boost):
            let edits = Self.edits(pattern)
            let wanted = Set((postings[field] ?? [:]).keys.filter { edits($0) != nil })
            return select(boost) { $0.words(field).contains { wanted.contains($0.word) } }
        case .expanded(let expansion, let boost): return expanded(expansion, boost)
        case .phrasePrefix(let query, let boost): return phrasePrefix(query, boost)
        case .range(let field, let lower, let upper, let boost):
            return select(boost) { document in
                switch field {
                case "year": document.years.contains { isIn(.integer($0), lower, upper) }
                case "price": document.prices.contains { isIn(.real($0), lower, upper) }
                case "tag": document.tags.contains { isIn(.bytes(Array($0.utf8)), lower, upper) }
                default: document.flag.map { isIn(.integer($0 ? 1 : 0), lower, upper) } ?? false
                }
            }
        case .exists(let field, let boost):
            return select(boost) { document in
                switch field {
                case "year": !document.years.isEmpty
                case "price": !document.prices.isEmpty
                case "flag": document.flag != nil
                case "tag": !document.tags.isEmpty
                default: document.present.contains(field)
                }
            }
        case .ids(let ids, let boost):
            return select(boost) { ids.contains($0.id) }
        default:
            return documents.map { _ in nil }
        }
    }

    private func select(_ boost: Float, _ isWanted: (PlainDocument) -> Bool) -> [Double?] {
        documents.map { isWanted($0) ? Self.grid(Double(boost)) : nil }
    }

    private func isIn(_ value: RangeValue, _ lower: Bound?, _ upper: Bound?) -> Bool {
        func order(_ a: RangeValue, _ b: RangeValue) -> Int {
            switch (a, b) {
            case (.bytes(let a), .bytes(let b)):
                a == b ? 0 : a.lexicographicallyPrecedes(b) ? -1 : 1
            default: number(a) < number(b) ? -1 : number(a) > number(b) ? 1 : 0
            }
        }
        func number(_ value: RangeValue) -> Double {
            switch value {
            case .integer(let value): Double(value)
            case .real(let value): value
            case .bytes: 0
            }
        }
        if let lower {
            let sign = order(value, lower.value)
            if sign < 0 || (sign == 0 && !lower.inclusive) { return false }
        }
        if let upper {
            let sign = order(value, upper.value)
            if sign > 0 || (sign == 0 && !upper.inclusive) { return false }
        }
        return true
    }

    private func boolean(_ bool: BooleanQuery, _ isSummed: Bool) -> [Double?] {
        let isSummed = isSummed || bool.must.count + bool.should.count > 1
        let must = bool.must.map { scores($0, isSummed: isSummed) }
        let should = bool.should.map { scores($0, isSummed: isSummed) }
        let filter = bool.filter.map { scores($0) }
        let mustNot = bool.mustNot.map { scores($0) }
        let alone = bool.must.isEmpty && bool.filter.isEmpty && !bool.should.isEmpty
        let minimum = max(bool.minimumShouldMatch, alone ? 1 : 0)
        return documents.indices.map { document in
            guard (must + filter).allSatisfy({ $0[document] != nil }),
                mustNot.allSatisfy({ $0[document] == nil })
            else { return nil }
            let optional = should.compactMap { $0[document] }
            guard optional.count >= minimum else { return nil }
            return must.compactMap { $0[document] }.reduce(0, +) + optional.reduce(0, +)
        }
    }

    // MARK: Phrases

    private func phrase(
        _ field: String, _ terms: [PhraseTerm], _ slop: Int, _ boost: Float,
        lastFrequency: Int? = nil
    ) -> [Double?] {
        let idfs = terms.enumerated().reduce(0.0) { sum, part in
            let isLast = part.offset == terms.count - 1
            let known = isLast ? lastFrequency.map { idf(field, frequency: $0) } : nil
            return sum + Double(known ?? idf(field, part.element.term.text))
        }
        let weight = boost * Float(idfs)
        let first = terms.map(\.position).min() ?? 0
        var having: [String: Set<Int>] = [:]
        for term in terms {
            having[term.term.text] = Set((postings[field]?[term.term.text] ?? []).map(\.document))
        }
        return documents.indices.map { document in
            guard terms.allSatisfy({ having[$0.term.text]?.contains(document) == true }) else {
                return nil
            }
            let places = terms.map { term in
                documents[document].words(field).filter { $0.word == term.term.text }
                    .map { $0.position - (term.position - first) }
            }
            let frequency: Float
            if slop == 0 {
                let common = places.dropFirst().reduce(Set(places[0])) { $0.intersection($1) }
                frequency = Float(common.count)
            } else {
                frequency = sloppy(places, terms, first, slop)
            }
            guard frequency > 0 else { return nil }
            return bm25(field, document, weight: weight, frequency: frequency)
        }
    }

    /// The documented rule: the hindmost term moves on until it is no longer hindmost; the
    /// narrowest spread it saw counts.
    private func sloppy(
        _ places: [[Int]], _ terms: [PhraseTerm], _ first: Int, _ slop: Int
    ) -> Float {
        var left = places.map { $0[...] }
        var frequency: Float = 0
        func spread() -> Int {
            let heads = left.map { $0[$0.startIndex] }
            var positions: Set<String> = []
            for (index, term) in terms.enumerated() {
                let key = "\(term.term.text)@\(heads[index] + term.position - first)"
                if !positions.insert(key).inserted { return .max }
            }
            return (heads.max() ?? 0) - (heads.min() ?? 0)
        }
        while true {
            let heads = left.map { $0[$0.startIndex] }
            let hindmost = heads.firstIndex(of: heads.min() ?? 0) ?? 0
            let second = heads.enumerated().filter { $0.offset != hindmost }.map(\.element).min()
            var narrowest = spread()
            var moved = false
            while left[hindmost].count > 1 {
                left[hindmost].removeFirst()
                if left[hindmost][left[hindmost].startIndex] > second ?? heads[hindmost] {
                    moved = true
                    break
                }
                narrowest = min(narrowest, spread())
            }
            if narrowest <= slop { frequency += 1 / (1 + Float(narrowest)) }
            if !moved { return frequency }
        }
    }
}
