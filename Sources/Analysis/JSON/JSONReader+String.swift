// Strings: the parser's hottest loop. Plain strings are found eight bytes at a time and made in
// one step, which also validates their UTF-8; escapes take a detour through a scratch buffer.

extension JSONReader {
    /// Reads a string; `position` is at its opening quote.
    mutating func string() throws(JSONError) -> String {
        position += 1
        let first = position
        let isASCII = skipPlain()
        if current == UInt8(ascii: "\"") {
            let plain = UnsafeRawBufferPointer(rebasing: bytes[first..<position])
            position += 1
            // Validation is only needed, and only slow, beyond ASCII.
            return isASCII ? String(decoding: plain, as: UTF8.self) : try text(plain, first)
        }
        unescaped.removeAll(keepingCapacity: true)
        unescaped.append(contentsOf: bytes[first..<position])
        while true {
            guard position < bytes.count else {
                throw failure("the text ends inside a string", at: bytes.count)
            }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return try escapedText(first)
            case UInt8(ascii: "\\"):
                try escape()
            default:
                throw failure(
                    "control character U+00\(hex2(bytes[position])) in a string; escape it")
            }
            let plain = position
            _ = skipPlain()
            unescaped.append(contentsOf: bytes[plain..<position])
        }
    }

    /// Moves to the next quote, backslash or control character, or to the end; returns whether
    /// all bytes stepped over are ASCII.
    private mutating func skipPlain() -> Bool {
        var index = position
        var seen: UInt64 = 0
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        while index + 8 <= bytes.count {
            let word = UInt64(
                littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let quote = word ^ (ones &* 0x22)
            let slash = word ^ (ones &* 0x5C)
            // A borrow can only spoil bytes above a true hit, so the lowest one is exact.
            let hits =
                ((quote &- ones) & ~quote) | ((slash &- ones) & ~slash)
                | ((word &- (ones &* 0x20)) & ~word)
            if hits & tops != 0 {
                let bit = (hits & tops).trailingZeroBitCount
                seen |= word & (1 &<< UInt64(bit & ~7) &- 1)
                position = index + bit / 8
                return seen & tops == 0
            }
            seen |= word
            index += 8
        }
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x20 || byte == 0x22 || byte == 0x5C { break }
            seen |= UInt64(byte)
            index += 1
        }
        position = index
        return seen & tops == 0
    }

    private func text(
        _ plain: UnsafeRawBufferPointer, _ offset: Int
    ) throws(JSONError) -> String {
        let utf8 = plain.assumingMemoryBound(to: UInt8.self)
        if let text = String(validating: utf8, as: UTF8.self) { return text }
        throw invalidUTF8(from: offset)
    }

    private func escapedText(_ offset: Int) throws(JSONError) -> String {
        if let text = String(validating: unescaped, as: UTF8.self) { return text }
        throw invalidUTF8(from: offset)
    }

    /// Escapes are valid by construction, so the culprit is found in the raw bytes.
    private func invalidUTF8(from offset: Int) -> JSONError {
        var place = offset
        let utf8 = bytes.assumingMemoryBound(to: UInt8.self)
        while place < bytes.count {
            let byte = place
            guard UTF8Scan.scalar(utf8, &place) == nil else { continue }
            return failure("byte 0x\(hex2(bytes[byte])) is not valid UTF-8", at: byte)
        }
        return failure("invalid UTF-8 in a string", at: offset)
    }

    /// Reads one escape into `unescaped`; `position` is at its backslash.
    private mutating func escape() throws(JSONError) {
        let place = position
        position += 1
        let letter = current
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(letter)
        case UInt8(ascii: "b"): unescaped.append(0x08)
        case UInt8(ascii: "f"): unescaped.append(0x0C)
        case UInt8(ascii: "n"): unescaped.append(0x0A)
        case UInt8(ascii: "r"): unescaped.append(0x0D)
        case UInt8(ascii: "t"): unescaped.append(0x09)
        case UInt8(ascii: "u"):
            position += 1
            unescaped.append(contentsOf: String(try escapedScalar(place)).utf8)
            return
        default: throw unexpected("one of \" \\ / b f n r t u after a backslash")
        }
        position += 1
    }

    /// The scalar of a `\u` escape or of a pair of them; `position` is after the first `u`.
    private mutating func escapedScalar(_ place: Int) throws(JSONError) -> Character {
        let first = try hexDigits()
        if let scalar = Unicode.Scalar(first) { return Character(scalar) }
        guard first < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            throw failure("lone surrogate escape \\u\(hex4(first))", at: place)
        }
        let second = try hexDigits()
        guard 0xDC00...0xDFFF ~= second,
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw failure("lone surrogate escape \\u\(hex4(first))", at: place) }
        return Character(scalar)
    }

    private mutating func hexDigits() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch current {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = current - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = current - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = current - UInt8(ascii: "A") + 10
            default: throw unexpected("four hexadecimal digits after \\u")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    private func hex2(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }

    private func hex4(_ unit: UInt32) -> String { String(unit, radix: 16, uppercase: true) }
}
