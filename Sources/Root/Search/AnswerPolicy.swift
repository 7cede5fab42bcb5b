// When an answer in part is an answer, and what is said about what is missing.

import Cluster
import Queries

enum AnswerPolicy {
    /// - Throws: `RequestError` when nothing could be searched, or something could not and the
    ///   request
    ///   wants all or nothing.
    static func check(
        _ gathered: [GatheredIndex], _ request: SearchRequest
    ) throws(RequestError) {
        let shards = summary(gathered)
        guard shards.failed > 0 else { return }
        let first = shards.failures.first
        if shards.successful == 0 {
            // What every leaf refuses alike is the request's fault, or everybody's overload.
            if let error = gathered.flatMap(\.errors).first, (400..<500).contains(error.status) {
                throw RequestError(
                    type: error.type, reason: error.reason, status: error.status,
                    index: first?.index)
            }
            throw RequestError(
                type: "search_phase_execution_exception",
                reason: "all shards failed: " + describe(first), status: 503, index: first?.index)
        }
        if !request.allowPartialResults {
            throw RequestError(
                type: "search_phase_execution_exception",
                reason: "Partial shards failure (\(shards.failed) of \(shards.total) shards, and "
                    + "allow_partial_search_results is false): " + describe(first),
                status: 503, index: first?.index)
        }
    }

    private static func describe(_ failure: ShardFailure?) -> String {
        guard let failure else { return "no reason was given" }
        return "[\(failure.index)][\(failure.shard)] on [\(failure.node ?? "no node")]: "
            + "\(failure.type): \(failure.reason)"
    }

    static func summary(_ gathered: [GatheredIndex]) -> ShardsSummary {
        let total = gathered.reduce(0) { $0 + $1.plan.shardCount }
        let failures = gathered.flatMap(\.failures)
        return ShardsSummary(
            total: total, successful: total - failures.count, failed: failures.count,
            failures: failures)
    }

    /// Share of the shards that was searched.
    static func coverage(_ shards: ShardsSummary) -> Double {
        shards.total == 0 ? 1 : Double(shards.successful) / Double(shards.total)
    }

    /// Of the indices all of whose shards answered.
    static func generations(_ gathered: [GatheredIndex]) -> [IndexGeneration] {
        gathered.compactMap { index in
            guard index.failures.isEmpty else { return nil }
            var slots = Array(repeating: Int64(-1), count: index.plan.shardCount)
            for response in index.responses {
                for (shard, slot) in response?.slots ?? [:] where slots.indices.contains(shard) {
                    slots[shard] = slot
                }
            }
            return IndexGeneration(
                indexUUID: index.plan.indexUUID, schemaVersion: index.plan.schemaVersion,
                slots: slots)
        }
    }
}
