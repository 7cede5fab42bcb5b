// Topics in TREC's form.

/// Reads
///
///     <top>
///     <num> Number: 301
///     <title> International Organized Crime
///     <desc> Description:
///     Identify organizations that participate in …
///     </top>
///
/// A tag's text goes up to the next tag, closed or not. The words that introduce it ("Number:",
/// "Topic:", "Description:", "Narrative:") are no part of it, and a number loses its leading
/// zeros, which judgements do not have. What stands outside `<top> … </top>` is passed over.
struct TRECTopicReader: TopicReader {
    private let part: TopicPart
    private let file: String
    /// The topic being read: the line it began at and its text so far.
    private var open: (line: Int64, content: String)?

    init(part: TopicPart, file: String) {
        self.part = part
        self.file = file
    }

    private static let begin = "<top>"
    private static let end = "</top>"
    private static let introductions = [
        "num": "Number:", "title": "Topic:", "desc": "Description:", "narr": "Narrative:",
    ]

    mutating func take(_ line: TextLine) throws -> [Topic] {
        var topics: [Topic] = []
        var rest = line.text[...]
        while true {
            guard let (first, content) = open else {
                guard let tag = rest.firstRange(of: Self.begin) else { return topics }
                rest = rest[tag.upperBound...]
                open = (line.number, "")
                continue
            }
            let end = rest.firstRange(of: Self.end)
            let inside = end.map { rest[..<$0.lowerBound] } ?? rest
            if inside.firstRange(of: Self.begin) != nil {
                throw line.problem("the topic that begins at line \(first) has no </top>")
            }
            guard let end else {
                open = (first, content + inside + "\n")
                return topics
            }
            topics.append(try topic(content + inside, begun: first))
            open = nil
            rest = rest[end.upperBound...]
        }
    }

    func finish() throws {
        if let open { throw EvalError("\(file):\(open.line): the topic has no </top>") }
    }

    private func topic(_ content: String, begun line: Int64) throws -> Topic {
        let fields = Self.fields(content)
        guard let number = fields["num"], !number.isEmpty else {
            throw EvalError("\(file):\(line): the topic has no <num>")
        }
        let texts = try part.tags.map { tag in
            guard let text = fields[tag], !text.isEmpty else {
                throw EvalError(
                    "\(file):\(line): topic \(number) has no text in <\(tag)>; --topic-part names "
                        + "the part to search for")
            }
            return text
        }
        return Topic(
            id: Identifier(Self.withoutLeadingZeros(number)), text: texts.joined(separator: " "))
    }

    /// The text of each tag, white space collapsed; of tags that stand twice, both.
    private static func fields(_ content: String) -> [String: String] {
        var fields: [String: String] = [:]
        var current: String?
        let pieces = content.split(separator: "<", omittingEmptySubsequences: false)
        // What stands before the first tag belongs to none.
        for piece in pieces.dropFirst() {
            if let end = piece.firstIndex(of: ">"), isTag(piece[..<end]) {
                let name = piece[..<end].lowercased()
                current = name.hasPrefix("/") ? nil : name
                if let current {
                    fields[current, default: ""] += " " + piece[piece.index(after: end)...]
                }
            } else if let current {
                fields[current, default: ""] += "<" + piece
            }
        }
        for (name, text) in fields {
            let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            let introduction = introductions[name] ?? ""
            let isIntroduced = !introduction.isEmpty && words.hasPrefix(introduction)
            fields[name] = isIntroduced ? words.dropFirst(introduction.count).trimmed : words
        }
        return fields
    }

    /// `title`, `/title`, but not what stands between two comparisons in a query.
    private static func isTag(_ name: Substring) -> Bool {
        let letters = name.hasPrefix("/") ? name.dropFirst() : name
        return !letters.isEmpty
            && letters.utf8.allSatisfy { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A }
    }

    private static func withoutLeadingZeros(_ number: String) -> String {
        guard number.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return number }
        let digits = number.drop { $0 == "0" }
        return digits.isEmpty ? "0" : String(digits)
    }
}
