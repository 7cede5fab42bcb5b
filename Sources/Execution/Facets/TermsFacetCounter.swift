// How many matches have each value of a field.

import Queries
import Segments

/// Counts a document once per distinct value. Keywords are counted by ordinal in an array and
/// numbers of a small range by offset; their keys are looked at once per segment.
final class TermsFacetCounter: FacetCounter {
    /// Most distinct values one leaf counts for one aggregation.
    static let valueLimit = 1_000_000
    /// Widest range of whole numbers that is counted in an array.
    static let arrayLimit: Int64 = 1 << 16

    private let field: String
    private let missing: FacetKey?
    private let columns: [Column?]
    private let valueLimit: Int
    private var counts: [FacetKey: Int64] = [:]
    private var missingCount: Int64 = 0

    private var blocks: ColumnBlocks?
    /// Counts of the present segment by value minus `offset`; empty: by `numbers`.
    private var array: [Int64] = []
    private var offset: Int64 = 0
    private var numbers: [Int64: Int64] = [:]
    private var distinct: [Int64] = []

    /// - Parameter columns: the field's column in each segment.
    init(
        _ aggregation: TermsAggregation, columns: [Column?],
        valueLimit: Int = TermsFacetCounter.valueLimit
    ) {
        self.valueLimit = valueLimit
        field = aggregation.field
        missing = aggregation.missing
        self.columns = columns
    }

    func begin(segment: Int) throws {
        blocks = columns[segment].map(ColumnBlocks.init)
        array = []
        guard let column = columns[segment] else { return }
        if column.kind == .ordinal {
            offset = 0
            array = [Int64](repeating: 0, count: column.ordinalCount)
        } else if column.kind == .integer, column.valueCount > 0 {
            let (width, overflows) = column.maximum.subtractingReportingOverflow(column.minimum)
            guard !overflows, width >= 0, width < Self.arrayLimit else { return }
            offset = column.minimum
            array = [Int64](repeating: 0, count: Int(width) + 1)
        }
    }

    func count(_ documents: UnsafePointer<UInt32>, _ count: Int) throws {
        guard let blocks else {
            missingCount += Int64(count)
            return
        }
        for index in 0..<count {
            let range = try blocks.range(of: documents[index])
            if range.count == 1 {
                add(blocks.values[range.lowerBound])
            } else if range.isEmpty {
                missingCount += 1
            } else {
                addDistinct(blocks.values, range)
            }
        }
        guard numbers.count <= valueLimit else { throw tooMany }
    }

    private func addDistinct(_ values: UnsafeMutablePointer<Int64>, _ range: Range<Int>) {
        distinct.removeAll(keepingCapacity: true)
        for index in range { distinct.append(values[index]) }
        distinct.sort()
        for index in distinct.indices where index == 0 || distinct[index] != distinct[index - 1] {
            add(distinct[index])
        }
    }

    @inline(__always)
    private func add(_ value: Int64) {
        let (place, overflows) = value.subtractingReportingOverflow(offset)
        if !overflows, place >= 0, place < array.count {
            array[Int(place)] += 1
        } else {
            numbers[value, default: 0] += 1
        }
    }

    func endSegment() throws {
        guard let blocks else { return }
        for (place, count) in array.enumerated() where count > 0 {
            try add(count, of: Int64(place) + offset, blocks.column)
        }
        for (value, count) in numbers { try add(count, of: value, blocks.column) }
        numbers.removeAll(keepingCapacity: true)
    }

    private func add(_ count: Int64, of value: Int64, _ column: Column) throws {
        switch column.kind {
        case .integer: counts[.integer(value), default: 0] += count
        case .real: counts[.real(SortableDouble.decode(value)), default: 0] += count
        case .ordinal: counts[.bytes(try column.key(Int(value))), default: 0] += count
        }
        guard counts.count <= valueLimit else { throw tooMany }
    }

    private var tooMany: ExecutionError {
        .tooManyFacetValues(field: field, limit: valueLimit)
    }

    var partial: FacetPartial {
        guard let missing, missingCount > 0 else { return .terms(counts) }
        return .terms(counts.merging([missing: missingCount]) { $0 + $1 })
    }
}
