// One term on its way through filters: bytes that can be looked at and changed at both ends
// without a String in between.

/// The bytes of one term, reused from term to term. Not `Sendable`.
final class TermBuffer {
    private(set) var bytes: UnsafeMutablePointer<UInt8>
    private(set) var capacity: Int
    /// Bytes in use; 0 removes the term.
    private(set) var count = 0
    /// Stemmers leave the term alone.
    var isKeyword = false
    /// Where `rewrite` writes; allocated when first needed.
    private var spare: TermBuffer?

    init(capacity: Int = 256) {
        bytes = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit { bytes.deallocate() }

    var isEmpty: Bool { count == 0 }
    var view: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: bytes, count: count) }

    /// Characters, as scalars; invalid bytes count as those they follow.
    var scalarCount: Int { view.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) } }

    /// The scalars; U+FFFD for invalid bytes.
    var scalars: [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        var index = 0
        while index < count { result.append(UTF8Scan.scalar(view, &index) ?? "\u{FFFD}") }
        return result
    }

    func load(_ source: UnsafePointer<UInt8>, _ length: Int) {
        removeAll()
        reserve(length)
        bytes.update(from: source, count: length)
        count = length
        isKeyword = false
    }

    func removeAll() { count = 0 }

    /// Replaces the bytes; the mark stays.
    func replace(with source: UnsafeBufferPointer<UInt8>) {
        count = 0
        append(source)
    }

    func replace(with source: [UInt8]) {
        source.withUnsafeBufferPointer { replace(with: $0) }
    }

    func append(_ source: UnsafeBufferPointer<UInt8>) {
        guard let start = source.baseAddress, !source.isEmpty else { return }
        reserve(count + source.count)
        (bytes + count).update(from: start, count: source.count)
        count += source.count
    }

    @inline(__always)
    func append(_ byte: UInt8) {
        if count == capacity { reserve(count + 1) }
        bytes[count] = byte
        count += 1
    }

    func append(_ scalar: Unicode.Scalar) {
        if scalar.value < 0x80 { return append(UInt8(scalar.value)) }
        for byte in UTF8.encode(scalar).unsafelyUnwrappedOrEmpty { append(byte) }
    }

    func append(_ text: String) { for byte in text.utf8 { append(byte) } }

    /// Drops all but the first `length` bytes.
    func truncate(to length: Int) { count = min(count, length) }

    /// Cuts the term at the longest a term may be.
    func cut() { truncate(to: TextLimits.cut(view, TextLimits.maximumTermBytes)) }

    func removeFirst(_ length: Int) {
        guard length > 0 else { return }
        let left = max(0, count - length)
        bytes.update(from: bytes + (count - left), count: left)
        count = left
    }

    /// Makes what `body` emits for each scalar the new term; invalid bytes stay.
    func rewrite(_ body: (_ scalar: Unicode.Scalar, _ output: TermBuffer) -> Void) {
        let output = spare ?? TermBuffer(capacity: capacity)
        spare = output
        output.removeAll()
        var index = 0
        while index < count {
            let place = index
            if let scalar = UTF8Scan.scalar(view, &index) {
                body(scalar, output)
            } else {
                output.append(bytes[place])
            }
        }
        swap(&bytes, &output.bytes)
        swap(&capacity, &output.capacity)
        swap(&count, &output.count)
    }

    private func reserve(_ wanted: Int) {
        guard wanted > capacity else { return }
        let larger = wanted + wanted / 2
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        moved.update(from: bytes, count: count)
        bytes.deallocate()
        bytes = moved
        capacity = larger
    }
}

extension Optional where Wrapped == UTF8.EncodedScalar {
    /// Every scalar has an encoding.
    fileprivate var unsafelyUnwrappedOrEmpty: UTF8.EncodedScalar {
        self ?? UTF8.encodedReplacementCharacter
    }
}
