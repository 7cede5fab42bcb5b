// Character filter `mapping`: replaces strings, the longest first.

final class MappingCharFilter: CharFilter {
    private let rules: MappingRules

    init(_ rules: MappingRules) { self.rules = rules }

    func apply(_ text: UnsafeBufferPointer<UInt8>) -> FilteredText {
        var output = FilteredText(of: text)
        var copied = 0
        var index = 0
        while index < text.count {
            if let rule = rules.match(text, index) {
                output.copy(text, copied..<index)
                output.replace(index..<(index + rule.length), with: rule.replacement)
                index += rule.length
                copied = index
            } else {
                index += 1
            }
        }
        output.copy(text, copied..<text.count)
        return output
    }
}

/// Strings and what stands for them, as a tree of bytes: a look-up takes as many steps as the
/// longest string has bytes.
struct MappingRules: Sendable {
    private struct Node {
        var next: [UInt8: Int] = [:]
        var replacement: [UInt8]?
    }

    /// Longest string to look for, in bytes: every place of a text may take as many steps.
    static let longestString = 255

    private var nodes = [Node()]
    /// The nodes of single bytes, 0 where no string begins so: most places of a text.
    private var firsts = [Int](repeating: 0, count: 256)

    /// Later rules for the same string replace earlier ones. Empty strings are left out.
    init(_ rules: [(from: String, to: String)]) {
        for (from, to) in rules where !from.isEmpty {
            var place = 0
            for byte in from.utf8 {
                if let next = nodes[place].next[byte] {
                    place = next
                } else {
                    nodes.append(Node())
                    nodes[place].next[byte] = nodes.count - 1
                    place = nodes.count - 1
                }
            }
            nodes[place].replacement = Array(to.utf8)
        }
        for (byte, node) in nodes[0].next { firsts[Int(byte)] = node }
    }

    /// The longest string that begins at `start`.
    func match(
        _ text: UnsafeBufferPointer<UInt8>, _ start: Int
    ) -> (length: Int, replacement: [UInt8])? {
        var place = firsts[Int(text[start])]
        if place == 0 { return nil }
        var index = start + 1
        var best: (length: Int, replacement: [UInt8])?
        if let replacement = nodes[place].replacement { best = (1, replacement) }
        while index < text.count, let next = nodes[place].next[text[index]] {
            place = next
            index += 1
            if let replacement = nodes[place].replacement { best = (index - start, replacement) }
        }
        return best
    }
}
