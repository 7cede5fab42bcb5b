// The bodies of `_aliases` and `_alias`.

import Analysis
import Cluster
import Queries

enum AliasActions {
    private static let example =
        "{\"actions\": [{\"add\": {\"index\": \"books-2\", \"alias\": \"books\"}}, "
        + "{\"remove\": {\"index\": \"books-1\", \"alias\": \"books\"}}]}"

    static func parse(_ body: [UInt8]) throws -> [AliasChange] {
        let json = try JSONParser.parse(body)
        guard case .object(let object) = json, object.keys == ["actions"],
            let actions = json["actions"]?.arrayValue, !actions.isEmpty
        else { throw RequestError.parsing("[aliases] needs a body like \(example)") }
        return try actions.map(change)
    }

    private static func change(_ action: JSONValue) throws(RequestError) -> AliasChange {
        guard case .object(let object) = action, object.count == 1,
            let member = object.members.first, case .object(let details) = member.value
        else { throw .parsing("an action of [aliases] looks as in \(example)") }
        let isAdding = member.key == "add"
        guard isAdding || member.key == "remove" else {
            throw .parsing("[aliases] does not support [\(member.key)]; known are [add, remove]")
        }
        try check(
            details,
            ["index", "indices", "alias", "aliases"]
                + [isAdding ? "is_write_index" : "must_exist"], member.key)
        let indices = try names(details, "index", "indices", member.key)
        let aliases = try names(details, "alias", "aliases", member.key)
        if isAdding {
            return .add(
                indices: indices, aliases: aliases,
                isWriteIndex: try flag(details, "is_write_index"))
        }
        return .remove(
            indices: indices, aliases: aliases,
            mustExist: try flag(details, "must_exist") ?? true)
    }

    /// `{"is_write_index": true}`, or nothing.
    static func options(_ body: [UInt8]) throws -> Bool? {
        if body.isEmpty { return nil }
        guard case .object(let object) = try JSONParser.parse(body) else {
            throw RequestError.parsing("[alias] takes a body like {\"is_write_index\": true}")
        }
        try check(object, ["is_write_index"], "alias")
        return try flag(object, "is_write_index")
    }

    private static func check(
        _ object: JSONObject, _ known: [String], _ place: String
    ) throws(RequestError) {
        for key in object.keys where !known.contains(key) {
            throw .parsing(
                "[\(place)] does not support [\(key)]; known are "
                    + "[\(known.joined(separator: ", "))]")
        }
    }

    /// A name, or several in either form.
    private static func names(
        _ object: JSONObject, _ one: String, _ several: String, _ place: String
    ) throws(RequestError) -> [String] {
        let values = [object[one], object[several]].compactMap(\.self)
        guard values.count == 1 else { throw .parsing("[\(place)] needs [\(one)] or [\(several)]") }
        var names: [String] = []
        for value in values[0].arrayValue ?? values {
            guard let name = value.stringValue, !name.isEmpty else {
                throw .parsing("[\(one)] of [\(place)] must be a name or an array of names")
            }
            names.append(name)
        }
        guard !names.isEmpty else { throw .parsing("[\(several)] of [\(place)] is empty") }
        return names
    }

    private static func flag(_ object: JSONObject, _ key: String) throws(RequestError) -> Bool? {
        guard let value = object[key], !value.isNull else { return nil }
        guard let flag = value.boolValue else { throw .parsing("[\(key)] must be true or false") }
        return flag
    }
}
