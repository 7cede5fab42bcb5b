// The hits of a search answer, as an evaluation needs them.

import Analysis

enum SearchAnswer {
    /// The hits of an answer, best first.
    /// - Throws: `EvalError` when the answer is partial, is none, or has a document twice: such
    ///   rankings measure nothing.
    static func hits(_ body: [UInt8], topic: Identifier) throws -> [RankedHit] {
        let answer: JSONValue
        do {
            answer = try JSONParser.parse(body)
        } catch {
            throw EvalError("the answer to topic \(topic) is no JSON: \(error)")
        }
        let failed = answer["_shards"]?["failed"]?.integerValue ?? 0
        if failed > 0 {
            let all = answer["_shards"]?["total"]?.integerValue ?? failed
            throw EvalError(
                "\(failed) of \(all) shards did not answer topic \(topic); `canopy status` says "
                    + "what is missing, then evaluate again")
        }
        if answer["timed_out"]?.boolValue == true {
            throw EvalError(
                "the search for topic \(topic) ran out of time; a lower --concurrency or a larger "
                    + "\"timeout\" in the template gives it more")
        }
        guard let found = answer["hits"]?["hits"]?.arrayValue else {
            throw EvalError(
                "the answer to topic \(topic) has no hits: is the address a search engine's?")
        }
        var seen: Set<Identifier> = []
        seen.reserveCapacity(found.count)
        return try found.map { hit in
            guard let id = hit["_id"]?.stringValue else {
                throw EvalError("a hit for topic \(topic) has no _id")
            }
            let document = Identifier(id)
            guard seen.insert(document).inserted else {
                throw EvalError(
                    "document \(document) was found twice for topic \(topic); evaluate one index "
                        + "at a time")
            }
            return RankedHit(document: document, score: hit["_score"]?.doubleValue)
        }
    }
}
