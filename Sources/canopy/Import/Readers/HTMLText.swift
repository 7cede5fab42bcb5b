// The words of an HTML page without its tags: enough for search, not a browser.

/// Takes a page's title (from `<title>`, else the first `<h1>`) and its visible text.
struct HTMLText {
    private(set) var title = ""
    private(set) var body = ""

    private var heading = ""
    private var output: [UInt8] = []
    private let source: [UInt8]
    private var position = 0

    /// Elements whose content is not text.
    private static let silent: Set<String> = ["script", "style", "noscript", "template", "svg"]
    /// Elements inside a line; all others separate words.
    private static let inline: Set<String> = [
        "a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "kbd", "mark", "s",
        "small", "span", "strong", "sub", "sup", "tt", "u", "var", "wbr",
    ]

    init(_ html: String) {
        source = Array(html.utf8)
        var titleStart: Int?
        var headingStart: Int?
        while position < source.count {
            guard source[position] == UInt8(ascii: "<") else {
                output.append(source[position])
                position += 1
                continue
            }
            guard let tag = takeTag() else { continue }
            switch (tag.name, tag.closes) {
            case ("title", false):
                titleStart = output.count
            case ("title", true):
                if title.isEmpty, let titleStart { title = text(from: titleStart) }
                if let start = titleStart { output.removeSubrange(start...) }
                titleStart = nil
            case ("h1", false):
                headingStart = output.count
            case ("h1", true):
                if heading.isEmpty, let headingStart { heading = text(from: headingStart) }
                headingStart = nil
            case (let name, false) where Self.silent.contains(name):
                skipContent(of: name)
            default:
                break
            }
            if !Self.inline.contains(tag.name) { output.append(0x20) }
        }
        body = text(from: 0)
        if title.isEmpty { title = heading }
    }

    private func text(from start: Int) -> String {
        HTMLEntities.decoded(String(decoding: output[start...], as: UTF8.self)).printable
    }

    /// Moves past a tag or comment; a `<` that opens neither is text.
    private mutating func takeTag() -> (name: String, closes: Bool)? {
        if source[position...].starts(with: "<!--".utf8) {
            position = find("-->", from: position + 4) ?? source.count
            return nil
        }
        var cursor = position + 1
        let closes = cursor < source.count && source[cursor] == UInt8(ascii: "/")
        if closes { cursor += 1 }
        let start = cursor
        while cursor < source.count, isNameByte(source[cursor]) { cursor += 1 }
        let declares = cursor < source.count && "!?".utf8.contains(source[cursor])
        guard cursor > start || declares else {
            output.append(source[position])
            position += 1
            return nil
        }
        let name = String(decoding: source[start..<cursor], as: UTF8.self).lowercased()
        var quote: UInt8?
        while cursor < source.count {
            let byte = source[cursor]
            cursor += 1
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                break
            }
        }
        position = cursor
        return (name, closes)
    }

    private mutating func skipContent(of name: String) {
        let end = Array("</\(name)".utf8)
        while position < source.count {
            let candidate = source[position...].prefix(end.count)
            if candidate.count == end.count,
                zip(candidate, end).allSatisfy({ $0 == $1 || $0 | 0x20 == $1 })
            {
                _ = takeTag()
                return
            }
            position += 1
        }
    }

    private func find(_ text: String, from start: Int) -> Int? {
        let pattern = Array(text.utf8)
        var cursor = start
        while cursor + pattern.count <= source.count {
            if source[cursor...].starts(with: pattern) { return cursor + pattern.count }
            cursor += 1
        }
        return nil
    }

    private func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: ":"):
            true
        default: false
        }
    }
}

/// Character references: all numeric ones, and the names that pages really use.
enum HTMLEntities {
    private static let named: [String: String] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "copy": "©",
        "reg": "®", "trade": "™", "hellip": "…", "mdash": "—", "ndash": "–", "lsquo": "‘",
        "rsquo": "’", "ldquo": "“", "rdquo": "”", "laquo": "«", "raquo": "»", "bull": "•",
        "middot": "·", "euro": "€", "pound": "£", "sect": "§", "deg": "°", "times": "×",
        "shy": "", "auml": "ä", "ouml": "ö", "uuml": "ü", "Auml": "Ä", "Ouml": "Ö", "Uuml": "Ü",
        "szlig": "ß", "eacute": "é", "egrave": "è", "agrave": "à", "ccedil": "ç", "ntilde": "ñ",
    ]
    /// The longest reference looked for, in characters after the ampersand.
    private static let longestReference = 12

    static func decoded(_ text: String) -> String {
        guard text.contains("&") else { return text }
        var result = ""
        var rest = text[...]
        while let start = rest.firstIndex(of: "&") {
            result += rest[..<start]
            let after = rest[rest.index(after: start)...]
            if let end = after.prefix(longestReference).firstIndex(of: ";"),
                let character = character(after[..<end])
            {
                result += character
                rest = after[after.index(after: end)...]
            } else {
                result += "&"
                rest = after
            }
        }
        return result + rest
    }

    private static func character(_ reference: Substring) -> String? {
        guard reference.hasPrefix("#") else { return named[String(reference)] }
        let digits = reference.dropFirst()
        let value =
            digits.first == "x" || digits.first == "X"
            ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return value.flatMap(Unicode.Scalar.init).map { String(Character($0)) }
    }
}
