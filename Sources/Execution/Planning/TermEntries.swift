// What the segments of a search know of the query's terms, each looked up once: statistics, bounds
// and scorers all need it.

import Queries
import Segments

/// Fields, dictionary entries and live counts by segment. Terms get numbers as they are met.
final class TermEntries {
    let segments: [SearchedSegment]
    private var fieldPaths: [String] = []
    /// Empty while there are few.
    private var fieldNumbers: [String: Int] = [:]
    /// By field number and segment; nil inside: looked up and not there.
    private var fields: [FieldIndex??] = []
    /// Up to so many terms or fields are compared with, not hashed.
    private static let few = 8
    /// Most searches have no more terms.
    private static let usual = 4
    /// Empty while there are few.
    private var termNumbers: [TermKey: Int] = [:]
    private var terms: [(key: TermKey, field: Int)] = []
    /// By term number and segment.
    private var entries: [TermEntry??] = []
    /// By segment; empty until one with deleted documents is asked.
    private var statistics: [LiveStatistics?] = []
    private lazy var automata = Automata()

    init(_ segments: [SearchedSegment]) {
        self.segments = segments
        terms.reserveCapacity(Self.usual)
        entries.reserveCapacity(Self.usual * segments.count)
    }

    /// The pattern's automaton, one for all segments.
    func automaton(_ pattern: TermPattern) throws -> TermAutomaton {
        try automata.automaton(pattern)
    }

    /// The term's number.
    func number(of term: TermKey) -> Int {
        if let number = knownNumber(of: term) { return number }
        let number = terms.count
        if number >= Self.few {
            if number == Self.few {
                for (place, known) in terms.enumerated() { termNumbers[known.key] = place }
            }
            termNumbers[term] = number
        }
        terms.append((term, fieldNumber(term.field)))
        entries.append(contentsOf: repeatElement(nil, count: segments.count))
        return number
    }

    private func knownNumber(of term: TermKey) -> Int? {
        terms.count <= Self.few ? terms.firstIndex { $0.key == term } : termNumbers[term]
    }

    private func fieldNumber(_ path: String) -> Int {
        let known =
            fieldPaths.count <= Self.few ? fieldPaths.firstIndex(of: path) : fieldNumbers[path]
        if let known { return known }
        let number = fieldPaths.count
        fieldPaths.append(path)
        if number == Self.few {
            for (place, path) in fieldPaths.enumerated() { fieldNumbers[path] = place }
        } else if number > Self.few {
            fieldNumbers[path] = number
        }
        fields.append(contentsOf: repeatElement(nil, count: segments.count))
        return number
    }

    func field(_ path: String, in segment: Int) -> FieldIndex? {
        field(fieldNumber(path), path, segment)
    }

    private func field(_ number: Int, _ path: String, _ segment: Int) -> FieldIndex? {
        let place = number * segments.count + segment
        if let known = fields[place] { return known }
        let field = segments[segment].view.segment.field(path)
        fields[place] = .some(field)
        return field
    }

    /// Nil when no document of the segment has the term.
    func find(_ number: Int, in segment: Int) throws -> (field: FieldIndex, entry: TermEntry)? {
        let (key, fieldNumber) = terms[number]
        guard let field = field(fieldNumber, key.field, segment) else { return nil }
        let place = number * segments.count + segment
        if let known = entries[place] { return known.map { (field, $0) } }
        let entry = try field.find(key.term.bytes)
        entries[place] = .some(entry)
        return entry.map { (field, $0) }
    }

    /// In how many live documents of the segment the term occurs.
    func documentFrequency(_ number: Int, in segment: Int) throws -> Int64 {
        guard let (field, entry) = try find(number, in: segment) else { return 0 }
        if segments[segment].view.live == nil { return Int64(entry.documentFrequency) }
        return try live(segment).documentFrequency(of: terms[number].key, field, entry)
    }

    /// The same of a term that was met in the segment's dictionary.
    func documentFrequency(
        _ key: TermKey, _ field: FieldIndex, _ entry: TermEntry, in segment: Int
    ) throws -> Int64 {
        if segments[segment].view.live == nil { return Int64(entry.documentFrequency) }
        return try live(segment).documentFrequency(of: key, field, entry)
    }

    func counts(of field: String, in segment: Int) throws -> FieldCounts {
        try live(segment).counts(of: field)
    }

    /// Which documents the numbers of the segment are of.
    func documents(of segment: Int) -> StatisticsCache.Deletions {
        live(segment).documents
    }

    private func live(_ segment: Int) -> LiveStatistics {
        if segments[segment].view.live == nil { return LiveStatistics(segments[segment].view) }
        if statistics.isEmpty { statistics = Array(repeating: nil, count: segments.count) }
        if let known = statistics[segment] { return known }
        let live = LiveStatistics(segments[segment].view)
        statistics[segment] = live
        return live
    }
}
