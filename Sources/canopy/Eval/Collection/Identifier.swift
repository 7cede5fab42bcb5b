// The names of topics and documents, which are bytes and nothing more.

/// A topic's or a document's name. Names are equal when their bytes are, and ordered by them, as
/// trec_eval does; `String` would take two spellings of "é" for one.
struct Identifier: Hashable, Comparable, Sendable, CustomStringConvertible {
    let text: String

    init(_ text: some StringProtocol) { self.text = String(text) }

    var description: String { text }

    static func == (left: Identifier, right: Identifier) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    static func < (left: Identifier, right: Identifier) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        let hashed: Void? = text.utf8.withContiguousStorageIfAvailable {
            hasher.combine(bytes: UnsafeRawBufferPointer($0))
        }
        if hashed == nil { for byte in text.utf8 { hasher.combine(byte) } }
    }
}

extension Identifier: ExpressibleByStringLiteral {
    init(stringLiteral value: String) { self.init(value) }
}

extension Sequence<Identifier> {
    /// "1, 2, 3 and 47 more": the first few names, for a message.
    func listed(first limit: Int = 5) -> String {
        let all = Array(self)
        let names = all.prefix(limit).map { $0.text.printable.shortened(to: 60) }
        let rest = all.count - names.count
        let text = names.joined(separator: ", ")
        return rest > 0 ? "\(text) and \(Quantities.count(rest)) more" : text
    }
}
