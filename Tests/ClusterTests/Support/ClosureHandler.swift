// Message handlers made of closures.

import Storage

@testable import Cluster

struct ClosureHandler: MessageHandler {
    let body: @Sendable (MessageKind, [UInt8], Instant) async throws -> [UInt8]

    init(_ body: @escaping @Sendable (MessageKind, [UInt8], Instant) async throws -> [UInt8]) {
        self.body = body
    }

    func handle(
        _ kind: MessageKind, _ payload: [UInt8], deadline: Instant
    ) async throws -> [UInt8] {
        try await body(kind, payload, deadline)
    }

    static let echo = ClosureHandler { _, payload, _ in payload }

    /// Opens `entered`, then answers only when it is cancelled, opening `cancelled`.
    static func stuck(entered: Gate, cancelled: Gate) -> ClosureHandler {
        ClosureHandler { _, _, _ in
            entered.open()
            await withTaskCancellationHandler {
                await cancelled.wait()
            } onCancel: {
                cancelled.open()
            }
            throw CancellationError()
        }
    }
}
