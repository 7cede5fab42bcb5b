// Character filter `html_strip`: drops tags, comments, scripts and styles, and decodes entities.

/// Tags of blocks become a line feed, so that words on both sides stay apart; tags within text
/// vanish. What only looks like a tag ("a < b") stays.
final class HTMLStripCharFilter: CharFilter {
    private static let blocks = WordSet(
        [
            "address", "article", "aside", "blockquote", "body", "br", "button", "caption",
            "center", "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset",
            "figcaption", "figure", "footer", "form", "frame", "frameset", "h1", "h2", "h3",
            "h4", "h5", "h6", "head", "header", "hr", "html", "iframe", "input", "isindex",
            "legend", "li", "link", "main", "menu", "meta", "nav", "noframes", "noscript", "ol",
            "optgroup", "option", "p", "pre", "section", "select", "summary", "table", "tbody",
            "td", "textarea", "tfoot", "th", "thead", "title", "tr", "ul",
        ])
    private static let entities: [String: String] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{A0}",
        "iexcl": "¡", "cent": "¢", "pound": "£", "yen": "¥", "sect": "§", "copy": "©",
        "laquo": "«", "raquo": "»", "reg": "®", "deg": "°", "plusmn": "±", "micro": "µ",
        "para": "¶", "middot": "·", "iquest": "¿", "times": "×", "divide": "÷", "shy": "\u{AD}",
        "Agrave": "À", "Aacute": "Á", "Acirc": "Â", "Atilde": "Ã", "Auml": "Ä", "Aring": "Å",
        "AElig": "Æ", "Ccedil": "Ç", "Egrave": "È", "Eacute": "É", "Ecirc": "Ê", "Euml": "Ë",
        "Igrave": "Ì", "Iacute": "Í", "Icirc": "Î", "Iuml": "Ï", "ETH": "Ð", "Ntilde": "Ñ",
        "Ograve": "Ò", "Oacute": "Ó", "Ocirc": "Ô", "Otilde": "Õ", "Ouml": "Ö", "Oslash": "Ø",
        "Ugrave": "Ù", "Uacute": "Ú", "Ucirc": "Û", "Uuml": "Ü", "Yacute": "Ý", "THORN": "Þ",
        "szlig": "ß", "agrave": "à", "aacute": "á", "acirc": "â", "atilde": "ã", "auml": "ä",
        "aring": "å", "aelig": "æ", "ccedil": "ç", "egrave": "è", "eacute": "é", "ecirc": "ê",
        "euml": "ë", "igrave": "ì", "iacute": "í", "icirc": "î", "iuml": "ï", "eth": "ð",
        "ntilde": "ñ", "ograve": "ò", "oacute": "ó", "ocirc": "ô", "otilde": "õ", "ouml": "ö",
        "oslash": "ø", "ugrave": "ù", "uacute": "ú", "ucirc": "û", "uuml": "ü", "yacute": "ý",
        "thorn": "þ", "yuml": "ÿ", "OElig": "Œ", "oelig": "œ", "Scaron": "Š", "scaron": "š",
        "euro": "€", "ndash": "–", "mdash": "—", "lsquo": "‘", "rsquo": "’", "sbquo": "‚",
        "ldquo": "“", "rdquo": "”", "bdquo": "„", "hellip": "…", "trade": "™", "bull": "•",
        "larr": "←", "rarr": "→", "minus": "−",
    ]
    private static let longestEntity = 10
    /// Tags longer than this are none.
    private static let longestTag = 8192

    private let escaped: WordSet

    /// - Parameter escapedTags: Names of tags that stay.
    init(escapedTags: WordSet) { escaped = escapedTags }

    func apply(_ text: UnsafeBufferPointer<UInt8>) -> FilteredText {
        var output = FilteredText(of: text)
        var copied = 0
        var index = 0
        /// Set once a closing marker was looked for in vain: then it is nowhere behind either.
        var missing: Set<String> = []
        while index < text.count {
            let byte = text[index]
            let found: (end: Int, replacement: [UInt8])? =
                byte == UInt8(ascii: "<")
                ? markup(text, index, &missing)
                : byte == UInt8(ascii: "&") ? Self.entity(text, index) : nil
            guard let found else {
                index += 1
                continue
            }
            output.copy(text, copied..<index)
            output.replace(index..<found.end, with: found.replacement)
            index = found.end
            copied = index
        }
        output.copy(text, copied..<text.count)
        return output
    }

    // MARK: Markup

    private func markup(
        _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ missing: inout Set<String>
    ) -> (end: Int, replacement: [UInt8])? {
        func until(_ marker: String, from place: Int) -> Int? {
            if missing.contains(marker) { return nil }
            guard let end = Self.find(marker, text, from: place) else {
                missing.insert(marker)
                return nil
            }
            return end
        }
        if Self.starts("<!--", text, start) {
            return until("-->", from: start + 4).map { ($0, []) }
        }
        if Self.starts("<![CDATA[", text, start) { return (start + 9, []) }
        var nameStart = start + 1
        guard nameStart < text.count else { return nil }
        let opening = text[nameStart]
        if opening == UInt8(ascii: "!") || opening == UInt8(ascii: "?") {
            return until(">", from: nameStart).map { ($0, []) }
        }
        if opening == UInt8(ascii: "/") { nameStart += 1 }
        guard let name = Self.name(text, nameStart),
            let end = Self.tagEnd(text, nameStart + name.count), !isEscaped(name)
        else { return nil }
        if name.elementsEqual("script".utf8) || name.elementsEqual("style".utf8),
            nameStart == start + 1,
            let close = until("</" + String(decoding: name, as: UTF8.self), from: end),
            let closeEnd = Self.tagEnd(text, close)
        {
            return (closeEnd, [0x0A])
        }
        let isBlock = name.withUnsafeBufferPointer { Self.blocks.contains($0) }
        return (end, isBlock ? [0x0A] : [])
    }

    private func isEscaped(_ name: [UInt8]) -> Bool {
        name.withUnsafeBufferPointer { escaped.contains($0) }
    }

    /// The name of a tag in lower case; nil when no letter begins it.
    private static func name(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> [UInt8]? {
        guard start < text.count, (text[start] | 0x20) &- 0x61 < 26 else { return nil }
        var name: [UInt8] = []
        var index = start
        while index < text.count, name.count < 64 {
            let byte = text[index]
            let isLetter = (byte | 0x20) &- 0x61 < 26
            guard isLetter || byte &- 0x30 < 10 || byte == 0x2D || byte == 0x3A else { break }
            name.append(isLetter ? byte | 0x20 : byte)
            index += 1
        }
        return name
    }

    /// Behind the '>' of a tag, quoted values skipped; nil when there is none near.
    private static func tagEnd(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
        var index = start
        var quote: UInt8 = 0
        let limit = min(text.count, start + longestTag)
        while index < limit {
            let byte = text[index]
            index += 1
            if quote != 0 {
                if byte == quote { quote = 0 }
            } else if byte == UInt8(ascii: ">") {
                return index
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: "<") {
                return nil
            }
        }
        return nil
    }

    private static func starts(
        _ marker: String, _ text: UnsafeBufferPointer<UInt8>, _ start: Int
    ) -> Bool {
        text[start...].starts(with: marker.utf8)
    }

    /// Behind the first occurrence of `marker`, in any case.
    private static func find(
        _ marker: String, _ text: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> Int? {
        let wanted = Array(marker.utf8)
        guard text.count >= wanted.count, start <= text.count - wanted.count else { return nil }
        for place in start...(text.count - wanted.count)
        where text[place] == wanted[0] {
            let matches = wanted.indices.allSatisfy { offset in
                let byte = text[place + offset]
                return byte == wanted[offset]
                    || (byte &- UInt8(ascii: "A") < 26 && byte | 0x20 == wanted[offset])
            }
            if matches { return place + wanted.count }
        }
        return nil
    }

    // MARK: Entities

    private static func entity(
        _ text: UnsafeBufferPointer<UInt8>, _ start: Int
    ) -> (end: Int, replacement: [UInt8])? {
        let limit = min(text.count, start + 2 + longestEntity)
        guard let end = text[start..<limit].firstIndex(of: UInt8(ascii: ";")) else { return nil }
        let name = String(decoding: text[(start + 1)..<end], as: UTF8.self)
        if let named = entities[name] { return (end + 1, Array(named.utf8)) }
        guard name.first == "#" else { return nil }
        let digits = name.dropFirst()
        let value =
            digits.first == "x" || digits.first == "X"
            ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits, radix: 10)
        guard let scalar = value.flatMap(Unicode.Scalar.init), scalar.value != 0 else {
            return nil
        }
        return (end + 1, Array(String(Character(scalar)).utf8))
    }
}
