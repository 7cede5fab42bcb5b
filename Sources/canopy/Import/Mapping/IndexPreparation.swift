// Sees to it that the index an import goes into exists, with a mapping that fits its source.

import Analysis
import Foundation

/// What a new index gets.
struct IndexPreparation: Sendable {
    let shardCount: Int
    /// `{"dynamic":…,"properties":{…}}`; nil leaves everything to the server's dynamic mapping.
    let mappings: JSONValue?

    /// The body of `PUT /{index}`.
    var body: JSONValue {
        var object = JSONObject()
        object["settings"] = ["number_of_shards": .integer(Int64(shardCount))]
        if let mappings { object["mappings"] = mappings }
        return .object(object)
    }

    /// Creates the index if it is missing.
    /// - Returns: whether it was created, and which index it is.
    func prepare(
        index: String, on connection: ServerConnection
    ) async throws -> (created: Bool, uuid: String) {
        let created = try await create(index, on: connection)
        let path = "/" + ServerConnection.percentEncoded(index) + "/_settings"
        let answer = try await connection.send(.GET, path)
        guard let json = try? JSONParser.parse(answer.body),
            let uuid = json[index]?["settings"]?["index"]?["uuid"]?.stringValue
        else { throw ImportError("cannot read the index \(index): \(answer.problem)") }
        return (created, uuid)
    }

    private func create(_ index: String, on connection: ServerConnection) async throws -> Bool {
        let path = "/" + ServerConnection.percentEncoded(index)
        let present = try await connection.send(.HEAD, path)
        if present.status == 200 { return false }
        guard present.status == 404 else {
            throw ImportError("cannot look for the index \(index): \(present.problem)")
        }
        let created = try await connection.send(.PUT, path, body: body.encoded())
        if (200..<300).contains(created.status) { return true }
        if created.problem.contains("resource_already_exists") { return false }
        throw ImportError("cannot create the index \(index): \(created.problem)")
    }

    /// Reads `--mapping`: a mapping, or a whole index body with "mappings" in it.
    static func mappings(file path: String) throws -> JSONValue {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ImportError("cannot read the mapping \(path)")
        }
        do {
            let json = try JSONParser.parse(Array(data))
            guard json.objectValue != nil else {
                throw ImportError("\(path) must hold a JSON object such as {\"properties\":{…}}")
            }
            return json["mappings"] ?? json
        } catch let error as JSONError {
            throw ImportError("\(path):\(error.line):\(error.column): \(error.reason)")
        }
    }
}

/// The mappings that come with the importer's own formats.
enum FormatMappings {
    private static let text: JSONValue = ["type": "text", "analyzer": "english"]
    private static let keyword: JSONValue = ["type": "keyword"]
    /// Words to search and a whole value to sort and count by.
    private static let textAndKeyword: JSONValue = [
        "type": "text", "fields": ["keyword": ["type": "keyword", "ignore_above": 256]],
    ]

    static let debianPackages: JSONValue = [
        "properties": [
            "package": textAndKeyword, "version": keyword, "section": keyword,
            "priority": keyword, "architecture": keyword, "description": text, "body": text,
            "homepage": keyword, "maintainer": textAndKeyword, "tags": keyword,
            "installed_size": ["type": "long"], "depends": keyword, "source": keyword,
        ]
    ]

    /// Front matter is mapped as it comes.
    static let folder: JSONValue = [
        "properties": [
            "title": text, "body": text, "path": keyword, "format": keyword,
            "bytes": ["type": "long"], "modified": ["type": "date"],
        ]
    ]

    static func columns(_ columns: [DelimitedColumn]) -> JSONValue {
        var properties = JSONObject()
        for column in columns where column.name != "_id" {
            properties[column.name] = column.mapping
        }
        return ["properties": .object(properties)]
    }
}
