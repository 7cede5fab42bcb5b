// A value for a template's placeholder, from the command line.

/// `name=value`: what stands for `{{name}}` in a template.
struct RunParameter: Hashable, Sendable, CustomStringConvertible {
    let name: String
    let value: String

    var description: String { "\(name)=\(value)" }

    init?(_ text: String) {
        guard let sign = text.firstIndex(of: "=") else { return nil }
        name = text[..<sign].trimmed
        value = String(text[text.index(after: sign)...])
        guard !name.isEmpty, name.utf8.allSatisfy(Self.nameBytes.contains),
            name != TopicTemplate.queryName
        else { return nil }
    }

    /// What names of placeholders are made of.
    static let nameBytes = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.".utf8)
}
