// Beginnings and endings of a term, for stemmers.

extension TermBuffer {
    func hasPrefix(_ prefix: [UInt8]) -> Bool {
        guard count >= prefix.count else { return false }
        for index in prefix.indices where bytes[index] != prefix[index] { return false }
        return true
    }

    func hasSuffix(_ suffix: [UInt8]) -> Bool {
        guard count >= suffix.count else { return false }
        let start = count - suffix.count
        for index in suffix.indices where bytes[start + index] != suffix[index] { return false }
        return true
    }

    func hasSuffix(_ suffix: StaticString) -> Bool {
        let length = suffix.utf8CodeUnitCount
        guard count >= length else { return false }
        let start = count - length
        for index in 0..<length where bytes[start + index] != suffix.utf8Start[index] {
            return false
        }
        return true
    }

    /// Replaces the last `length` bytes.
    func replaceLast(_ length: Int, with replacement: StaticString) {
        truncate(to: count - length)
        append(
            UnsafeBufferPointer(
                start: replacement.utf8Start, count: replacement.utf8CodeUnitCount))
    }

    /// Bytes of the last character.
    var lastScalarLength: Int {
        var length = 1
        while length < min(count, 4), bytes[count - length] & 0xC0 == 0x80 { length += 1 }
        return min(length, count)
    }

    func removeLastScalar() { truncate(to: count - lastScalarLength) }
}
