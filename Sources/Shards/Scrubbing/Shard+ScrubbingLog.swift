// Scrubbing the log: the records that somebody may still read, that is those above the limit of
// collection. What they say is in this owner's memory or in segments; a checkpoint that covers them
// makes them unnecessary.

import Storage

extension Shard {
    func scrubLog(_ reading: ScrubReading, _ report: inout ScrubReport) async throws {
        guard let log = stand.log else { return }
        let start = firstNeeded
        var audit = LogAudit(
            after: start == progress.covered.slot ? progress.covered.digest : nil)
        for slot in start + 1..<max(start, log.slot) + 1 {
            guard stand.log?.fence == log.fence else { return }
            var checked = audit
            for _ in 0..<2 {
                let object = try await reading.record(location.logKey(slot))
                report.objects += 1
                report.bytes += object?.count ?? 0
                checked = audit
                checked.check(object, slot: slot)
                // What arrives damaged may have been damaged on its way: not twice.
                if checked.faults == audit.faults { break }
            }
            audit = checked
        }
        audit.finish(at: log.position)
        // Those below may have been collected meanwhile.
        let faults = audit.faults.filter { $0.slot > firstNeeded }
        guard stand.log?.fence == log.fence, !faults.isEmpty else { return }
        try await confirmOwnership()
        report.findings += try await mend(faults)
    }

    /// An owner that does not know yet that another one took over would miss what that one has
    /// collected, which may be any record but a fence: so the other's fence is listed, in the slot
    /// of this owner's next record or after it.
    func confirmOwnership() async throws {
        let fence = try owned().fence
        let later = try await environment.objects.list(
            prefix: location.logPrefix, after: location.logKey(try owned().slot)
        ).compactMap { location.slot(ofKey: $0) }
        let log = try owned()
        guard log.fence == fence, later.allSatisfy({ $0 <= log.slot + 1 }) else {
            throw deposedError
        }
        guard let bytes = try await environment.objects.read(location.logKey(log.slot + 1)) else {
            return
        }
        guard (try? LogRecord(bytes, slot: log.slot + 1))?.owner == log.owner,
            try owned().fence == fence
        else { throw deposedError }
    }

    /// Records up to here may be gone, and nobody needs them.
    private var firstNeeded: UInt64 { collection.limit ?? progress.covered.slot }

    private func mend(_ faults: [LogAudit.Fault]) async throws -> [ScrubFinding] {
        var findings: [ScrubFinding] = []
        var rest: [LogAudit.Fault] = []
        for fault in faults {
            if fault.isMissing, await createAgain(fault.slot) {
                findings.append(finding(fault, "written again from memory", isMended: true))
            } else if fault.isMissing, collection.isFence(fault.slot) {
                // An owner that wakes up late could think that it writes there.
                findings.append(
                    finding(fault, "restore this object from a backup", isMended: false))
            } else {
                rest.append(fault)
            }
        }
        guard let last = rest.last else { return findings }
        do throws(ShardError) {
            let wasCovered = progress.covered.slot >= last.slot
            try await cover(last.slot)
            let remedy =
                wasCovered
                ? "a checkpoint made it unnecessary"
                : "what it says was stored in a segment, and a checkpoint made it unnecessary"
            findings += rest.map { finding($0, remedy, isMended: true) }
        } catch {
            _ = try owned()
            let remedy = "do not stop this node until it can store what is in its memory: \(error)"
            findings += rest.map { finding($0, remedy, isMended: false) }
        }
        return findings
    }

    private func finding(
        _ fault: LogAudit.Fault, _ remedy: String, isMended: Bool
    ) -> ScrubFinding {
        ScrubFinding(
            kind: .record, object: location.logKey(fault.slot), reason: fault.reason,
            remedy: remedy, isMended: isMended)
    }

    /// The same bytes in the same slot, as long as they are in memory.
    private func createAgain(_ slot: UInt64) async -> Bool {
        guard case .records(let records) = recent.records(after: slot - 1, byteLimit: 0),
            let bytes = records.first
        else { return false }
        return await environment.objects.create(location.logKey(slot), bytes) == .created
    }

    /// Stores what the records up to this one say, unless that is done, and lets them be
    /// collected: the last checkpoint but one must cover them too.
    private func cover(_ slot: UInt64) async throws(ShardError) {
        if progress.covered.slot < slot {
            await rewritingMemory.enter()
            defer { rewritingMemory.leave() }
            try checkUsable()
            if progress.covered.slot < slot { try await flushOnce() }
        }
        try await logTurn.pass { () async throws(ShardError) in
            try checkUsable()
            _ = try owned()
            try await appendCheckpoint(listing: contents.segments, covering: progress.covered)
        }
        await collectGarbage()
    }
}
