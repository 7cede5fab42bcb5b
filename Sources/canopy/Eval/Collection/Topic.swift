// What is asked in an evaluation, and the files it comes from.

import ArgumentParser

/// One question of a test collection.
struct Topic: Sendable, Hashable {
    let id: Identifier
    let text: String
}

/// The parts of a TREC topic that make the query.
enum TopicPart: String, CaseIterable, ExpressibleByArgument, Sendable {
    case title
    case description = "desc"
    case narrative = "narr"
    case titleAndDescription = "title+desc"

    /// Names of the tags, in the order of the query.
    var tags: [String] { rawValue.split(separator: "+").map(String.init) }
}

/// Reads the topics of one format, line by line.
protocol TopicReader {
    /// The topics that a line completes.
    mutating func take(_ line: TextLine) throws -> [Topic]
    /// - Throws: `EvalError` when the file ended in the middle of a topic.
    func finish() throws
}

/// Reads a file of topics in any of three formats, told by its first line:
/// TREC's `<top> <num> <title> <desc> <narr> </top>`; JSON lines `{"id": "…", "text": "…"}` (BEIR's
/// `_id` too, and `query` for `text`); or `id<TAB>query`, where a first line may name the columns.
enum TopicFile {
    /// - Throws: `EvalError` or `ImportError` with the file and line of what is malformed, or when
    ///   there is no topic or an id stands twice.
    static func read(_ path: String, part: TopicPart = .title) throws -> [Topic] {
        var reader: (any TopicReader)?
        var topics: [Topic] = []
        var lines: [Identifier: Int64] = [:]
        try TextLine.each(of: path) { line in
            if reader == nil, !line.isBlank { reader = Self.reader(for: line, part: part) }
            for topic in try reader?.take(line) ?? [] {
                guard !topic.id.text.isEmpty else { throw line.problem("the topic has no id") }
                guard !topic.text.isEmpty else {
                    throw line.problem("topic \(topic.id) has no text to search for")
                }
                if let first = lines.updateValue(line.number, forKey: topic.id) {
                    throw line.problem(
                        "topic \(topic.id) stands at line \(first) already; remove one of the two")
                }
                topics.append(topic)
            }
        }
        try reader?.finish()
        guard !topics.isEmpty else {
            throw EvalError(
                "\(path) holds no topic; a line may be id<TAB>query or {\"id\":\"…\","
                    + "\"text\":\"…\"}, or the file TREC's <top> … </top>")
        }
        return topics
    }

    private static func reader(for line: TextLine, part: TopicPart) -> any TopicReader {
        switch line.text.trimmed.utf8.first {
        case UInt8(ascii: "<"): TRECTopicReader(part: part, file: line.file)
        case UInt8(ascii: "{"): JSONTopicReader()
        default: TabbedTopicReader()
        }
    }
}
