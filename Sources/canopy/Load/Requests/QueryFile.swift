// The queries of a load test, from the file formats people have them in.

import Analysis
import Foundation

/// One query with the tags its file gives it (search-benchmark-game names kinds of queries so).
struct LoadQuery: Sendable, Equatable {
    let text: String
    let tags: [String]
}

/// Reads queries: one a line; or JSON lines `{"query":"…","tags":["…"]}`; or, in a file ending in
/// .tsv, `id<TAB>query`.
enum QueryFile {
    /// - Throws: `LoadError` with the file and line.
    static func read(path: String) throws -> [LoadQuery] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw LoadError("cannot read the queries \(path)")
        }
        let queries = try parse(Array(data), name: path)
        guard !queries.isEmpty else { throw LoadError("\(path) holds no query") }
        return queries
    }

    static func parse(_ bytes: [UInt8], name: String) throws -> [LoadQuery] {
        let isTable = name.hasSuffix(".tsv")
        var queries: [LoadQuery] = []
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() {
            guard let text = String(validating: line, as: UTF8.self)?.trimmed else {
                throw LoadError("\(name):\(number + 1): the line is not UTF-8")
            }
            if text.isEmpty { continue }
            if text.hasPrefix("{") {
                queries.append(try object(Array(text.utf8), place: "\(name):\(number + 1)"))
            } else if isTable, let tab = text.firstIndex(of: "\t") {
                let query = text[text.index(after: tab)...].split(separator: "\t").first
                queries.append(LoadQuery(text: query.map(String.init) ?? "", tags: []))
            } else {
                queries.append(LoadQuery(text: text, tags: []))
            }
        }
        return queries
    }

    private static func object(_ line: [UInt8], place: String) throws -> LoadQuery {
        let json: JSONValue
        do {
            json = try JSONParser.parse(line)
        } catch {
            throw LoadError("\(place):\(error.column): \(error.reason)")
        }
        guard let text = json["query"]?.stringValue else {
            throw LoadError("\(place): the object has no string \"query\"")
        }
        let tags = json["tags"]?.arrayValue?.compactMap(\.stringValue) ?? []
        return LoadQuery(text: text, tags: tags)
    }
}

/// A reason not to start, or not to go on with, a load test.
struct LoadError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
