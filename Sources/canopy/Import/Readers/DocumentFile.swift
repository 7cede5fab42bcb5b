// What a text, Markdown or HTML file says: its title, its text, and its front matter.

/// One file, taken apart.
struct DocumentFile {
    enum Kind: String, Sendable {
        case text, markdown, html

        /// The kind that a path's ending names; nil for files of other kinds.
        init?(path: String) {
            let name = path.split(separator: "/").last ?? ""
            switch name.split(separator: ".").dropFirst().last?.lowercased() {
            case "txt", "text": self = .text
            case "md", "markdown": self = .markdown
            case "html", "htm", "xhtml": self = .html
            default: return nil
            }
        }
    }

    /// Fields the importer fills itself; front matter may only override the title.
    private static let reserved: Set<String> = [
        "title", "path", "format", "bytes", "modified", "body", "_id", "id",
    ]

    let title: String
    let body: String
    /// Front matter in the order of the file.
    let properties: [(name: String, values: [String])]

    init(_ text: String, kind: Kind, path: String) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let stem = name.split(separator: ".").dropLast().joined(separator: ".")
        switch kind {
        case .text:
            title = stem
            body = text
            properties = []
        case .markdown:
            let (matter, rest) = FrontMatter.split(text)
            let given = matter.first { $0.name == "title" }?.values.first
            title = given ?? Self.heading(of: rest) ?? stem
            body = rest
            properties = matter.filter { !Self.reserved.contains($0.name) }
        case .html:
            let page = HTMLText(text)
            title = page.title.isEmpty ? stem : page.title
            body = page.body
            properties = []
        }
    }

    /// The first ATX ("# Title") or setext (underlined) heading outside code fences.
    private static func heading(of markdown: String) -> String? {
        var previous = ""
        var inFence = false
        let lines = markdown.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for line in lines {
            let text = line.trimmed
            if text.hasPrefix("```") || text.hasPrefix("~~~") { inFence.toggle() }
            if inFence { continue }
            if text.hasPrefix("#") {
                let marks = text.prefix { $0 == "#" }
                let rest = text.dropFirst(marks.count)
                if marks.count <= 6, rest.hasPrefix(" ") {
                    let title = rest.trimmed.reversed().drop { $0 == "#" }.reversed()
                    return String(title).trimmed
                }
            }
            if text.count >= 2, !previous.isEmpty,
                text.allSatisfy({ $0 == "=" }) || text.allSatisfy({ $0 == "-" })
            {
                return previous
            }
            previous = text
        }
        return nil
    }
}

/// The `---` block that Markdown files open with: "key: value", "key: [a, b]" and "- item" lists.
/// Deeper YAML is left out rather than guessed at.
enum FrontMatter {
    static func split(
        _ text: String
    ) -> (properties: [(name: String, values: [String])], rest: String) {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard lines.first?.trimmed == "---",
            let end = lines.dropFirst().firstIndex(where: { ["---", "..."].contains($0.trimmed) })
        else { return ([], text) }
        var properties: [(name: String, values: [String])] = []
        for line in lines[1..<end] {
            let content = line.trimmed
            if content.hasPrefix("- "), !properties.isEmpty {
                properties[properties.count - 1].values.append(unquoted(content.dropFirst(2)))
            } else if let colon = line.firstIndex(of: ":"), line.first?.isWhitespace == false,
                line.first != "#"
            {
                let name = line[..<colon].trimmed.replacing(".", with: "_")
                properties.append((name, values(line[line.index(after: colon)...].trimmed)))
            }
        }
        let rest = lines[(end + 1)...].joined(separator: "\n")
        return (properties.filter { !$0.values.isEmpty }, rest)
    }

    private static func values(_ text: String) -> [String] {
        if text.isEmpty { return [] }
        if text.hasPrefix("["), text.hasSuffix("]") {
            return text.dropFirst().dropLast().split(separator: ",").map { unquoted($0) }
                .filter { !$0.isEmpty }
        }
        return [unquoted(text)]
    }

    private static func unquoted(_ text: some StringProtocol) -> String {
        let trimmed = text.trimmed
        for quote in ["\"", "'"]
        where trimmed.count >= 2 && trimmed.hasPrefix(quote) && trimmed.hasSuffix(quote) {
            return String(trimmed.dropFirst().dropLast())
        }
        return trimmed
    }
}
