// Reads what the server says about each document of a bulk request.

import Analysis

/// The fate of a bulk request's items, in request order.
struct BulkAnswer: Equatable {
    enum Fate: Equatable {
        case done
        /// The server is busy: this item may be sent again.
        case retry(reason: String)
        case refused(reason: String)
    }

    let fates: [Fate]

    /// Statuses of items and requests that mean "later", not "never".
    static let busyStatuses: Set<Int> = [429, 502, 503, 504]

    /// Parses an answer. One without errors, the usual case, is not parsed further than its head.
    /// - Throws: `ImportError` when it is not the answer to `count` items.
    init(_ body: [UInt8], count: Int) throws {
        if Self.saysNoErrors(body) {
            fates = [Fate](repeating: .done, count: count)
            return
        }
        let json: JSONValue
        do {
            json = try JSONParser.parse(body)
        } catch {
            throw ImportError("the server's answer to a bulk request is no JSON: \(error)")
        }
        guard let items = json["items"]?.arrayValue, items.count == count else {
            throw ImportError(
                "the server answered \(json["items"]?.arrayValue?.count ?? 0) items "
                    + "to a bulk request of \(count)")
        }
        fates = items.map(Self.fate)
    }

    private static func fate(_ item: JSONValue) -> Fate {
        guard let outcome = item.objectValue?.members.first?.value,
            let status = outcome["status"]?.integerValue
        else { return .refused(reason: "the server's answer for this item has no status") }
        if (200..<300).contains(status) { return .done }
        let type = outcome["error"]?["type"]?.stringValue
        let words = outcome["error"]?["reason"]?.stringValue ?? "status \(status)"
        let cause = outcome["error"]?["caused_by"]?["reason"]?.stringValue
        let reason = [type, words, cause].compactMap { $0 }.joined(separator: ": ").printable
        return busyStatuses.contains(Int(status))
            ? .retry(reason: reason) : .refused(reason: reason)
    }

    /// Whether `"errors":false` comes before the items, as it always does (took, errors, items).
    private static func saysNoErrors(_ body: [UInt8]) -> Bool {
        let head = body.prefix(200)
        let wanted = Array("\"errors\":false".utf8)
        let items = Array("\"items\"".utf8)
        for start in head.indices {
            let rest = head[start...]
            if rest.starts(with: wanted) { return true }
            if rest.starts(with: items) { return false }
        }
        return false
    }
}
