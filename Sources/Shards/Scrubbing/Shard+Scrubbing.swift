// Scrubbing: reading what is stored before somebody needs it, and mending what has changed.
//
// The owner answers for the store: the segments of the newest checkpoint, those of the states that
// are kept, and the records that others may still read. Owner and copies answer for the bytes that
// their searches read. An object is never written over: what is damaged is written again under
// another name, and a checkpoint that lists it makes the old one garbage.

import Segments
import Storage

extension Shard {
    /// Reads everything once, at the pace given. What cannot be read now is in the report, like
    /// what was found: nothing is thrown.
    public func scrub(pace: @escaping ScrubPace) async -> ScrubReport {
        let reading = ScrubReading(environment: environment, pace: pace)
        var report = ScrubReport()
        do {
            try checkUsable()
            for name in contents.storedSegments.keys.sorted() {
                try await scrub(segment: name, reading, &report)
            }
            if stand.log != nil {
                try await scrubKept(reading, &report)
                try await scrubLog(reading, &report)
            }
            // The damaged objects go with the next checkpoint but one.
            if report.findings.contains(where: { $0.kind == .segment && $0.isMended }) {
                try await settle()
            }
        } catch {
            report.failure = "\(error)"
        }
        return report
    }

    // MARK: Segments

    private func scrub(
        segment name: String, _ reading: ScrubReading, _ report: inout ScrubReport
    ) async throws {
        try checkUsable()
        guard let entry = contents.storedSegments[name], let stored = entry.stored else { return }
        let inStore = try await storeFault(stored, reading, &report)
        report.objects += 1
        report.bytes += stored.byteCount
        let here = try await reading.fault(here: entry, stored)
        // It may have been merged away, or replaced, meanwhile.
        guard contents.storedSegments[name]?.bytes === entry.bytes else { return }
        switch (inStore, here) {
        case (nil, nil): break
        case (let fault?, nil):
            if isListed(name) {
                report.findings.append(try await rewriteObject(of: entry, fault))
            }
        case (nil, let fault?):
            report.findings.append(await mapAnew(stored, fault))
        case (let fault?, _?):
            report.findings.append(
                ScrubFinding(
                    kind: .segment, object: key(stored),
                    reason: fault + ", and this node's bytes of it are damaged too",
                    remedy: Self.restoring, isMended: false))
        }
    }

    /// The objects that only kept states list: there is nothing to write them again from.
    private func scrubKept(_ reading: ScrubReading, _ report: inout ScrubReport) async throws {
        var seen: Set<String> = []
        for (state, segment) in progress.kept.flatMap({ state in
            state.segments.map { (state.name, $0) }
        }) where contents.storedSegments[segment.name] == nil && seen.insert(segment.name).inserted
        {
            var fault: String?
            for _ in 0..<2 {
                fault = try await reading.fault(
                    inStore: location.segmentPrefix + segment.name, segment.stored)
                report.objects += 1
                report.bytes += segment.byteCount
                if fault == nil { break }
            }
            guard let fault, progress.kept.contains(where: { $0.segments.contains(segment) })
            else { continue }
            try await confirmOwnership()
            report.findings.append(
                ScrubFinding(
                    kind: .segment, object: location.segmentPrefix + segment.name,
                    reason: "\(fault); the snapshot '\(state)' needs it",
                    remedy: "restore the object from a backup and scrub again, or delete the "
                        + "snapshot", isMended: false))
        }
    }

    private static let restoring =
        "restore the object from a backup and scrub again, or delete the index"

    private func key(_ stored: SegmentEntry.Stored) -> String {
        location.segmentPrefix + stored.name
    }

    /// Whether this owner answers for the object.
    private func isListed(_ name: String) -> Bool {
        stand.log != nil && collection.newest?.segments.contains(name) == true
    }

    private func storeFault(
        _ stored: SegmentEntry.Stored, _ reading: ScrubReading, _ report: inout ScrubReport
    ) async throws -> String? {
        // What arrives damaged may have been damaged on its way: not twice.
        var fault: String?
        for _ in 0..<2 where isListed(stored.name) {
            fault = try await reading.fault(inStore: key(stored), stored)
            report.objects += 1
            report.bytes += stored.byteCount
            if fault == nil { return nil }
        }
        guard fault != nil, isListed(stored.name) else { return nil }
        try await confirmOwnership()
        return fault
    }

    /// The object is bad and the bytes here are good.
    private func rewriteObject(
        of entry: SegmentEntry, _ fault: String
    ) async throws(ShardError) -> ScrubFinding {
        let object = location.segmentPrefix + (entry.stored?.name ?? "")
        await rewritingStored.enter()
        defer { rewritingStored.leave() }
        do throws(ShardError) {
            try checkUsable()
            // Somebody else may have merged it away: then the checkpoint does not list it.
            if contents.holds([entry]) { try await merge([entry.number]) }
            return ScrubFinding(
                kind: .segment, object: object, reason: fault,
                remedy: "written again under another name, from this node's bytes",
                isMended: true)
        } catch {
            _ = try owned()
            return ScrubFinding(
                kind: .segment, object: object,
                reason: "\(fault), and it cannot be written again: \(error.reason)",
                remedy: error.remedy, isMended: false)
        }
    }

    /// The bytes here are bad, and those in the store good as far as this node knows.
    private func mapAnew(_ stored: SegmentEntry.Stored, _ fault: String) async -> ScrubFinding {
        await environment.objects.discardCopy(of: key(stored))
        do throws(ShardError) {
            try await read(stored, from: try await rewrite.open(stored))
            return ScrubFinding(
                kind: .copy, object: key(stored), reason: fault, remedy: "fetched again",
                isMended: true)
        } catch {
            return ScrubFinding(
                kind: .copy, object: key(stored),
                reason: "\(fault), and it cannot be fetched again: \(error.reason)",
                remedy: error.remedy, isMended: false)
        }
    }

    /// From now on; searches that are under way keep what they have.
    private func read(
        _ stored: SegmentEntry.Stored, from written: SegmentRewrite.Written
    ) async throws(ShardError) {
        // Whoever begins anew takes over segments that are open.
        try await readingTurn.pass { () async throws(ShardError) in
            try await logTurn.pass { () async throws(ShardError) in
                try checkUsable()
                await memoryTurn.enter()
                defer { memoryTurn.leave() }
                guard let old = contents.read(stored, from: written) else { return }
                published.publish(snapshot.reading(written.reader, insteadOf: old))
            }
        }
    }
}

extension ShardContents {
    /// Returns the reader that is not needed any more; nil when the segment is not here.
    fileprivate func read(
        _ stored: SegmentEntry.Stored, from written: SegmentRewrite.Written
    ) -> SegmentReader? {
        with { state in
            guard let index = state.segments.firstIndex(where: { $0.stored == stored }) else {
                return nil
            }
            let old = state.segments[index]
            state.segments[index] = old.reading(written.reader, written.bytes)
            return old.reader
        }
    }
}
