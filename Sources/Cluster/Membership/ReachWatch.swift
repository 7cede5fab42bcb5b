// Finds out which leaves this root can reach, and tells the other roots.

import Logging
import Storage

/// Leaves that announce themselves may still be out of reach of those who ask them: the metadata
/// store sees the one, and only roots the other.
actor ReachWatch {
    static let interval = Duration.milliseconds(500)
    static let probeTimeout = Duration.seconds(1)

    private let metadata: any MetadataStore
    private let clock: any NodeClock
    private let logger: Logger
    private let reportInterval: Duration
    private let leaf: @Sendable (LeafNode) -> any LeafService
    private let onChange: @Sendable (Set<String>) -> Void
    private var leaves: [LeafNode] = []
    private var contacts = LeafContacts()
    private var report: ReachReport
    /// Of the entry as far as it is known; nil: there is none.
    private var version: Int64?

    /// - Parameter onChange: Told whenever other leaves are lost than before.
    init(
        holder: String, metadata: any MetadataStore, clock: any NodeClock, lease: Duration,
        logger: Logger, leaf: @escaping @Sendable (LeafNode) -> any LeafService,
        onChange: @escaping @Sendable (Set<String>) -> Void
    ) {
        self.metadata = metadata
        self.clock = clock
        self.logger = logger
        self.leaf = leaf
        self.onChange = onChange
        reportInterval = lease / 3
        report = ReachReport(holder: holder, lost: [])
    }

    /// Probes these leaves from now on.
    func watch(_ leaves: [LeafNode]) { self.leaves = leaves }

    /// Probes and reports until the task is cancelled; the report is then withdrawn.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.repeatedly(every: Self.interval) { await self.probe() } }
            group.addTask {
                await self.repeatedly(every: self.reportInterval) { await self.tell() }
            }
        }
        guard let version else { return }
        let (metadata, key) = (metadata, report.key)
        // The task is cancelled.
        _ = await Task {
            try? await metadata.compareAndSet(key, expected: version, value: nil)
        }.value
    }

    /// One round.
    func probe() async {
        let deadline = clock.now + Self.probeTimeout
        let (leaf, probed) = (leaf, leaves)
        let answered = await withTaskGroup(of: String?.self) { group in
            for node in probed {
                group.addTask {
                    do {
                        try await leaf(node).ping(deadline: deadline)
                        return node.name
                    } catch {
                        return nil
                    }
                }
            }
            return await group.reduce(into: Set<String>()) { if let name = $1 { $0.insert(name) } }
        }
        contacts.update(probed.map(\.name), answered: answered, now: clock.now)
        note(contacts.lost)
    }

    /// Renews the report. A store that is away is tried again the next time.
    func tell() async {
        // A root that has just started would say that it misses nobody.
        guard contacts.isInformed else { return }
        report.beat += 1
        do {
            let outcome = try await metadata.compareAndSet(
                report.key, expected: version, value: report.encoded())
            if case .stored(let stored) = outcome {
                version = stored
            } else {
                version = try await metadata.get(report.key)?.version
            }
        } catch {
            logger.debug("the report cannot be written", metadata: ["error": "\(error)"])
        }
    }

    private func note(_ lost: Set<String>) {
        if lost == report.lost { return }
        for name in lost.subtracting(report.lost).sorted() {
            logger.warning(
                "A leaf announces itself and cannot be reached.", metadata: ["leaf": "\(name)"])
        }
        for name in report.lost.subtracting(lost).sorted() {
            logger.notice("A leaf is not out of reach any more.", metadata: ["leaf": "\(name)"])
        }
        report.lost = lost
        onChange(lost)
    }

    private nonisolated func repeatedly(
        every interval: Duration, _ work: @Sendable () async -> Void
    ) async {
        while !Task.isCancelled {
            let next = clock.now + interval
            await work()
            do { try await clock.sleep(until: next) } catch { return }
        }
    }
}
