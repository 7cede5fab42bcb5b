// Asks the object store again and again whether it is there.

import Logging
import Storage

/// Writes would tell, too, but late; and a leaf without writes should be given none when it could
/// not store them.
public struct StoreWatch: Sendable {
    static let interval = Duration.seconds(1)
    static let probeTimeout = Duration.seconds(2)
    /// Not there: what is asked for is whether the store answers.
    static let key = "probe/health"

    private let objects: any ObjectStore
    private let clock: any NodeClock
    private let logger: Logger

    public init(objects: any ObjectStore, clock: any NodeClock, logger: Logger) {
        self.objects = objects
        self.clock = clock
        self.logger = logger
    }

    /// Until the task is cancelled; tells each change.
    public func run(_ tell: (_ isUnwell: Bool) async -> Void) async {
        var health = StoreHealth()
        while !Task.isCancelled {
            let next = clock.now + Self.interval
            let answered = await probe()
            if Task.isCancelled { return }
            let before = health.isUnwell
            health.update(answered: answered, now: clock.now)
            if health.isUnwell != before {
                logger.warning(
                    health.isUnwell
                        ? "The object store does not answer; others had better own the shards."
                        : "The object store answers again.")
                await tell(health.isUnwell)
            }
            do { try await clock.sleep(until: next) } catch { return }
        }
    }

    private func probe() async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do { _ = try await objects.size(Self.key) } catch { return false }
                return true
            }
            group.addTask {
                try? await clock.sleep(for: Self.probeTimeout)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }
}
