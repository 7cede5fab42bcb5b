// A base segment with edits in its sections, as an input spells them. What is behind checksums
// is reached by writing right ones over the damage, or by not having any.

import Storage

@testable import Segments

/// Edits are small, and each can be taken out or put in by a fuzzer.
///
///     edit := u8 section, u8 action (low 3 bits), u24 place, u8 count, bytes
///
/// Sections, actions and places count round.
struct DamagedSegment {
    enum Action: UInt8, CaseIterable {
        case overwrite, insert, remove, truncate, replace, fill
    }

    private static let maximumEdits = 12

    let base: BaseSegment
    /// Of the edited sections.
    private var edited: [Int: [UInt8]] = [:]

    /// `choice` is the number of a base segment.
    init(choice: Int, _ input: inout FuzzInput) throws {
        let all = try BaseSegment.all.get()
        base = all[choice % all.count]
        for _ in 0..<Self.maximumEdits where !input.rest.isEmpty { edit(&input) }
    }

    private mutating func edit(_ input: inout FuzzInput) {
        let section = Int(input.byte()) % base.sections.count
        let action = Action(rawValue: input.byte() & 7) ?? .overwrite
        let low = Int(input.number(UInt16.self))
        let wanted = low | Int(input.byte()) << 16
        let count = Int(input.byte())
        var bytes = edited[section] ?? [UInt8](base.sections[section].raw)
        let place = wanted % (bytes.count + 1)
        let end = min(place + count, bytes.count)
        switch action {
        case .overwrite:
            let new = input.take(end - place)
            bytes.replaceSubrange(place..<(place + new.count), with: new)
        case .insert: bytes.insert(contentsOf: input.take(count), at: place)
        case .remove: bytes.removeSubrange(place..<end)
        case .truncate: bytes.removeSubrange(place...)
        case .replace: bytes = [UInt8](input.take(count))
        case .fill:
            let byte = input.byte()
            for index in place..<end { bytes[index] = byte }
        }
        edited[section] = bytes
    }

    /// As files are opened, when `asImage` and the segment is small, or by its sections.
    func open(asImage: Bool) throws -> SegmentReader {
        try asImage && base.documentCount <= 1_000 ? openImage() : openSections()
    }

    /// Opened without checksums, each section in memory of its own.
    private func openSections() throws -> SegmentReader {
        var sections = base.sections
        for (number, bytes) in edited {
            sections[number] = CraftedSections.section(sections[number].name, bytes)
        }
        let byteCount = sections.reduce(0) { $0 + $1.count }
        return try SegmentReader(CraftedSections.image(sections), byteCount: byteCount)
    }

    /// Opened as files are, with right checksums over the damage.
    private func openImage() throws -> SegmentReader {
        var writer = ImageWriter()
        for (number, section) in base.sections.enumerated() {
            writer.add(
                section.name.kind, path: section.name.path,
                edited[number] ?? [UInt8](section.raw))
        }
        return try SegmentReader(MappedBytes(owned: writer.finish()), name: "damaged")
    }
}
