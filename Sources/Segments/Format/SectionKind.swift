// The kinds of sections a segment has, and how one section is named.

import Analysis

/// Stored as one byte in the footer: numbers are never reused.
enum SectionKind: UInt8, CaseIterable, Sendable {
    case summary = 1
    case terms = 2
    case termIndex = 3
    case postings = 4
    case positions = 5
    case norms = 6
    case lengths = 7
    case column = 8
    case stored = 9
    case storedIndex = 10
    case ids = 11
    case tieKeys = 12
    case idOrder = 13
    case sequenceNumbers = 14
    case versions = 15

    var label: String {
        switch self {
        case .summary: "summary"
        case .terms: "terms"
        case .termIndex: "term index"
        case .postings: "postings"
        case .positions: "positions"
        case .norms: "norms"
        case .lengths: "lengths"
        case .column: "column"
        case .stored: "stored"
        case .storedIndex: "stored index"
        case .ids: "ids"
        case .tieKeys: "tie keys"
        case .idOrder: "id order"
        case .sequenceNumbers: "sequence numbers"
        case .versions: "versions"
        }
    }
}

/// A kind and, for the sections of a field, the field's path (compared byte by byte).
struct SectionName: Hashable, Sendable, CustomStringConvertible {
    let kind: SectionKind
    let path: Term

    init(_ kind: SectionKind, _ path: Term = Term([])) {
        self.kind = kind
        self.path = path
    }

    var description: String {
        path.bytes.isEmpty ? kind.label : "\(kind.label) of \(path.text)"
    }
}
