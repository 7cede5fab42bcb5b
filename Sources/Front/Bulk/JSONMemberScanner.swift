// Finds the top-level members of a JSON object as byte ranges, without building a tree. It checks
// only what it needs to find the ends; whoever reads the values parses them strictly.

/// The members of one object, in order.
enum JSONMemberScanner {
    struct Member: Equatable {
        /// The key's bytes between its quotes, escapes and all.
        let key: Range<Int>
        /// The value's bytes, without surrounding white space.
        let value: Range<Int>
    }

    /// nil when `bytes` is not one object whose members can be told apart.
    static func members(of bytes: ArraySlice<UInt8>) -> [Member]? {
        var scan = Scan(bytes: bytes, position: bytes.startIndex)
        return scan.object()
    }

    private struct Scan {
        let bytes: ArraySlice<UInt8>
        var position: Int

        var current: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

        mutating func skipSpace() {
            while let byte = current, byte == 0x20 || (0x09...0x0D).contains(byte) {
                position += 1
            }
        }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            skipSpace()
            guard current == UInt8(ascii: character) else { return false }
            position += 1
            return true
        }

        mutating func object() -> [Member]? {
            guard take("{") else { return nil }
            var members: [Member] = []
            if take("}") { return isAtEnd() ? members : nil }
            repeat {
                skipSpace()
                guard let key = string(), take(":") else { return nil }
                skipSpace()
                guard let value = value() else { return nil }
                members.append(Member(key: key.lowerBound + 1..<key.upperBound - 1, value: value))
            } while take(",")
            return take("}") && isAtEnd() ? members : nil
        }

        mutating func isAtEnd() -> Bool {
            skipSpace()
            return position == bytes.endIndex
        }

        mutating func string() -> Range<Int>? {
            let start = position
            guard current == UInt8(ascii: "\"") else { return nil }
            position += 1
            while let byte = current {
                position += byte == UInt8(ascii: "\\") ? 2 : 1
                if byte == UInt8(ascii: "\"") { return start..<position }
            }
            return nil
        }

        mutating func value() -> Range<Int>? {
            let start = position
            var depth = 0
            while let byte = current {
                switch byte {
                case UInt8(ascii: "\""):
                    guard string() != nil else { return nil }
                case UInt8(ascii: "{"), UInt8(ascii: "["):
                    depth += 1
                    position += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ","):
                    if depth == 0 { return trimmed(start..<position) }
                    if byte != UInt8(ascii: ",") { depth -= 1 }
                    position += 1
                default:
                    position += 1
                }
            }
            return nil
        }

        func trimmed(_ range: Range<Int>) -> Range<Int>? {
            var end = range.upperBound
            while end > range.lowerBound, bytes[end - 1] <= 0x20 { end -= 1 }
            return end > range.lowerBound ? range.lowerBound..<end : nil
        }
    }
}
