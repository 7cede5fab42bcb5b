// Rankings read from a run file.

/// The rankings of a run file, in the order trec_eval gives them.
struct StoredRun: Sendable {
    /// The last column of its first line.
    private(set) var tag = ""
    /// In the order of the file.
    private(set) var topics: [Identifier] = []
    private var rankings: [Identifier: [Identifier]] = [:]

    /// The documents of a topic, best first; none when the run does not have it.
    func ranking(of topic: Identifier) -> [Identifier] { rankings[topic] ?? [] }

    private struct Entry {
        let document: Identifier
        let score: Float
        let line: Int64
    }

    /// Reads `topic Q0 document rank score tag`. As in trec_eval, the rank is not looked at: scores
    /// in single precision decide, and of equal ones the document whose name sorts last comes
    /// first.
    /// - Throws: `EvalError` or `ImportError` with the file and line of what is malformed, or when
    ///   a document stands twice in a topic.
    static func read(_ path: String) throws -> StoredRun {
        var run = StoredRun()
        var entries: [Identifier: [Entry]] = [:]
        try TextLine.each(of: path) { line in
            if line.isBlank { return }
            let words = line.words
            guard words.count == 6 else {
                throw line.problem(
                    "\(words.count) columns; a line of a run is 'topic Q0 document rank score tag'")
            }
            guard let score = Double(words[4]), score.isFinite else {
                throw line.problem("the score '\(words[4])' is no number")
            }
            let topic = Identifier(words[0])
            if run.topics.isEmpty { run.tag = String(words[5]) }
            let entry = Entry(
                document: Identifier(words[2]), score: Float(score), line: line.number)
            if entries[topic]?.append(entry) == nil {
                run.topics.append(topic)
                entries[topic] = [entry]
            }
        }
        guard !run.topics.isEmpty else {
            throw EvalError("\(path) holds no line 'topic Q0 document rank score tag'")
        }
        for topic in run.topics {
            run.rankings[topic] = try sorted(entries[topic] ?? [], topic, path)
        }
        return run
    }

    private static func sorted(
        _ entries: [Entry], _ topic: Identifier, _ path: String
    ) throws -> [Identifier] {
        var lines: [Identifier: Int64] = [:]
        for entry in entries {
            if let first = lines.updateValue(entry.line, forKey: entry.document) {
                throw EvalError(
                    "\(path):\(entry.line): document \(entry.document) stands at line \(first) "
                        + "already for topic \(topic); remove one of the two")
            }
        }
        return entries.sorted {
            $0.score != $1.score ? $0.score > $1.score : $0.document > $1.document
        }.map(\.document)
    }
}
