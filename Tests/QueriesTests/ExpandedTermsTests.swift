// Which terms an expansion stands for: the same for any way to divide the collection.

import Analysis
import Testing

@testable import Queries

@Suite struct ExpandedTermsTests {
    private func term(_ text: String, _ edits: Int, _ frequency: Int64) -> ExpandedTerm {
        ExpandedTerm(term: Term(text), edits: edits, documentFrequency: frequency)
    }

    private func texts(_ terms: ExpandedTerms) -> [String] {
        terms.terms.map { "\($0.term.text) \($0.edits) \($0.documentFrequency)" }
    }

    @Test func fewerEditsThenHigherFrequenciesThenSmallerBytesAreBest() {
        let all = ExpandedTerms([
            term("c", 1, 9), term("a", 2, 99), term("b", 1, 2), term("d", 1, 9), term("e", 0, 1),
            term("c", 1, 1),
        ])
        #expect(texts(all) == ["e 0 1", "b 1 2", "c 1 10", "d 1 9", "a 2 99"])
        #expect(texts(all.best(3)) == ["e 0 1", "c 1 10", "d 1 9"])
        #expect(texts(all.best(2)) == ["e 0 1", "c 1 10"])
        #expect(all.best(3).best(3) == all.best(3))
        #expect(all.best(3).blendedFrequency == 10)
        #expect(ExpandedTerms().blendedFrequency == 0)
    }

    @Test func wordsThatAreKnownStandAlone() {
        func best(_ terms: [ExpandedTerm], limit: Int = 3) -> [String] {
            let word = FuzzyWord(
                word: Term("rde"), distance: 2, prefixLength: 0, transpositions: true)
            let expansion = TermExpansion(
                field: "a", pattern: .fuzzy(word), limit: limit, correctsUpTo: 4)
            let best = ExpandedTerms(terms).best(of: expansion)
            #expect(best.best(of: expansion) == best)
            return best.terms.map {
                let weight = expansion.weight(of: $0, among: best)
                return "\($0.term.text) \(weight.documentFrequency) \(weight.share)"
            }
        }
        let near = [term("red", 1, 30), term("ride", 1, 20), term("rode", 1, 9)]
        #expect(best([term("rde", 0, 5)] + near) == ["rde 5 1.0"])
        #expect(best([term("rde", 0, 4)] + near) == ["rde 4 1.0", "red 30 1.0", "ride 30 1.0"])
        #expect(best([term("rde", 0, 4)] + near, limit: 2) == ["rde 4 1.0", "red 30 1.0"])
        #expect(best([term("rde", 0, 4)] + near, limit: 1) == ["rde 4 1.0"])
        #expect(best(near + [term("reed", 2, 99)], limit: 4).count == 3)
        #expect(best([term("rde", 0, 1), term("reed", 2, 9)]) == ["rde 1 1.0", "reed 9 1.0"])
        #expect(best([]) == [])
    }

    @Test func leavesLookNoFurtherThanNeedBe() {
        func edits(_ believed: [ExpandedTerm]?) -> Int {
            ExpandedTerms.editsToLookFor(believing: believed.map { ExpandedTerms($0) }, 4)
        }
        #expect(edits(nil) == 1)
        #expect(edits([term("red", 0, 5)]) == 0)
        #expect(edits([term("red", 0, 4)]) == 2)
        #expect(edits([]) == 2)
        #expect(edits([term("rde", 0, 1), term("red", 1, 9)]) == 1)
        #expect(edits([term("reed", 2, 9)]) == 2)
    }

