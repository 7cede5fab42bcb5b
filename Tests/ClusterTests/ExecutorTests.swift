// Where the tasks that answer messages run.

import Storage
import Testing

@testable import Cluster

/// Tells with each answer whether it was made on the executor of its choice.
private struct ChoosyHandler: MessageHandler {
    let pool = WorkerComputePool(threads: 1)

    func executor(for kind: MessageKind) -> (any TaskExecutor)? {
        kind == .search ? pool.queryExecutor : nil
    }

    func handle(
        _ kind: MessageKind, _ payload: [UInt8], deadline: Instant
    ) async throws -> [UInt8] {
        let wanted = pool.queryExecutor?.asUnownedTaskExecutor()
        return [withUnsafeCurrentTask { $0?.unownedTaskExecutor } == wanted ? 1 : 0]
    }
}

@Suite(.timeLimit(.minutes(1)))
struct ExecutorTests {
    @Test(arguments: TransportKind.allCases)
    func handlersRunWhereTheyWant(_ kind: TransportKind) async throws {
        let fixture = try await TransportFixture(kind, ChoosyHandler())
        #expect(try await fixture.call(.search) == [1])
        #expect(try await fixture.call(.ping) == [0])
        await fixture.stop()
    }
}
