// What stands for a match: text with $1 for groups, as Java writes it.

struct PatternReplacement: Sendable {
    private enum Part {
        case text([UInt8])
        case group(Int)
    }

    private var parts: [Part] = []

    /// Nil when a group is named that the expression does not have.
    init?(_ text: String, groupCount: Int) {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() {
                bytes.append(escaped)
            } else if byte == UInt8(ascii: "$") {
                var group: Int?
                while let digit = rest.first, digit &- UInt8(ascii: "0") < 10 {
                    let next = (group ?? 0) * 10 + Int(digit - UInt8(ascii: "0"))
                    if group != nil, next > groupCount { break }
                    group = next
                    rest.removeFirst()
                }
                guard let group, group <= groupCount else { return nil }
                parts.append(.text(bytes))
                parts.append(.group(group))
                bytes = []
            } else {
                bytes.append(byte)
            }
        }
        parts.append(.text(bytes))
    }

    func bytes(
        _ text: UnsafeBufferPointer<UInt8>, _ group: (Int) -> Range<Int>?
    ) -> [UInt8] {
        var result: [UInt8] = []
        for part in parts {
            switch part {
            case .text(let bytes): result += bytes
            case .group(let number): if let range = group(number) { result += text[range] }
            }
        }
        return result
    }
}