    /// Leaves that answer what they are told to look for, asked again until what was sent is true:
    /// no more trips than a scatter makes, and the terms that all leaves together would take.
    @Test(arguments: [44, 45, 46] as [UInt64])
    func fewTripsLeadToTheTruth(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let word = FuzzyWord(
            word: Term("w"), distance: 2, prefixLength: 0, transpositions: true)
        let expansion = TermExpansion(
            field: "a", pattern: .fuzzy(word), limit: 2, correctsUpTo: 4)
        for round in 0..<500 {
            let leaves = (0..<1 + random.below(4)).map { _ in
                var terms: [ExpandedTerm] = []
                if random.chance(50) { terms.append(term("w", 0, Int64(1 + random.below(4)))) }
                if random.chance(20) { terms.append(term("v", 1, Int64(1 + random.below(9)))) }
                if random.chance(20) { terms.append(term("u", 1, Int64(1 + random.below(9)))) }
                if random.chance(40) { terms.append(term("t", 2, Int64(1 + random.below(9)))) }
                return terms
            }
            func truth(_ edits: Int) -> ExpandedTerms {
                var sum = ExpandedTerms()
                for leaf in leaves {
                    let word = leaf.filter { $0.edits == 0 }
                    let near = leaf.filter { $0.edits <= min(edits, 1) }
                    let all = leaf.filter { $0.edits <= edits }
                    let parts = [word, near, all].map { ExpandedTerms($0) }
                    sum.add(parts.first { $0.decides(4) } ?? parts[2])
                }
                return sum.best(of: expansion)
            }
            // What is believed at first is nothing, or was true once.
            var believed: ExpandedTerms? =
                random.chance(50)
                ? nil
                : ExpandedTerms([term("w", 0, 5), term("v", 1, 2), term("t", 2, 3)])
                    .best(of: expansion)
            var trips = 0
            while trips < 4 {
                trips += 1
                let found = truth(ExpandedTerms.editsToLookFor(believing: believed, 4))
                if found == believed { break }
                believed = found
            }
            var all = ExpandedTerms()
            for leaf in leaves { all.add(ExpandedTerms(leaf)) }
            #expect(believed == all.best(of: expansion), "seed \(seed), round \(round)")
        }
    }

    @Test(arguments: [41, 42, 43] as [UInt64])
    func anyDivisionGivesTheSame(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        // More terms than are kept, and in one case more bytes.
        let padding = String(repeating: "x", count: seed == 43 ? 100 : 0)
        let collection = (0..<3_000).map { _ in
            let number = random.below(2_500)
            return term("\(number)\(padding)", number % 3, Int64(1 + random.below(4)))
        }
        let whole = ExpandedTerms(collection)
        #expect(
            seed == 43
                ? whole.terms.reduce(0) { $0 + $1.term.bytes.count } > 32_000
                : whole.terms.count == ExpandedTerms.maximumTerms)
        for parts in [2, 3, 8] {
            var shards = [[ExpandedTerm]](repeating: [], count: parts)
            for term in collection { shards[random.below(parts)].append(term) }
            var sum = ExpandedTerms()
            for shard in shards { sum.add(ExpandedTerms(shard)) }
            #expect(sum == whole, "seed \(seed), \(parts) parts")
        }
        let last = whole.terms[whole.terms.count - 1]
        if seed != 43 {
            #expect(!whole.isBeyondLast(last.term, edits: last.edits))
            #expect(whole.isBeyondLast(Term(last.term.text + "!"), edits: last.edits))
        }
    }

    @Test func statisticsAgreeWhenTheBestDo() {
        let expansion = TermExpansion(
            field: "a", pattern: .wildcard("x*", ignoresCase: false), limit: 1)
        func statistics(_ terms: ExpandedTerm...) -> CollectionStatistics {
            CollectionStatistics(expansions: [expansion: ExpandedTerms(terms)])
        }
        let many = statistics(term("x", 0, 5), term("xy", 0, 3))
        #expect(many.narrowed == statistics(term("x", 0, 5)))
        #expect(many.agrees(with: many.narrowed))
        #expect(!many.agrees(with: statistics(term("x", 0, 4))))
        #expect(!many.agrees(with: CollectionStatistics()))
        #expect(CollectionStatistics().agrees(with: statistics()))
        var sum = statistics(term("x", 0, 1), term("xy", 0, 3))
        sum.add(statistics(term("x", 0, 1)))
        #expect(sum.best(expansion) == ExpandedTerms([term("xy", 0, 3)]))
    }

    @Test func filtersWithExpansionsNeedStatisticsToo() {
        let expansion = TermExpansion(
            field: "a", pattern: .wildcard("x*", ignoresCase: false), limit: 1)
        let query = Query.bool(BooleanQuery(mustNot: [.expanded(expansion, boost: 1)]))
        #expect(query.expansions == [expansion] && !query.hasScoringTerms)
        #expect(ShardQuery(query: query, count: 0).needsStatistics)
        #expect(ShardQuery(query: .matchAll(boost: 1), postFilter: query, count: 0).needsStatistics)
        #expect(!ShardQuery(query: .matchAll(boost: 1), count: 10).needsStatistics)
        #expect(Query.expanded(expansion, boost: 1).scoringTerms.fields == ["a"])
    }
}
