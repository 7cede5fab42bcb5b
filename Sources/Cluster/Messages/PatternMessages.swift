// Patterns, and the terms that queries stand for, as messages.

import Analysis
import Queries

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension WireTermPattern {
    init(_ pattern: TermPattern) throws(RemoteError) {
        self.init()
        switch pattern {
        case .wildcard(let text, let ignoresCase):
            wildcard = text
            self.ignoresCase = ignoresCase
        case .regexp(let text, let operators, let ignoresCase):
            regexp.text = text
            regexp.operators = UInt32(operators.rawValue)
            self.ignoresCase = ignoresCase
        case .fuzzy(let word):
            fuzzy.word = Data(word.word.bytes)
            fuzzy.distance = try MessageCoding.unsigned(word.distance, "a number of edits")
            fuzzy.prefixLength = try MessageCoding.unsigned(word.prefixLength, "a prefix length")
            fuzzy.transpositions = word.transpositions
        }
    }

    func pattern() throws(RemoteError) -> TermPattern {
        switch kind {
        case .wildcard(let text): return .wildcard(text, ignoresCase: ignoresCase)
        case .regexp(let regexp):
            guard regexp.operators <= UInt32(RegexpOperators.all.rawValue) else {
                throw .malformed("operators of a regular expression are unknown here")
            }
            return .regexp(
                regexp.text, RegexpOperators(rawValue: UInt8(regexp.operators)),
                ignoresCase: ignoresCase)
        case .fuzzy(let fuzzy):
            return .fuzzy(
                FuzzyWord(
                    word: Term(Array(fuzzy.word)),
                    distance: try MessageCoding.limited(
                        fuzzy.distance, FuzzyWord.maximumDistance, "a number of edits"),
                    prefixLength: try MessageCoding.limited(
                        fuzzy.prefixLength, FuzzyWord.maximumLength, "a prefix length"),
                    transpositions: fuzzy.transpositions))
        case nil: throw .malformed("a pattern is of no kind, or of one that is unknown here")
        }
    }
}

extension WireTermExpansion {
    init(_ expansion: TermExpansion) throws(RemoteError) {
        self.init()
        field = expansion.field
        pattern = try WireTermPattern(expansion.pattern)
        limit = try MessageCoding.unsigned(expansion.limit, "a number of terms")
        if let known = expansion.correctsUpTo { correctsUpTo = known }
    }

    func expansion() throws(RemoteError) -> TermExpansion {
        TermExpansion(
            field: field, pattern: try pattern.pattern(),
            limit: try MessageCoding.limited(
                limit, TermExpansion.maximumLimit, "a number of terms"),
            correctsUpTo: hasCorrectsUpTo ? correctsUpTo : nil)
    }
}

extension WirePhrasePrefixQuery {
    init(_ phrase: PhrasePrefixQuery, boost: Float) throws(RemoteError) {
        self.init()
        field = phrase.field
        terms = phrase.terms.map { Data($0.term.bytes) }
        for term in phrase.terms {
            positions.append(try MessageCoding.unsigned(term.position, "a position"))
        }
        last = try WireTermExpansion(phrase.last)
        lastPosition = try MessageCoding.unsigned(phrase.lastPosition, "a position")
        slop = try MessageCoding.unsigned(phrase.slop, "slop")
        self.boost = boost
    }

    func query() throws(RemoteError) -> PhrasePrefixQuery {
        let limit = WirePhraseQuery.positionLimit
        return PhrasePrefixQuery(
            field: field, terms: try WirePhraseQuery.terms(terms, positions),
            last: try last.expansion(),
            lastPosition: try MessageCoding.limited(lastPosition, limit, "a position"),
            slop: try MessageCoding.limited(slop, limit, "slop"))
    }
}

extension WireExpandedTerms {
    init(_ expansion: TermExpansion, _ terms: ExpandedTerms) throws(RemoteError) {
        self.init()
        self.expansion = try WireTermExpansion(expansion)
        for term in terms.terms {
            self.terms.append(Data(term.term.bytes))
            edits.append(try MessageCoding.unsigned(term.edits, "a number of edits"))
            documentFrequencies.append(term.documentFrequency)
        }
    }

    func expanded() throws(RemoteError) -> ExpandedTerms {
        guard terms.count == edits.count, terms.count == documentFrequencies.count,
            terms.count <= ExpandedTerms.maximumTerms
        else {
            throw .malformed(
                "\(terms.count) terms of an expansion have \(edits.count) numbers of edits and "
                    + "\(documentFrequencies.count) document frequencies")
        }
        var result: [ExpandedTerm] = []
        for (place, term) in terms.enumerated() {
            guard documentFrequencies[place] >= 0 else {
                throw .malformed("a document frequency of an expansion is negative")
            }
            result.append(
                ExpandedTerm(
                    term: Term(Array(term)),
                    edits: try MessageCoding.limited(
                        edits[place], FuzzyWord.maximumDistance, "a number of edits"),
                    documentFrequency: documentFrequencies[place]))
        }
        return ExpandedTerms(result)
    }
}
