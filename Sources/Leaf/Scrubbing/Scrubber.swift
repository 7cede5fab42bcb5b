// Reads this leaf's shards again and again, slowly, and tells what it found.

import Cluster
import Logging
import Metrics
import Shards
import Storage
import Synchronization

final class Scrubber: Sendable {
    private struct State {
        var plan: ScrubPlan
        /// Of the last time each shard was read.
        var reports: [ShardKey: ScrubReport] = [:]
    }

    /// The age is measured anew at least so often.
    private static let lookInterval = Duration.seconds(15)

    private let table: ShardTable
    private let permits: SearchPermits
    private let clock: any NodeClock
    private let logger: Logger
    private let measures: ScrubMeasures
    private let state: Mutex<State>
    private let requests = VisibilityFeed(first: 0)

    init(
        leaf: String, table: ShardTable, permits: SearchPermits, settings: ScrubPlan.Settings,
        clock: any NodeClock, random: any RandomSource, logger: Logger
    ) {
        self.table = table
        self.permits = permits
        self.clock = clock
        self.logger = logger
        measures = ScrubMeasures(leaf: leaf)
        state = Mutex(State(plan: ScrubPlan(settings, random: random, now: clock.now)))
    }

    /// Until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            let sequence = requests.sequence
            guard let due = await step() else { continue }
            await requests.wait(
                since: sequence, until: min(due, clock.now + Self.lookInterval), clock: clock)
        }
    }

    /// Reads one shard, if any is due; else tells when one will be.
    func step() async -> Instant? {
        let now = clock.now
        let held = table.openShards.map(\.key).sorted()
        let (step, age) = state.withLock { state in
            let step = state.plan.next(held: held, now: now)
            let known = Set(held)
            state.reports = state.reports.filter { known.contains($0.key) }
            return (step, held.map { state.plan.age($0, now: now) }.max() ?? .zero)
        }
        measures.note(age: age)
        switch step {
        case .scrub(let key):
            await scrub(key)
            return nil
        case .wait(let due): return due
        }
    }

    /// Has these shards read now.
    func request(_ keys: [ShardKey]) {
        state.withLock { $0.plan.request(keys) }
        requests.changed()
    }

    /// What is known of an open shard.
    func status(_ key: ShardKey) -> ScrubbedShard {
        let now = clock.now
        return state.withLock { state in
            let report = state.reports[key] ?? ScrubReport()
            return ScrubbedShard(
                indexUUID: key.indexUUID, shard: key.shard, isPending: state.plan.isPending(key),
                age: state.plan.age(key, now: now), objectCount: Int64(report.objects),
                byteCount: Int64(report.bytes),
                findings: report.findings.map { finding in
                    ScrubbedDamage(
                        kind: finding.kind.rawValue, object: finding.object,
                        reason: finding.reason, remedy: finding.remedy,
                        isMended: finding.isMended)
                }, failure: report.failure)
        }
    }

    /// What could not be mended; nil when nothing is known.
    func damage(_ key: ShardKey) -> String? {
        state.withLock { state in
            let findings = state.reports[key]?.findings.filter { !$0.isMended } ?? []
            guard let first = findings.first else { return nil }
            let more = findings.count > 1 ? " (and \(findings.count - 1) more)" : ""
            return "\(first.object): \(first.reason); \(first.remedy)\(more)"
        }
    }

    private func scrub(_ key: ShardKey) async {
        let began = clock.now
        let report: ScrubReport
        if let shard = table.openShard(key) {
            report = await shard.scrub { try await self.pace($0) }
            tell(report, shard.location)
        } else {
            report = ScrubReport()
        }
        let outcome: ScrubPlan.Outcome =
            report.isSound ? .sound : report.failure == nil ? .damaged : .failed
        state.withLock { state in
            state.plan.finished(key, outcome, began: began, now: clock.now)
            let known = Set(state.reports[key]?.findings ?? [])
            measures.note(report, known: known)
            state.reports[key] = report
        }
    }

    private func pace(_ byteCount: Int) async throws {
        while true {
            try Task.checkCancellation()
            let isBusy = permits.isBusy
            let until = state.withLock {
                $0.plan.wait(toRead: byteCount, isBusy: isBusy, now: clock.now)
            }
            guard let until else { return }
            try await clock.sleep(until: until)
        }
    }

    private func tell(_ report: ScrubReport, _ location: ShardLocation) {
        for finding in report.findings {
            logger.log(
                level: finding.isMended ? .warning : .error,
                finding.isMended
                    ? "Stored bytes were damaged and are mended."
                    : "Stored bytes are damaged and cannot be mended.",
                metadata: [
                    "shard": "\(location)", "object": "\(finding.object)",
                    "reason": "\(finding.reason)", "remedy": "\(finding.remedy)",
                ])
        }
        if let failure = report.failure, !Task.isCancelled {
            logger.warning(
                "A shard's stored bytes cannot be read again now; it will be tried later.",
                metadata: ["shard": "\(location)", "error": "\(failure)"])
        }
    }
}
