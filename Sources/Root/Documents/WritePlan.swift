// Which operation goes to which shard, with the outcomes put back in the caller's order.

import Analysis
import Cluster
import Queries

/// One index's part of a write, sorted by shard.
struct WritePlan: Sendable {
    /// Operations of one shard, and where each is in the caller's request.
    struct Group: Sendable {
        var shard: Int
        var operations: [DocumentOperation]
        var places: [Int]
    }

    let index: IndexMetadata
    /// By shard number.
    private(set) var groups: [Group]

    init(index: IndexMetadata, items: [(place: Int, operation: DocumentOperation)]) {
        self.index = index
        var byShard: [Int: Group] = [:]
        for (place, operation) in items {
            let shard = DocumentRouting.shard(
                operation.routing ?? operation.id, shardCount: index.shardCount)
            byShard[shard, default: Group(shard: shard, operations: [], places: [])]
                .operations.append(operation)
            byShard[shard]?.places.append(place)
        }
        groups = byShard.values.sorted { $0.shard < $1.shard }
    }

    /// Why an operation cannot be sent anywhere; nil when it can.
    static func fault(in operation: DocumentOperation) -> DocumentFailure? {
        let length = operation.id.utf8.count
        guard length > 0 else {
            return DocumentFailure(
                type: "action_request_validation_exception",
                reason: "an id must be given to update or delete a document", status: 400)
        }
        guard length <= maximumIDBytes else {
            return DocumentFailure(
                type: "illegal_argument_exception",
                reason: "id is too long, must be no longer than \(maximumIDBytes) bytes but was: "
                    + "\(length)", status: 400)
        }
        return nil
    }

    /// Longest `_id`, in bytes of UTF-8.
    static let maximumIDBytes = 512
}
