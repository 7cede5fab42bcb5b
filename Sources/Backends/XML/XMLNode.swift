// The little XML that object stores answer with, read strictly: elements, text, the five named
// entities and numbered characters. Document types, and with them all expansion, are refused.

struct XMLNode: Sendable, Hashable {
    let name: String
    /// Of this element alone, without its children's.
    var text = ""
    var children: [XMLNode] = []

    func child(_ name: String) -> XMLNode? { children.first { $0.name == name } }

    /// The text of the only child of this name; nil when there is none, or several.
    func value(_ name: String) -> String? {
        let found = children.filter { $0.name == name }
        return found.count == 1 ? found[0].text : nil
    }

    /// The root element.
    init(_ bytes: [UInt8]) throws(XMLFault) {
        var reader = XMLReader(bytes)
        self = try reader.document()
    }

    init(name: String) {
        self.name = name
    }
}

struct XMLFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// In bytes from the start.
    let offset: Int
    let reason: String

    var description: String { "XML at byte \(offset): \(reason)" }
}
