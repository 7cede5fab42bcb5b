// What is evaluated: an index that is asked, or a run file.

/// A system under evaluation.
struct EvalSystem: Sendable {
    enum Source: Sendable {
        case index(IndexSearch)
        case run(path: String)
    }

    let source: Source
    /// For people: "wiki at http://127.0.0.1:9200, fields title, body".
    let description: String

    /// A word for progress.
    var shortName: String {
        switch source {
        case .index(let search): search.index
        case .run(let path): path
        }
    }

    var isAsked: Bool {
        if case .index = source { return true }
        return false
    }
}

/// How one system is named on the command line.
struct EvalSystemArguments: Hashable {
    var url: String
    var index: String?
    var run: String?
    var fields: [String]
    var template: String?
    var parameters: [RunParameter]

    /// - Throws: `EvalError` when the template cannot be used.
    func system(connection: ServerConnection, depth: Int) throws -> EvalSystem {
        if let run { return EvalSystem(source: .run(path: run), description: run) }
        let template =
            try template.map { try TopicTemplate.read($0, parameters: parameters) }
            ?? TopicTemplate(fields: fields)
        let search = IndexSearch(
            connection: connection, index: index ?? "", template: template, depth: depth)
        return EvalSystem(source: .index(search), description: description)
    }

    private var description: String {
        var parts = ["\(index ?? "") at \(url)"]
        if let template {
            let isInline = template.trimmed.hasPrefix("{")
            parts.append(isInline ? "a template" : "template \(template)")
        } else if !fields.isEmpty {
            parts.append(
                (fields.count == 1 ? "field " : "fields ") + fields.joined(separator: ", "))
        }
        parts += parameters.map(\.description)
        return parts.joined(separator: ", ").printable
    }
}
