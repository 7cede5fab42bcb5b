// Sections and fields made of any bytes, each in memory of its own: the address sanitizer sees
// a step beyond any of them.

import Analysis
import Storage

@testable import Segments

enum CraftedSections {
    static let path = Term("body")

    static func section(_ kind: SectionKind, _ bytes: some Collection<UInt8>) -> SectionBytes {
        section(SectionName(kind, path), bytes)
    }

    /// Of nothing, a byte is allocated all the same: sections have an address.
    static func section(_ name: SectionName, _ bytes: some Collection<UInt8>) -> SectionBytes {
        SectionBytes(
            segment: "crafted", name: name,
            owner: MappedBytes(owned: bytes.isEmpty ? [0] : Array(bytes)), offset: 0,
            count: bytes.count)
    }

    /// With the zeros that readers of packed numbers may load.
    static func withSlack(_ bytes: some Collection<UInt8>) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: HorizontalPacking.slack)
    }

    static func image(_ sections: [SectionBytes]) throws -> ImageReader {
        try ImageReader(segment: "crafted", identity: 1, ordered: sections)
    }

    private static let noTerms = section(.terms, [])
    private static let noIndex = section(.termIndex, [0, 0, 0, 0])

    /// Norms and lengths of fields that have them.
    struct Lengths {
        let documentCount: Int
        let norms: SectionBytes
        let lengths: SectionBytes

        init(documentCount: Int) {
            self.documentCount = documentCount
            let lengths = (0..<documentCount).map { Int64($0 % 90) }
            norms = section(.norms, lengths.map { NormByte.encode(Int($0) - 1) })
            self.lengths = section(.lengths, ColumnWriter.dense(lengths))
        }
    }

    /// A field without a dictionary: the caller makes the entries.
    static func field(
        _ shape: FieldShape, documentCount: Int, postings: some Collection<UInt8>,
        positions: some Collection<UInt8>, lengths: Lengths?
    ) throws -> FieldIndex {
        var sections = [noTerms, noIndex, section(.postings, withSlack(postings))]
        if shape.contains(.positions) { sections.append(section(.positions, withSlack(positions))) }
        var shape = shape
        if let lengths {
            shape.insert(.norms)
            sections += [lengths.norms, lengths.lengths]
        }
        return try FieldIndex(
            FieldSummary(path: path, shape: shape), image(sections), documentCount: documentCount)
    }
}
