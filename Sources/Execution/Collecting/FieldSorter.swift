// Ranks hits by the values of fields.

import Queries
import Segments

/// What one sort clause says of one document: smaller comes first. Comparable within a segment
/// only, since keywords are compared by their ordinals there.
struct SortKey: Comparable {
    /// -1: missing and first; 1: missing and last; 0: has a value.
    var rank: Int8
    /// Already negated when descending.
    var value: Int64

    static func < (a: SortKey, b: SortKey) -> Bool {
        a.rank != b.rank ? a.rank < b.rank : a.value < b.value
    }
}

/// Keeps the `capacity` best documents per segment by keys of numbers, and merges them, as hits
/// with their values, into the best of all segments.
final class FieldSorter {
    private let capacity: Int
    private let order: HitOrder
    private let columns: [[Column?]]
    private let segments: [SearchedSegment]
    private let wantsScores: Bool
    private var best: [Hit] = []

    private var segment = 0
    private var readers: [ColumnBlocks?] = []
    private var heap: SortedDocuments
    /// Documents whose first key is beyond it cannot enter.
    private var cutoff: SortKey?

    /// - Parameter columns: per sort clause, the field's column in each segment.
    init(
        _ query: ShardQuery, columns: [[Column?]], segments: [SearchedSegment], wantsScores: Bool
    ) {
        capacity = query.count
        order = HitOrder(sort: query.sort)
        self.columns = columns
        self.segments = segments
        self.wantsScores = wantsScores
        heap = SortedDocuments(capacity: query.count, keyCount: query.sort.count)
    }

    var hits: [Hit] { best }

    func begin(segment: Int) throws {
        self.segment = segment
        readers = columns.map { $0[segment].map(ColumnBlocks.init) }
        heap.removeAll()
        cutoff = try worstFirstKey()
    }

    /// The worst kept hit's first value as a key of this segment.
    private func worstFirstKey() throws -> SortKey? {
        guard best.count == capacity, let clause = order.sort.first,
            let value = best.last?.sortValues.first
        else { return nil }
        switch value {
        case .missing: return SortKey(rank: clause.missingFirst ? -1 : 1, value: 0)
        case .integer(let value): return key(value, clause)
        case .score(let score): return key(SortableDouble.encode(Double(score)), clause)
        case .real(let value): return key(SortableDouble.encode(value), clause)
        case .bytes(let bytes):
            guard let column = readers[0]?.column else { return nil }
            let (index, found) = try column.ordinal(of: bytes)
            return key(Int64(index) - (found || clause.descending ? 0 : 1), clause)
        }
    }

    private func key(_ value: Int64, _ clause: SortClause) -> SortKey {
        SortKey(rank: 0, value: clause.descending ? ~value : value)
    }

    func offer(_ candidates: Candidates) throws {
        let segment = segments[segment].view.segment
        for index in 0..<candidates.count {
            let document = candidates.documents[index]
            let score = candidates.scores[index]
            let first = try key(0, document, score)
            if let cutoff, cutoff < first { continue }
            if let worst = heap.worstFirstKey, worst < first { continue }
            heap.scratch(0, first)
            for clause in 1..<order.sort.count {
                heap.scratch(clause, try key(clause, document, score))
            }
            heap.offer(document, Float(score), segment)
        }
    }

    /// The document's key under one clause.
    private func key(_ number: Int, _ document: UInt32, _ score: Double) throws -> SortKey {
        let clause = order.sort[number]
        switch clause.field {
        case .score:
            return key(SortableDouble.encode(Double(Float(score))), clause)
        case .document:
            let tieKey = segments[segment].view.segment.tieKey(document)
            return key(Int64(truncatingIfNeeded: tieKey >> 1), clause)
        case .field:
            guard let reader = readers[number] else { break }
            let range = try reader.range(of: document)
            guard var value = range.isEmpty ? nil : reader.values[range.lowerBound] else { break }
            for place in range.dropFirst() {
                let other = reader.values[place]
                value = clause.descending ? max(value, other) : min(value, other)
            }
            // Both zeroes are one value.
            if reader.column.kind == .real, value == SortableDouble.encode(-0.0) { value = 0 }
            return key(value, clause)
        }
        return SortKey(rank: clause.missingFirst ? -1 : 1, value: 0)
    }

    func endSegment() throws {
        guard heap.count > 0 else { return }
        for entry in heap.entries() { best.append(try hit(entry)) }
        best.sort(by: precedes)
        if best.count > capacity { best.removeLast(best.count - capacity) }
    }

    private func precedes(_ a: Hit, _ b: Hit) -> Bool {
        if order.precedes(a, b) { return true }
        if order.precedes(b, a) || a.tieKey != b.tieKey { return false }
        return id(a.address).lexicographicallyPrecedes(id(b.address))
    }

    private func id(_ address: HitAddress) -> [UInt8] {
        segments.first { $0.shard == address.shard && $0.ordinal == address.segment }?
            .view.segment.id(address.document) ?? []
    }

    private func hit(_ entry: SortedDocuments.Entry) throws -> Hit {
        let place = segments[segment]
        var values: [SortValue] = []
        for (number, clause) in order.sort.enumerated() {
            let key = heap.key(entry, number)
            let raw = clause.descending ? ~key.value : key.value
            values.append(
                key.rank != 0
                    ? .missing
                    : try value(raw, clause, column: columns[number][segment], entry))
        }
        return Hit(
            score: wantsScores ? entry.score : nil, sortValues: values, tieKey: entry.tieKey,
            address: place.address(entry.document))
    }

    private func value(
        _ raw: Int64, _ clause: SortClause, column: Column?, _ entry: SortedDocuments.Entry
    ) throws -> SortValue {
        switch clause.field {
        case .score: return .score(entry.score)
        case .document: return .documentOrder(tieKey: entry.tieKey)
        case .field:
            switch column?.kind {
            case .integer?: return .integer(raw)
            case .real?: return .real(SortableDouble.decode(raw))
            case .ordinal?: return .bytes(try column?.key(Int(raw)) ?? [])
            case nil: return .missing
            }
        }
    }
}
