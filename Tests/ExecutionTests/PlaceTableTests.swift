// Blocks that follow one another in the same table do not see each other.

import Testing

@testable import Execution

struct PlaceTableTests {
    @Test func everyFillingStandsForItself() {
        var random = SeededGenerator(seed: 21)
        let table = PlaceTable()
        // More fillings than are told apart at a time.
        for filling in 0..<1_000 {
            let first = UInt32(random.below(1_000))
            let count = 1 + random.below(128)
            var documents: [UInt32] = []
            var next = first
            for _ in 0..<count {
                documents.append(next)
                next += UInt32(1 + random.below(100))
            }
            let start = random.below(count)
            let places = Dictionary(
                uniqueKeysWithValues: (start..<count).map { (documents[$0], $0) })
            table.fill(documents, start..<count, first: first)
            for _ in 0..<40 {
                let asked = first + UInt32(random.below(Int(next - first)))
                #expect(table.place(at: asked - first) == places[asked], "filling \(filling)")
            }
            for document in documents {
                #expect(table.place(at: document - first) == places[document])
            }
        }
    }
}
