// Debian's package lists: paragraphs of "Field: value" lines (deb822) become one document a
// package.

import Analysis

/// Reads package paragraphs, such as those of `/var/lib/apt/lists/*_Packages` or of
/// `apt-cache dumpavail`.
struct DebianReader: RecordReader {
    private var input: LineInput
    private let idField: String?
    /// Long descriptions by the checksum that Packages files give in their place.
    private let translations: [String: String]
    /// Reused from line to line.
    private var line: [UInt8] = []

    init(_ input: LineInput, idField: String?, translations: [String: String] = [:]) {
        self.input = input
        self.idField = idField
        self.translations = translations
    }

    var position: ReadPosition { ReadPosition(byteOffset: input.offset) }
    var fraction: Double? { input.fraction }

    mutating func next(into record: inout ImportRecord) throws -> RecordStep {
        record.clear()
        var paragraph = DebianParagraph()
        var start: RecordPlace?
        var problem: String?
        reading: while true {
            line.removeAll(keepingCapacity: true)
            switch try input.next(appendingTo: &line) {
            case .end:
                if start == nil { return .end }
                break reading
            case .tooLong(let byteCount):
                problem = "the line has \(byteCount) bytes, too many"
            case .line:
                let isBlank = line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
                if isBlank && start == nil { continue }
                if isBlank { break reading }
                if start == nil { start = RecordPlace(source: input.name, line: input.line) }
                if let reason = paragraph.take(String(decoding: line, as: UTF8.self)) {
                    problem = problem ?? "line \(input.line): \(reason)"
                }
            }
        }
        record.place = start ?? RecordPlace(source: input.name, line: input.line)
        if let problem { return .malformed(reason: problem) }
        guard let package = paragraph["package"] else {
            return .malformed(reason: "the paragraph has no Package field")
        }
        record.id.append(contentsOf: identity(of: paragraph, package: package).utf8)
        record.write { paragraph.write(to: &$0, translations: translations) }
        return .record
    }

    mutating func skip(to position: ReadPosition) throws {
        try input.skip(toOffset: position.byteOffset)
    }

    mutating func finish() throws { try input.finish() }

    /// Names a package as its file is named: bash_5.2.15-2_amd64.
    private func identity(of paragraph: DebianParagraph, package: String) -> String {
        if let idField, let value = paragraph[idField] { return value }
        return [package, paragraph["version"], paragraph["architecture"]]
            .compactMap { $0 }.joined(separator: "_")
    }
}

/// One paragraph's fields by lower-case name, continuation lines joined by line feeds.
struct DebianParagraph {
    private var fields: [String: String] = [:]
    private var last: String?

    subscript(name: String) -> String? { fields[name.lowercased()] }

    /// Takes one line that is not blank; answers what is wrong with it, if something is.
    mutating func take(_ line: String) -> String? {
        let bytes = line.utf8
        if bytes.first == 0x20 || bytes.first == 0x09 {
            guard let last else { return "a continuation line without a field before it" }
            let rest = line.dropFirst()
            fields[last, default: ""] += "\n" + (rest == "." ? "" : rest)
            return nil
        }
        guard let colon = bytes.firstIndex(of: 0x3A), colon != line.startIndex else {
            return "'\(line.shortened(to: 40))' is neither 'Field: value' nor a continuation"
        }
        let name = line[..<colon].lowercased()
        fields[name] = line[bytes.index(after: colon)...].trimmed
        last = name
        return nil
    }

    /// Writes the document's members.
    func write(to writer: inout JSONWriter, translations: [String: String]) {
        for name in ["package", "version", "section", "priority", "architecture"] {
            writer.optionalMember(name, self[name])
        }
        let text = self["description"] ?? self["description-en"] ?? ""
        let lines = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        writer.optionalMember("description", lines.first.map(String.init))
        let long = lines.count > 1 ? String(lines[1]) : nil
        writer.optionalMember("body", long ?? self["description-md5"].flatMap { translations[$0] })
        writer.optionalMember("homepage", self["homepage"])
        writer.optionalMember("maintainer", self["maintainer"])
        writer.optionalMember("tags", Self.list(self["tag"]))
        if let size = self["installed-size"].flatMap({ Int64($0) }) {
            writer.key("installed_size")
            writer.integer(size)
        }
        writer.optionalMember("depends", Self.packageNames(self["depends"]))
        writer.optionalMember("source", self["source"])
    }

    /// "a, b,\n c" → [a, b, c].
    static func list(_ text: String?) -> [String] {
        split(text, at: [UInt8(ascii: ","), 0x0A]).map(\.trimmed).filter { !$0.isEmpty }
    }

    /// The names in a dependency line, versions and architectures dropped, each once:
    /// "libc6 (>= 2.36), awk | mawk:any" → [libc6, awk, mawk].
    static func packageNames(_ text: String?) -> [String] {
        let ends = Set(" (:[<".utf8)
        var names: [String] = []
        for part in split(text, at: [UInt8(ascii: ","), UInt8(ascii: "|"), 0x0A]) {
            let name = String(Substring(part.trimmed.utf8.prefix { !ends.contains($0) }))
            if !name.isEmpty && !names.contains(name) { names.append(name) }
        }
        return names
    }

    private static func split(_ text: String?, at separators: Set<UInt8>) -> [Substring] {
        (text ?? "").utf8.split(whereSeparator: separators.contains).map(Substring.init)
    }
}

extension StringProtocol {
    /// Without ASCII white space at both ends.
    var trimmed: String {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        let bytes = Array(utf8)
        guard let start = bytes.firstIndex(where: { !isSpace($0) }),
            let end = bytes.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(decoding: bytes[start...end], as: UTF8.self)
    }
}
