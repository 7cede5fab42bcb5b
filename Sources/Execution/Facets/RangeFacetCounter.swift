// How many matches have a value in each of some ranges.

import Queries
import Segments

/// Counts a document once per range, however many of its values lie in it.
final class RangeFacetCounter: FacetCounter {
    private let ranges: [FacetRange]
    private let columns: [Column?]
    private var counts: [Int64]
    private var blocks: ColumnBlocks?

    /// - Parameter columns: the field's column in each segment.
    init(_ aggregation: RangeAggregation, columns: [Column?]) {
        ranges = aggregation.ranges
        self.columns = columns
        counts = [Int64](repeating: 0, count: aggregation.ranges.count)
    }

    func begin(segment: Int) {
        blocks = columns[segment].flatMap { $0.kind == .ordinal ? nil : ColumnBlocks($0) }
    }

    func count(_ documents: UnsafePointer<UInt32>, _ count: Int) throws {
        guard let blocks else { return }
        let isReal = blocks.column.kind == .real
        for index in 0..<count {
            let found = try blocks.range(of: documents[index])
            if found.isEmpty { continue }
            for number in ranges.indices {
                for place in found {
                    let raw = blocks.values[place]
                    let value = isReal ? SortableDouble.decode(raw) : Double(raw)
                    if ranges[number].contains(value) {
                        counts[number] += 1
                        break
                    }
                }
            }
        }
    }

    func endSegment() {}

    var partial: FacetPartial { .ranges(counts) }
}
