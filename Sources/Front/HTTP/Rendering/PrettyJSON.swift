// Indents compact JSON for people (`?pretty`).

enum PrettyJSON {
    /// `json` must be valid; two spaces per level, as OpenSearch prints it.
    static func indented(_ json: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(json.count * 2)
        var depth = 0
        var isInString = false
        var isEscaped = false
        var previous: UInt8 = 0
        func newline(_ depth: Int) {
            result.append(UInt8(ascii: "\n"))
            result.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * max(0, depth)))
        }
        for byte in json {
            if isInString {
                result.append(byte)
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                previous = byte
                continue
            }
            if byte <= 0x20 { continue }
            let opened = previous == UInt8(ascii: "{") || previous == UInt8(ascii: "[")
            switch byte {
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if !opened { newline(depth) }
                result.append(byte)
            case UInt8(ascii: ","):
                result.append(byte)
                newline(depth)
            case UInt8(ascii: ":"):
                result.append(contentsOf: " : ".utf8)
            default:
                if opened { newline(depth) }
                result.append(byte)
                if byte == UInt8(ascii: "\"") { isInString = true }
                if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") { depth += 1 }
            }
            previous = byte
        }
        result.append(UInt8(ascii: "\n"))
        return result
    }
}
