// A light look at a JSON object: where the members of its top level lie, without building a tree.
// It finds cut, unclosed and non-object lines; the server judges the rest strictly.

import Foundation

/// Scans one JSON object held in memory.
struct MemberScanner {
    /// One member of the top level, as ranges into the bytes.
    struct Member {
        /// From the key's opening quote to the value's last byte.
        let whole: Range<Int>
        /// The key between its quotes, escapes as written.
        let key: Range<Int>
        let value: Range<Int>
    }

    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    /// Calls `visit` for each member of the object in `bytes`, for as long as it answers true.
    /// - Returns: what is wrong and at which byte (from 1), or nil.
    static func scan(_ bytes: UnsafeRawBufferPointer, _ visit: (Member) -> Bool) -> String? {
        var scanner = MemberScanner(bytes: bytes)
        return scanner.object(visit)
    }

    private init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    private mutating func object(_ visit: (Member) -> Bool) -> String? {
        skipSpace()
        guard take(UInt8(ascii: "{")) else { return wrong("expected a JSON object '{'") }
        skipSpace()
        if take(UInt8(ascii: "}")) { return trailing() }
        while true {
            skipSpace()
            let start = position
            guard take(UInt8(ascii: "\"")), skipString() else {
                return wrong("expected a field name in quotes")
            }
            let key = start + 1..<position - 1
            skipSpace()
            guard take(UInt8(ascii: ":")) else { return wrong("expected ':' after a field name") }
            skipSpace()
            let valueStart = position
            guard skipValue() else { return wrong("expected a whole value") }
            let member = Member(
                whole: start..<position, key: key, value: valueStart..<position)
            guard visit(member) else { return nil }
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            if take(UInt8(ascii: "}")) { return trailing() }
            return wrong("expected ',' or '}'")
        }
    }

    private mutating func trailing() -> String? {
        skipSpace()
        return position == bytes.count ? nil : wrong("text after the end of the object")
    }

    private func wrong(_ reason: String) -> String {
        position >= bytes.count
            ? "\(reason), but the line ends" : "\(reason) at column \(position + 1)"
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    /// Moves past the closing quote of a string whose opening quote was taken.
    private mutating func skipString() -> Bool {
        guard let base = bytes.baseAddress else { return false }
        let start = position
        while position < bytes.count {
            guard let found = memchr(base + position, 0x22, bytes.count - position) else { break }
            let quote = UnsafeRawPointer(found) - base
            var slashes = 0
            while quote - slashes > start, bytes[quote - slashes - 1] == 0x5C { slashes += 1 }
            position = quote + 1
            if slashes.isMultiple(of: 2) { return true }
        }
        position = bytes.count
        return false
    }

    private mutating func skipValue() -> Bool {
        guard position < bytes.count else { return false }
        switch bytes[position] {
        case UInt8(ascii: "\""):
            position += 1
            return skipString()
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            return skipContainer()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "t"),
            UInt8(ascii: "f"), UInt8(ascii: "n"):
            return skipScalar()
        default:
            return false
        }
    }

    private mutating func skipScalar() -> Bool {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "E"):
                position += 1
            default:
                return true
            }
        }
        return true
    }

    private mutating func skipContainer() -> Bool {
        var depth = 0
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                if !skipString() { return false }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return true }
            default:
                break
            }
        }
        return false
    }
}
