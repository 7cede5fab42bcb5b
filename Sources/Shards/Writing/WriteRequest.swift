// A write that waits for its answer.

import Analysis
import Storage

/// Touched by its shard only.
final class WriteRequest {
    typealias Outcomes = Result<[DocumentOutcome], ShardError>

    let plan: PlanRequest
    let byteCount: Int
    let schemaFor: @Sendable (Schema) async throws -> Schema
    private var continuation: CheckedContinuation<Outcomes, Never>?

    init(
        _ plan: PlanRequest, byteCount: Int,
        schemaFor: @escaping @Sendable (Schema) async throws -> Schema,
        _ continuation: CheckedContinuation<Outcomes, Never>
    ) {
        self.plan = plan
        self.byteCount = byteCount
        self.schemaFor = schemaFor
        self.continuation = continuation
    }

    /// The first answer counts.
    func answer(_ outcomes: Outcomes) {
        continuation?.resume(returning: outcomes)
        continuation = nil
    }
}
