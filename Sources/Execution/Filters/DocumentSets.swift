// The documents of a segment that hold given terms, prefixes or ids.

import Analysis
import Queries
import Segments

enum DocumentSets {
    /// Documents with any of the terms.
    static func terms(
        _ terms: [Term], in field: FieldIndex?, documentCount: Int, _ stop: StopSignal
    ) throws -> DocumentBits {
        let result = DocumentBits(documentCount: documentCount)
        guard let field else { return result }
        for term in terms {
            guard let entry = try field.find(term.bytes) else { continue }
            try insert(entry, field, into: result, stop)
        }
        return result
    }

    /// Documents with any term that starts with the prefix.
    static func prefix(
        _ prefix: [UInt8], in field: FieldIndex?, documentCount: Int, _ stop: StopSignal
    ) throws -> DocumentBits {
        try union(field?.terms(prefix: prefix), field, documentCount, stop)
    }

    /// Documents with any term that the automaton accepts.
    static func matches(
        _ automaton: TermAutomaton, in field: FieldIndex?, documentCount: Int, _ stop: StopSignal
    ) throws -> DocumentBits {
        let result = DocumentBits(documentCount: documentCount)
        guard let field else { return result }
        var matches = TermMatches(automaton, in: field, stop)
        while let (_, entry, _) = try matches.next() {
            try insert(entry, field, into: result, stop)
        }
        automaton.forgetMuch()
        return result
    }

    /// Documents with a term between two bounds; for keywords without a column.
    static func range(
        _ lower: Bound?, _ upper: Bound?, in field: FieldIndex?, documentCount: Int,
        _ stop: StopSignal
    ) throws -> DocumentBits {
        guard let from = key(lower, after: { !$0 }), let to = key(upper, after: { $0 }) else {
            return DocumentBits(documentCount: documentCount)
        }
        return try union(
            field?.terms(from: lower == nil ? nil : from, to: upper == nil ? nil : to), field,
            documentCount, stop)
    }

    /// The smallest key at or, when `after` says so of `inclusive`, after the bound. Nil when the
    /// bound is not one of bytes.
    private static func key(_ bound: Bound?, after: (Bool) -> Bool) -> [UInt8]? {
        guard let bound else { return [] }
        guard case .bytes(let bytes) = bound.value else { return nil }
        return after(bound.inclusive) ? bytes + [0] : bytes
    }

    static func ids(_ ids: [String], in segment: SegmentReader) -> DocumentBits {
        let result = DocumentBits(documentCount: segment.documentCount)
        for id in ids {
            let bytes = Array(id.utf8)
            if let document = segment.find(id: bytes, tieKey: DocumentRouting.hash(bytes)) {
                result.insert(document)
            }
        }
        return result
    }

    private static func union(
        _ terms: TermIterator?, _ field: FieldIndex?, _ documentCount: Int, _ stop: StopSignal
    ) throws -> DocumentBits {
        let result = DocumentBits(documentCount: documentCount)
        guard let field, let terms else { return result }
        while let (_, entry) = try terms.next() {
            try insert(entry, field, into: result, stop)
        }
        return result
    }

    private static func insert(
        _ entry: TermEntry, _ field: FieldIndex, into result: DocumentBits, _ stop: StopSignal
    ) throws {
        let postings = try field.postings(entry, positions: false)
        try stop.check()
        while try postings.nextBlock() {
            let documents = postings.documents
            for index in 0..<postings.count { result.insert(documents[index]) }
        }
    }
}
