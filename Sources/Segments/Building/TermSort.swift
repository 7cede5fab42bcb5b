// Sorts terms by their bytes, comparing eight of them at once.

/// Numbers of a table's terms in byte order.
enum TermSort {
    private struct Key {
        /// The first eight bytes, the first of them highest.
        var prefix: UInt64
        var number: UInt32
    }

    /// Numbers grouped by field, each group in byte order of its terms.
    static func sortedByField(_ table: TermTable, fieldCount: Int) -> [[UInt32]] {
        var groups = [[Key]](repeating: [], count: fieldCount)
        for number in 0..<table.count {
            let field = Int(table.states[number].field)
            groups[field].append(
                Key(prefix: prefix(table.term(number)), number: UInt32(number)))
        }
        return groups.map { group in
            var keys = group
            keys.sort { left, right in
                if left.prefix != right.prefix { return left.prefix < right.prefix }
                return ByteOrder.compare(
                    table.term(Int(left.number)), table.term(Int(right.number))) < 0
            }
            return keys.map(\.number)
        }
    }

    private static func prefix(_ term: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var prefix: UInt64 = 0
        for index in 0..<8 {
            prefix = prefix << 8 | (index < term.count ? UInt64(term[index]) : 0)
        }
        return prefix
    }
}
