// The best documents against a sort of all of them, with many ties.

import Segments
import Testing

@testable import Execution

struct BestDocumentsTests {
    private struct Offered {
        var score: Float
        var segment: Int
        var document: UInt32
    }

    private static func tieKey(_ segment: Int, _ document: UInt32) -> UInt64 {
        // Few different keys, alike in their upper halves more often than not.
        let place = UInt64(segment) * 7 + UInt64(document) * 13
        return (place % 3) << 40 | place % 5
    }

    /// The first and the last segment are of one shard, the one between of a shard before it.
    private static func identity(
        _ segment: Int, _ document: UInt32
    ) -> (shard: Int, id: [UInt8]) {
        (segment == 1 ? 3 : 4, Array("\(document)-\(segment)".utf8))
    }

    private static func precedes(_ a: Offered, _ b: Offered) -> Bool {
        if a.score != b.score { return a.score > b.score }
        let (one, other) = (tieKey(a.segment, a.document), tieKey(b.segment, b.document))
        if one != other { return one < other }
        let (left, right) = (
            identity(a.segment, a.document), identity(b.segment, b.document)
        )
        if left.shard != right.shard { return left.shard < right.shard }
        return left.id.lexicographicallyPrecedes(right.id)
    }

    @Test(arguments: [0, 1, 2, 10, 100, 700])
    func equalsASortOfAll(_ capacity: Int) {
        var random = SeededGenerator(seed: UInt64(capacity) + 31)
        for differentScores in [1, 4, 100_000] {
            let best = BestDocuments(
                capacity: capacity,
                tieKeys: { segment, documents, keys in
                    for (place, document) in documents.enumerated() {
                        keys[place] = Self.tieKey(segment, document)
                    }
                }, identity: Self.identity)
            let candidates = Candidates(capacity: 200)
            var all: [Offered] = []
            var threshold = -Double.infinity
            for segment in 0..<3 {
                var document: UInt32 = 0
                for _ in 0..<15 {
                    candidates.count = random.below(200)
                    for index in 0..<candidates.count {
                        document += UInt32(1 + random.below(3))
                        let score = Float(random.below(differentScores)) / 8
                        candidates.documents[index] = document
                        candidates.scores[index] = Double(score)
                        all.append(Offered(score: score, segment: segment, document: document))
                    }
                    best.offer(candidates, segment: segment)
                    #expect(best.threshold >= threshold)
                    threshold = best.threshold
                }
            }
            let wanted = all.sorted(by: Self.precedes).prefix(capacity)
            let found = best.ranked()
            #expect(found.map(\.document) == wanted.map(\.document))
            #expect(found.map(\.segment) == wanted.map(\.segment))
            #expect(found.map(\.score) == wanted.map(\.score))
            #expect(found.map(\.tieKey) == wanted.map { Self.tieKey($0.segment, $0.document) })
        }
    }
}
