// Topics in tab-separated columns.

/// Reads `id<TAB>query`. A first line that names the columns (`id`, `lang`, `query`) says where the
/// two stand; without it there must be just two.
struct TabbedTopicReader: TopicReader {
    private struct Columns {
        let id: Int
        let text: Int
        let count: Int
    }

    private static let idNames: Set<String> = ["id", "_id", "qid", "query-id", "query_id", "topic"]
    private static let textNames: Set<String> = ["query", "text", "title", "question"]

    private var columns: Columns?

    mutating func take(_ line: TextLine) throws -> [Topic] {
        if line.isBlank { return [] }
        let cells = line.cells
        guard let columns else {
            let found = Self.columns(in: cells)
            if let found {
                columns = found
                return []
            }
            guard cells.count == 2 else {
                throw line.problem(
                    "expected id<TAB>query and found \(cells.count) columns; a first line such as "
                        + "id<TAB>lang<TAB>query may name more")
            }
            columns = Columns(id: 0, text: 1, count: 2)
            return [Topic(id: Identifier(cells[0]), text: cells[1])]
        }
        guard cells.count == columns.count else {
            throw line.problem(
                "\(cells.count) columns between tabs where the first line has \(columns.count)")
        }
        return [Topic(id: Identifier(cells[columns.id]), text: cells[columns.text])]
    }

    func finish() {}

    /// The columns a header names; nil when the line is none.
    private static func columns(in cells: [String]) -> Columns? {
        let names = cells.map { $0.lowercased() }
        guard let id = names.firstIndex(where: idNames.contains),
            let text = names.firstIndex(where: textNames.contains)
        else { return nil }
        return Columns(id: id, text: text, count: cells.count)
    }
}
