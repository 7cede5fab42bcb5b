// Which documents answer which topics, as people judged them.

/// The grades of one topic's judged documents: above 0 is relevant.
typealias TopicJudgements = [Identifier: Int]

/// The judgements ("qrels") of a test collection.
struct Judgements: Sendable {
    /// In the order of the file.
    private(set) var topics: [Identifier] = []
    private var grades: [Identifier: TopicJudgements] = [:]

    subscript(topic: Identifier) -> TopicJudgements? { grades[topic] }

    /// Records a grade; the one that was there before, if any, stays and is returned.
    mutating func record(_ grade: Int, of document: Identifier, for topic: Identifier) -> Int? {
        if let known = grades[topic]?[document] { return known }
        if grades[topic] == nil { topics.append(topic) }
        grades[topic, default: [:]][document] = grade
        return nil
    }
}

/// Reads judgements: TREC's four columns `topic 0 document grade` between white space, or BEIR's
/// three between tabs, `query-id corpus-id score`, with or without that header.
enum JudgementFile {
    private enum Form {
        case trec
        case beir
    }

    /// - Throws: `EvalError` or `ImportError` with the file and line of what is malformed, or when
    ///   there is no judgement or a document is judged twice.
    static func read(_ path: String) throws -> Judgements {
        var judgements = Judgements()
        var form: Form?
        try TextLine.each(of: path) { line in
            if line.isBlank { return }
            if form == nil {
                form = try Self.form(of: line)
                if form == .beir, line.cells.last.flatMap({ Int($0) }) == nil { return }
            }
            let (topic, document, grade) = try Self.columns(of: line, form ?? .trec)
            guard let value = Int(grade), abs(value) <= gradeLimit else {
                throw line.problem(
                    "the grade '\(grade)' is no whole number between -\(gradeLimit) and "
                        + "\(gradeLimit)"
                )
            }
            let (topicID, documentID) = (Identifier(topic), Identifier(document))
            guard judgements.record(value, of: documentID, for: topicID) == nil else {
                throw line.problem(
                    "document \(document) is judged twice for topic \(topic); remove one of the two"
                )
            }
        }
        guard !judgements.topics.isEmpty else {
            throw EvalError(
                "\(path) holds no judgement; a line is 'topic 0 document grade', or "
                    + "topic<TAB>document<TAB>grade")
        }
        return judgements
    }

    /// Grades beyond this are a slip of the finger.
    private static let gradeLimit = 1_000_000

    private static func form(of line: TextLine) throws -> Form {
        if line.words.count == 4 { return .trec }
        if line.cells.count == 3 { return .beir }
        throw line.problem(
            "expected 'topic 0 document grade' or topic<TAB>document<TAB>grade and found "
                + "\(line.words.count) columns")
    }

    private static func columns(
        of line: TextLine, _ form: Form
    ) throws -> (topic: String, document: String, grade: String) {
        switch form {
        case .trec:
            let words = line.words
            guard words.count == 4 else {
                throw line.problem(
                    "\(words.count) columns where the first line has 4: 'topic 0 document grade'")
            }
            return (String(words[0]), String(words[2]), String(words[3]))
        case .beir:
            let cells = line.cells
            guard cells.count == 3, !cells[0].isEmpty, !cells[1].isEmpty else {
                throw line.problem("expected topic<TAB>document<TAB>grade, as in the first line")
            }
            return (cells[0], cells[1], cells[2])
        }
    }
}
