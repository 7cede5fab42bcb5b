// What a search must answer, computed from the oracle's scores, and how answers are compared.

import Analysis
import Foundation
import Queries
import Testing

@testable import Execution

extension Oracle {
    /// The exhaustive answer, addresses aside.
    func search(_ query: ShardQuery) -> TopHits {
        let scores = scores(query.query)
        let post = query.postFilter.map { self.scores($0) }
        var matches: [(document: Int, score: Double)] = []
        for (document, score) in scores.enumerated() {
            guard let score else { continue }
            if let minimum = query.minimumScore, Float(score) < minimum { continue }
            matches.append((document, score))
        }
        var result = TopHits()
        for named in query.aggregations {
            result.facets[named.name] = facet(named.aggregation, matches.map(\.document))
        }
        if let post { matches.removeAll { post[$0.document] == nil } }
        result.total = TotalHits(value: Int64(matches.count), isLowerBound: false)
            .limited(to: query.trackTotalHits)
        let wantsScores =
            query.count > 0
            && (query.trackScores || query.sort.isEmpty
                || query.sort.contains { $0.field == .score })
        let order = HitOrder(sort: query.sort)
        var hits = matches.map { match in
            let document = documents[match.document]
            return Hit(
                score: wantsScores ? Float(match.score) : nil,
                sortValues: query.sort.map { sortValue($0, document, Float(match.score)) },
                tieKey: document.tieKey,
                address: HitAddress(shard: 0, segment: 0, document: 0))
        }
        hits.sort(by: order.precedes)
        result.maximumScore = wantsScores ? matches.map { Float($0.score) }.max() : nil
        result.hits = Array(hits.prefix(query.count))
        return result
    }

    private func sortValue(
        _ clause: SortClause, _ document: PlainDocument, _ score: Float
    ) -> SortValue {
        func pick<Value: Comparable>(_ values: [Value]) -> Value? {
            clause.descending ? values.max() : values.min()
        }
        switch clause.field {
        case .score: return .score(score)
        case .document: return .documentOrder(tieKey: document.tieKey)
        case .field("year"): return pick(document.years).map { .integer($0) } ?? .missing
        case .field("price"): return pick(document.prices).map { .real($0) } ?? .missing
        case .field("flag"): return document.flag.map { .integer($0 ? 1 : 0) } ?? .missing
        case .field("tag"):
            return pick(document.tags.map { Term($0) }).map { .bytes($0.bytes) } ?? .missing
        default: return .missing
        }
    }

    private func facet(_ aggregation: Aggregation, _ matches: [Int]) -> FacetPartial {
        func keys(_ document: PlainDocument) -> Set<FacetKey> {
            switch aggregation.field {
            case "tag": Set(document.tags.map { .bytes(Array($0.utf8)) })
            case "year": Set(document.years.map { .integer($0) })
            case "price": Set(document.prices.map { .real($0) })
            case "flag": Set(document.flag.map { [.integer($0 ? 1 : 0)] } ?? [])
            default: []
            }
        }
        switch aggregation {
        case .terms(let terms):
            var counts: [FacetKey: Int64] = [:]
            for match in matches {
                var found = keys(documents[match])
                if found.isEmpty, let missing = terms.missing { found = [missing] }
                for key in found { counts[key, default: 0] += 1 }
            }
            return .terms(counts)
        case .range(let range):
            return .ranges(
                range.ranges.map { wanted in
                    Int64(
                        matches.filter { match in
                            keys(documents[match]).contains { key in
                                switch key {
                                case .integer(let value): wanted.contains(Double(value))
                                case .real(let value): wanted.contains(value)
                                case .bytes: false
                                }
                            }
                        }.count)
                })
        }
    }
}

/// Compares everything but addresses.
func expectEqual(_ found: TopHits, _ wanted: TopHits, _ comment: @autoclosure () -> String) {
    let isEqual =
        found.hits.map { $0.score?.bitPattern } == wanted.hits.map { $0.score?.bitPattern }
        && found.hits.map(\.sortValues) == wanted.hits.map(\.sortValues)
        && found.hits.map(\.tieKey) == wanted.hits.map(\.tieKey)
        && found.total == wanted.total && found.facets == wanted.facets
        && found.maximumScore?.bitPattern == wanted.maximumScore?.bitPattern
    if isEqual { return }
    func show(_ top: TopHits) -> String {
        let hits = top.hits.prefix(12).map { hit in
            "\(hit.tieKey)=\(hit.score.map { "\($0)" } ?? "-")\(hit.sortValues)"
        }
        let total = String(describing: top.total)
        let maximum = String(describing: top.maximumScore)
        return "\(hits) total \(total) max \(maximum) facets \(top.facets)"
    }
    Issue.record("\(comment())\nfound  \(show(found))\nwanted \(show(wanted))")
}
