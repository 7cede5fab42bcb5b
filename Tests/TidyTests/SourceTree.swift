// The repository as the tidy tests see it: its files, and Swift text without comments and strings.
import Foundation

struct SourceFile: Sendable {
    /// Path from the repository's root, "Sources/Analysis/Term.swift".
    let path: String
    let text: String

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    var module: String { String(path.split(separator: "/").dropFirst().first ?? "") }
    var code: [String] { SourceTree.code[path] ?? [] }
    var isGenerated: Bool { path.hasSuffix(".pb.swift") }
    var isLive: Bool { path.contains("/Live/") }
    var isTest: Bool { path.hasPrefix("Tests/") }
}

enum SourceTree {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func files(under folder: String, withExtension kind: String) -> [SourceFile] {
        let base = root.appendingPathComponent(folder)
        guard let walker = FileManager.default.enumerator(atPath: base.path) else { return [] }
        var found: [SourceFile] = []
        for case let name as String in walker where name.hasSuffix("." + kind) {
            let url = base.appendingPathComponent(name)
            guard let text = try? String(contentsOf: url, encoding: .utf8) else { continue }
            found.append(SourceFile(path: folder + "/" + name, text: text))
        }
        return found.sorted { $0.path < $1.path }
    }

    static let swift = files(under: "Sources", withExtension: "swift").filter { !$0.isGenerated }
    static let tests = files(under: "Tests", withExtension: "swift")

    /// Code without comments and strings, by path; made once, since every test wants it.
    static let code: [String: [String]] = Dictionary(
        uniqueKeysWithValues: swift.map { ($0.path, CodeOnly($0.text).lines) })

    static func read(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }
}

/// Swift text with comments and the insides of string literals replaced by blanks, line by line.
struct CodeOnly {
    let lines: [String]

    init(_ text: String) {
        var out: [UInt8] = []
        let bytes = Array(text.utf8)
        var index = 0
        func starts(_ word: StaticString) -> Bool {
            let count = word.utf8CodeUnitCount
            guard index + count <= bytes.count else { return false }
            return (0..<count).allSatisfy { bytes[index + $0] == word.utf8Start[$0] }
        }
        func skip(until end: String, escapes: Bool, multiline: Bool) {
            let stop = Array(end.utf8)
            while index < bytes.count {
                if bytes[index...].starts(with: stop) {
                    index += stop.count
                    return
                }
                if bytes[index] == 10 {
                    if !multiline { return }
                    out.append(10)
                }
                index += escapes && bytes[index] == 92 ? 2 : 1
            }
        }
        while index < bytes.count {
            if starts("//") {
                skip(until: "\n", escapes: false, multiline: false)
                if index > 0, index <= bytes.count, bytes[index - 1] == 10 { out.append(10) }
            } else if starts("/*") {
                skip(until: "*/", escapes: false, multiline: true)
            } else if starts("#\"\"\"") {
                index += 4
                skip(until: "\"\"\"#", escapes: false, multiline: true)
            } else if starts("\"\"\"") {
                index += 3
                skip(until: "\"\"\"", escapes: true, multiline: true)
            } else if starts("#\"") {
                index += 2
                skip(until: "\"#", escapes: false, multiline: false)
            } else if starts("\"") {
                index += 1
                skip(until: "\"", escapes: true, multiline: false)
            } else {
                out.append(bytes[index])
                index += 1
            }
        }
        lines = String(decoding: out, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
}
