// Reads one XML document of bounded depth from front to back.

struct XMLReader {
    /// Lists of objects have three levels.
    static let depthLimit = 16

    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func document() throws(XMLFault) -> XMLNode {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
        try skipMisc()
        guard peek == UInt8(ascii: "<") else { throw fault("an element was expected") }
        var open: [XMLNode] = []
        var root: XMLNode?
        repeat {
            guard let byte = peek else { throw fault("it ends inside an element") }
            if byte != UInt8(ascii: "<") {
                open[open.count - 1].text += try text()
            } else if starts("</") {
                guard !open.isEmpty else { throw fault("nothing is open that could be closed") }
                let node = try close(open.removeLast())
                if open.isEmpty { root = node } else { open[open.count - 1].children.append(node) }
            } else if starts("<!--") || starts("<?") {
                try skipMisc()
            } else {
                let (node, isEmpty) = try tag()
                guard open.count < Self.depthLimit else { throw fault("it is nested too deeply") }
                if !isEmpty {
                    open.append(node)
                } else if open.isEmpty {
                    root = node
                } else {
                    open[open.count - 1].children.append(node)
                }
            }
        } while root == nil
        try skipMisc()
        guard let root, offset == bytes.count else { throw fault("something follows the end") }
        return root
    }

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private func fault(_ reason: String) -> XMLFault { XMLFault(offset: offset, reason: reason) }

    private func starts(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard offset + count <= bytes.count else { return false }
        return (0..<count).allSatisfy { bytes[offset + $0] == word.utf8Start[$0] }
    }

    private mutating func skipSpace() {
        while let byte = peek, Self.isSpace(byte) { offset += 1 }
    }

    /// Space, comments and processing instructions.
    private mutating func skipMisc() throws(XMLFault) {
        while true {
            skipSpace()
            if starts("<!--") {
                try skip(past: "-->")
            } else if starts("<?") {
                try skip(past: "?>")
            } else {
                return
            }
        }
    }

    private mutating func skip(past end: StaticString) throws(XMLFault) {
        while offset < bytes.count {
            if starts(end) {
                offset += end.utf8CodeUnitCount
                return
            }
            offset += 1
        }
        throw fault("it ends before '\(end)'")
    }

    /// `<name attributes>` or `<name attributes/>`. Attributes are passed over.
    private mutating func tag() throws(XMLFault) -> (XMLNode, isEmpty: Bool) {
        offset += 1
        let name = try self.name()
        while true {
            skipSpace()
            if starts("/>") {
                offset += 2
                return (XMLNode(name: name), true)
            }
            if peek == UInt8(ascii: ">") {
                offset += 1
                return (XMLNode(name: name), false)
            }
            _ = try self.name()
            skipSpace()
            guard peek == UInt8(ascii: "=") else { throw fault("an attribute without a value") }
            offset += 1
            skipSpace()
            guard let quote = peek, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'")
            else { throw fault("an attribute's value without quotes") }
            offset += 1
            while let byte = peek, byte != quote {
                guard byte != UInt8(ascii: "<") else { throw fault("'<' inside a value") }
                offset += 1
            }
            guard peek != nil else { throw fault("it ends inside a value") }
            offset += 1
        }
    }

    private mutating func close(_ node: XMLNode) throws(XMLFault) -> XMLNode {
        let start = offset
        offset += 2
        guard try name() == node.name else {
            throw XMLFault(offset: start, reason: "'\(node.name)' is not what is closed here")
        }
        skipSpace()
        guard peek == UInt8(ascii: ">") else { throw fault("'>' was expected") }
        offset += 1
        return node
    }

    private mutating func name() throws(XMLFault) -> String {
        let start = offset
        while let byte = peek, Self.isName(byte) { offset += 1 }
        guard offset > start else { throw fault("a name was expected") }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    /// Up to the next `<`.
    private mutating func text() throws(XMLFault) -> String {
        var found: [UInt8] = []
        while let byte = peek, byte != UInt8(ascii: "<") {
            if byte == UInt8(ascii: "&") {
                found += Array(try entity().utf8)
            } else {
                found.append(byte)
                offset += 1
            }
        }
        guard let text = String(validating: found, as: UTF8.self) else {
            throw fault("text that is not UTF-8")
        }
        return text
    }

    private mutating func entity() throws(XMLFault) -> String {
        let start = offset
        offset += 1
        while let byte = peek, byte != UInt8(ascii: ";"), offset - start < 10 { offset += 1 }
        guard peek == UInt8(ascii: ";") else { throw fault("'&' without ';'") }
        let name = String(decoding: bytes[(start + 1)..<offset], as: UTF8.self)
        offset += 1
        switch name {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "quot": return "\""
        case "apos": return "'"
        default: break
        }
        let isHexadecimal = name.hasPrefix("#x")
        guard name.hasPrefix("#"),
            let number = UInt32(
                name.dropFirst(isHexadecimal ? 2 : 1), radix: isHexadecimal ? 16 : 10),
            number > 0, let scalar = Unicode.Scalar(number)
        else { throw XMLFault(offset: start, reason: "an entity that is not known") }
        return String(Character(scalar))
    }

    private static func isSpace(_ byte: UInt8) -> Bool { [32, 9, 10, 13].contains(byte) }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: ":"):
            true
        default: false
        }
    }
}
