// Merges a partial document into a stored one: objects member by member, all else replaced.

import Analysis

enum PartialUpdate {
    /// The merged document; nil when it equals the stored one.
    static func merge(
        _ partial: [UInt8], into stored: [UInt8]
    ) throws(DocumentFailure) -> [UInt8]? {
        guard case .object(let change) = try parse(partial) else {
            throw DocumentFailure(
                type: "mapper_parsing_exception",
                reason: "the partial document of an update must be an object", status: 400)
        }
        let old = try parse(stored)
        let merged = merge(change, into: old)
        return merged == old ? nil : merged.encoded()
    }

    static func merge(_ change: JSONObject, into old: JSONValue) -> JSONValue {
        guard case .object(var result) = old else { return .object(change) }
        for (key, value) in change {
            if case .object(let inner) = value, let present = result[key],
                case .object = present
            {
                result[key] = merge(inner, into: present)
            } else {
                result[key] = value
            }
        }
        return .object(result)
    }

    static func unreadable(_ id: String) -> DocumentFailure {
        DocumentFailure(
            type: "corrupt_index_exception",
            reason: "[\(id)]: the stored document cannot be read; index it as a whole instead",
            status: 503)
    }

    private static func parse(_ bytes: [UInt8]) throws(DocumentFailure) -> JSONValue {
        do throws(JSONError) {
            return try JSONParser.parse(bytes)
        } catch {
            throw DocumentFailure(
                type: "mapper_parsing_exception", reason: "failed to parse: \(error)",
                status: 400)
        }
    }
}
