// A page of items as the metadata store keeps it: JSON, with members left out that say nothing.

import Analysis

/// Items that are kept in one entry: few enough for a small value, many enough for few entries.
enum QueuePage {
    static let itemCount = 64

    static func encoded(_ items: [WorkItem]) -> [UInt8] {
        JSONValue.object(JSONObject([("items", .array(items.map(\.json)))])).encoded()
    }

    /// - Throws: `QueueError` for bytes that are no page.
    static func items(_ bytes: [UInt8], key: String) throws -> [WorkItem] {
        if let json = try? JSONParser.parse(bytes), let values = json["items"]?.arrayValue {
            let items = values.compactMap(WorkItem.init(json:))
            if items.count == values.count, items.count <= itemCount { return items }
        }
        throw QueueError(
            place: "metadata '\(key)'", reason: "it is no page of a queue's items, or damaged",
            remedy: "Delete the queue and create it again: nothing is doubled by that")
    }
}

extension WorkItem {
    var json: JSONValue {
        var object = JSONObject()
        source.write(to: &object)
        switch state {
        case .waiting: break
        case .done: object["state"] = "done"
        case .failed: object["state"] = "failed"
        case .claimed(let claim):
            object["state"] = "claimed"
            object["holder"] = .string(claim.holder)
            object["beat"] = .integer(claim.beat)
            object.set("rate", claim.documentsPerSecond)
        }
        object.set("claims", Int64(claimCount))
        object.set("failures", Int64(failures))
        object.set("reason", reason)
        object.set("batches", Int64(progress.batches))
        object.set("at_byte", progress.position.byteOffset)
        object.set("at_path", progress.position.path)
        object.set("indexed", progress.indexed)
        object.set("refused", progress.refused)
        object.set("sent_bytes", progress.byteCount)
        if !progress.examples.isEmpty {
            object["examples"] = .array(progress.examples.map(\.json))
        }
        return .object(object)
    }

    init?(json: JSONValue) {
        guard let source = ItemSource(json: json) else { return nil }
        self.source = source
        guard let claims = Self.count(json["claims"]), let failures = Self.count(json["failures"]),
            let batches = Self.count(json["batches"]), let offset = Self.count(json["at_byte"]),
            let indexed = Self.count(json["indexed"]), let refused = Self.count(json["refused"]),
            let sent = Self.count(json["sent_bytes"]),
            let examples = Self.examples(json["examples"])
        else { return nil }
        claimCount = Int(claims)
        self.failures = Int(failures)
        reason = json["reason"]?.stringValue
        progress = ItemProgress(
            batches: Int(batches),
            position: ReadPosition(byteOffset: offset, path: json["at_path"]?.stringValue),
            indexed: indexed, refused: refused, byteCount: sent, examples: examples)
        switch json["state"]?.stringValue {
        case nil: state = .waiting
        case "done": state = .done
        case "failed": state = .failed
        case "claimed":
            guard let holder = json["holder"]?.stringValue, let beat = Self.count(json["beat"]),
                let rate = Self.count(json["rate"])
            else { return nil }
            state = .claimed(
                ItemClaim(
                    holder: holder, number: claimCount, beat: beat, documentsPerSecond: rate))
        default: return nil
        }
    }

    /// A number that is not negative; one that is left out is zero.
    fileprivate static func count(_ value: JSONValue?) -> Int64? {
        guard let value else { return 0 }
        return value.integerValue.flatMap { $0 >= 0 ? $0 : nil }
    }

    private static func examples(_ value: JSONValue?) -> [RefusedDocument]? {
        guard let value else { return [] }
        guard let values = value.arrayValue else { return nil }
        let examples = values.compactMap(RefusedDocument.init(json:))
        return examples.count == values.count ? examples : nil
    }
}

extension ItemSource {
    fileprivate func write(to object: inout JSONObject) {
        switch place {
        case .file(let path): object["file"] = .string(path)
        case .object(let key): object["object"] = .string(key)
        case .shard(let number):
            object["shard"] = .integer(Int64(number))
            return
        }
        object["name"] = .string(name)
        object["format"] = .string(format.rawValue)
        if let bytes {
            object["start"] = .integer(bytes.lowerBound)
            object["end"] = .integer(bytes.upperBound)
        }
        object.set("lines_before", linesBefore)
        object.set("after", after)
        object.set("through", through)
        object.set("size", byteCount)
        object.set("modified", modified)
    }

    fileprivate init?(json: JSONValue) {
        if let shard = json["shard"] {
            guard let number = WorkItem.count(shard).flatMap({ Int(exactly: $0) }) else {
                return nil
            }
            self = .shard(number)
            return
        }
        guard let name = json["name"]?.stringValue,
            let format = json["format"]?.stringValue.flatMap(SourceFormat.init(rawValue:)),
            let lines = WorkItem.count(json["lines_before"]),
            let size = WorkItem.count(json["size"])
        else { return nil }
        if let path = json["file"]?.stringValue {
            place = .file(path)
        } else if let key = json["object"]?.stringValue {
            place = .object(key)
        } else {
            return nil
        }
        (self.name, self.format, linesBefore) = (name, format, lines)
        byteCount = size
        modified = json["modified"]?.integerValue ?? 0
        after = json["after"]?.stringValue
        through = json["through"]?.stringValue
        if json["start"] != nil || json["end"] != nil {
            guard let start = json["start"]?.integerValue, let end = json["end"]?.integerValue,
                start >= 0, start <= end
            else { return nil }
            bytes = start..<end
        }
    }
}

extension RefusedDocument {
    var json: JSONValue {
        var object = JSONObject()
        object["source"] = .string(place.source)
        object["line"] = .integer(place.line)
        object.set("id", id.isEmpty ? nil : id)
        object["reason"] = .string(reason)
        return .object(object)
    }

    init?(json: JSONValue) {
        guard let source = json["source"]?.stringValue, let line = json["line"]?.integerValue,
            let reason = json["reason"]?.stringValue
        else { return nil }
        self.init(
            place: RecordPlace(source: source, line: line), id: json["id"]?.stringValue ?? "",
            reason: reason)
    }
}

extension JSONObject {
    /// Left out where it is nil or zero.
    fileprivate mutating func set(_ key: String, _ value: Int64) {
        if value != 0 { self[key] = .integer(value) }
    }

    fileprivate mutating func set(_ key: String, _ value: String?) {
        if let value { self[key] = .string(value) }
    }
}
