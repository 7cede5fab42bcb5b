// One section of an open segment: where its bytes are, and who keeps them there.

import Storage

/// Verified memory of one section. Safe to share: the memory never changes and `owner` keeps it.
final class SectionBytes: @unchecked Sendable {
    let segment: String
    let name: SectionName
    let offset: Int
    let count: Int
    let start: UnsafePointer<UInt8>
    private let owner: MappedBytes

    /// `offset` and `count` must lie inside `owner`.
    init(segment: String, name: SectionName, owner: MappedBytes, offset: Int, count: Int) {
        precondition(offset >= 0 && count >= 0 && offset + count <= owner.pointer.count)
        self.segment = segment
        self.name = name
        self.owner = owner
        self.offset = offset
        self.count = count
        let memory = owner.pointer.bindMemory(to: UInt8.self)
        guard let base = memory.baseAddress else { preconditionFailure("an image is never empty") }
        start = base + offset
    }

    var raw: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

    func corrupt(_ reason: String) -> SegmentError {
        SegmentError(
            segment: segment, section: name.description, reason: reason,
            remedy: "drop this copy and fetch the segment again")
    }

    func reader() -> ByteReader { ByteReader(unowned: raw, place: name.description) }

    /// Runs `body` and says which segment the damage it finds is in.
    func reading<Result>(_ body: (inout ByteReader) throws -> Result) throws -> Result {
        var reader = reader()
        do {
            return try body(&reader)
        } catch let error as CorruptBytes {
            throw corrupt(error.description)
        }
    }

    /// Unchecked little-endian load: the caller has compared `offset` with `count`.
    @inline(__always)
    func load<Number: FixedWidthInteger & BitwiseCopyable>(
        _ offset: Int, as type: Number.Type
    ) -> Number {
        Number(
            littleEndian: UnsafeRawPointer(start).loadUnaligned(
                fromByteOffset: offset, as: type))
    }
}
