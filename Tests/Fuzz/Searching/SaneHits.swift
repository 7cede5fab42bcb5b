// What must be true of any answer, whatever the segment holds.

import Queries

enum SaneHits {
    static func check(_ answer: TopHits, _ query: ShardQuery, documentCount: Int) throws {
        let hits = answer.hits
        try require(hits.count <= max(0, query.count), "\(hits.count) hits")
        try require(
            Set(hits.map(\.address.document)).count == hits.count, "a document is a hit twice")
        for hit in hits {
            try require(Int(hit.address.document) < documentCount, "a hit that is no document")
            try require(hit.score.map { $0.isFinite && $0 >= 0 } ?? true, "score \(hit.score ?? 0)")
        }
        let order = HitOrder(sort: query.sort)
        for (first, second) in zip(hits, hits.dropFirst()) {
            try require(!order.precedes(second, first), "hits are not in order")
        }
        if let total = answer.total {
            try require((0...Int64(documentCount)).contains(total.value), "total \(total.value)")
        }
        for (name, facet) in answer.facets {
            let counts: [Int64]
            switch facet {
            case .terms(let terms): counts = Array(terms.values)
            case .ranges(let ranges): counts = ranges
            }
            for count in counts {
                try require((0...Int64(documentCount)).contains(count), "facet \(name): \(count)")
            }
        }
    }
}
