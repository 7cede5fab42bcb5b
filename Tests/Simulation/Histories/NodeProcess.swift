// One incarnation of a node: it can be stopped for a while, as by SIGSTOP, or killed. Whatever it
// asks of the world passes here, so that a stopped one gets no answer and a dead one does nothing.

import Storage

/// Touched by one thread only.
final class NodeProcess: @unchecked Sendable {
    enum Condition { case running, paused, dead }

    let name: String
    /// The machine, which is the same after a restart.
    let host: String
    private(set) var condition = Condition.running
    private var waiting: [UnsafeContinuation<Void, Never>] = []

    init(name: String, host: String = "") {
        self.name = name
        self.host = host
    }

    /// Returns when the process runs, with true, or is dead, with false.
    func isThere() async -> Bool {
        while condition == .paused {
            await withUnsafeContinuation { waiting.append($0) }
        }
        return condition == .running
    }

    func pause() {
        if condition == .running { condition = .paused }
    }

    func resume() {
        guard condition == .paused else { return }
        condition = .running
        wake()
    }

    func kill() {
        condition = .dead
        wake()
    }

    private func wake() {
        let all = waiting
        waiting = []
        for continuation in all { continuation.resume() }
    }
}

/// A process's own time: it began somewhere, goes a little fast or slow, and its date may jump.
struct NodeTime: NodeClock, @unchecked Sendable {
    let process: NodeProcess
    let clock: VirtualClock
    /// Of this clock at the beginning of the world.
    let origin: Instant
    /// Its seconds per thousand seconds of the world.
    let rate: Int64
    let random: any RandomSource

    var now: Instant {
        Instant(nanoseconds: origin.nanoseconds + clock.now.nanoseconds / 1000 * rate)
    }

    private static let longest = Duration.seconds(1_000_000)

    /// How long that is for everybody.
    func inWorld(_ duration: Duration) -> Duration {
        .nanoseconds(min(duration, Self.longest).wholeNanoseconds / rate * 1000 + 1000)
    }

    var wallMilliseconds: Int64 { Int64(random.next(below: 1 << 42)) }

    func sleep(until deadline: Instant) async throws {
        guard await process.isThere() else { throw CancellationError() }
        try await clock.sleep(for: inWorld(max(.zero, deadline - now)))
        guard await process.isThere() else { throw CancellationError() }
    }
}

/// Computes when it pleases.
struct SimulatedComputePool: ComputePool {
    let process: NodeProcess
    let network: Network

    func run<R: Sendable>(
        _ priority: ComputePriority, _ body: @Sendable @escaping () throws -> R
    ) async throws -> R {
        await network.compute(priority)
        // What a dead process computes reaches nobody.
        _ = await process.isThere()
        return try body()
    }
}
