// Sees every object appear and disappear, and so knows the log as it really is: the first object
// that ever was in each slot. Everything anybody is told is held against it.

import Analysis
import Segments
import Storage

@testable import Shards

/// Touched by one thread only.
final class Witness: ObjectObserver, @unchecked Sendable {
    struct Entry {
        let bytes: [UInt8]
        let digest: SHA256Digest
        let record: LogRecord
    }

    struct SeenCheckpoint {
        let slot: UInt64
        let body: CheckpointBody
        let segments: Set<String>
    }

    private let location: ShardLocation
    /// As traces call it.
    private let place: String
    private let record: Record
    let model: Model
    /// By slot, the first in slot 1.
    private(set) var entries: [Entry] = []
    private(set) var checkpoints: [SeenCheckpoint] = []
    /// Slots that a delete has reached.
    private(set) var collected: Set<UInt64> = []
    private(set) var newestAcknowledged: UInt64 = 0
    /// The newest fence.
    private(set) var term: UInt64 = 0
    /// What is stored now.
    var stored: (String) -> [UInt8]? = { _ in nil }
    /// Whether the rules of the log are looked at, or only what clients get to see.
    var isStrict = true
    /// Whether objects may differ from what they were.
    var toleratesDamage = false

    init(location: ShardLocation, record: Record) {
        self.location = location
        place = "shard \(location.shard)"
        self.record = record
        model = Model(record: record)
    }

    var last: UInt64 { UInt64(entries.count) }

    // MARK: Objects

    func created(_ key: String, _ bytes: [UInt8]) {
        guard let slot = location.slot(ofKey: key) else {
            return record.trace(place, "segment", UInt64(bytes.count))
        }
        record.trace(place, "slot", slot)
        if slot <= last {
            // Of a request that was long on its way; the log has passed it.
            return record.note(.recreated)
        }
        guard slot == last + 1 else {
            return record.violated("no gap", "slot \(slot) was created after slot \(last)")
        }
        do throws(CorruptBytes) {
            try append(try LogRecord(bytes, slot: slot), bytes)
        } catch {
            record.violated("readable records", "slot \(slot): \(error)")
        }
    }

    func deleted(_ key: String) {
        record.note(.deletions)
        guard let slot = location.slot(ofKey: key) else {
            return deletedSegment(String(key.dropFirst(location.segmentPrefix.count)))
        }
        record.trace(place, "deleted", slot)
        collected.insert(slot)
        guard isStrict, slot <= last else { return }
        if entries[Int(slot) - 1].record.kind == .fence {
            record.violated("fences stay", "the fence in slot \(slot) was deleted")
        }
        let limit = checkpoints.dropLast().last?.body.coveredSlot ?? 0
        if slot > limit {
            record.violated(
                "what is needed stays", "slot \(slot) was deleted; up to \(limit) would do")
        }
    }

    private func deletedSegment(_ name: String) {
        record.remark("segment \(name) was deleted")
        guard isStrict else { return }
        for checkpoint in checkpoints.suffix(2) where checkpoint.segments.contains(name) {
            record.violated(
                "what is needed stays",
                "segment \(name) was deleted; the checkpoint in slot \(checkpoint.slot) lists it")
        }
    }

    // MARK: The log

    private func append(_ found: LogRecord, _ bytes: [UInt8]) throws(CorruptBytes) {
        if isStrict, found.previous != entries.last?.digest ?? .zero {
            record.violated("an unbroken chain", "slot \(found.slot) continues something else")
        }
        entries.append(Entry(bytes: bytes, digest: SHA256Digest(of: bytes), record: found))
        switch found.kind {
        case .fence:
            term = found.slot
            record.note(.fences)
        case .batch:
            checkOwner(found)
            record.note(.batches)
            model.apply(
                try BatchBody(found.body), slot: found.slot, term: Int64(term))
        case .checkpoint:
            checkOwner(found)
            record.note(.checkpoints)
            try check(found.slot, try CheckpointBody(of: found))
        }
    }

    private func checkOwner(_ found: LogRecord) {
        guard isStrict, term > 0 else { return }
        let owner = entries[Int(term) - 1].record.owner
        if owner != found.owner {
            record.violated(
                "one owner", "\(found.owner) wrote slot \(found.slot) after \(owner)'s fence")
        }
    }

    private func check(_ slot: UInt64, _ body: CheckpointBody) throws(CorruptBytes) {
        let names = body.segmentNames
        checkpoints.append(SeenCheckpoint(slot: slot, body: body, segments: names))
        guard isStrict else { return }
        guard body.coveredSlot < slot else {
            return record.violated("true checkpoints", "slot \(slot) covers itself")
        }
        let covered = body.coveredSlot == 0 ? .zero : entries[Int(body.coveredSlot) - 1].digest
        if covered != body.coveredDigest {
            record.violated("true checkpoints", "the digest in slot \(slot) is another's")
        }
        for segment in body.segments {
            guard let bytes = stored(location.segmentPrefix + segment.name) else {
                record.violated(
                    "segments before checkpoints",
                    "slot \(slot) lists \(segment.name), which is not there")
                continue
            }
            if !toleratesDamage, SHA256Digest(of: bytes) != segment.digest {
                record.violated(
                    "segments before checkpoints", "\(segment.name) is not what slot \(slot) says")
            }
        }
    }

    // MARK: What clients are told

    /// - Parameter first: what whoever answered knew of the log when it was asked, at least.
    func acknowledged(
        _ request: ClientRequest, _ outcomes: [DocumentOutcome], since first: UInt64
    ) {
        guard outcomes.map(\.id) == request.operations.map(\.id) else {
            return record.violated("an answer for each", "request \(request.number)")
        }
        // That nothing is changed is told from what whoever answers knows, and is not in the log:
        // the same request, sent before and still on its way, may be in it.
        if let applied = model.applied[request.number], outcomes.contains(where: \.isDone) {
            newestAcknowledged = max(newestAcknowledged, applied.slot)
            for (outcome, expected) in zip(outcomes, applied.outcomes)
            where !equals(outcome, expected, slot: applied.slot) {
                return record.violated(
                    "true answers", "request \(request.number): \(outcome) for \(expected)")
            }
            return
        }
        if let done = outcomes.first(where: \.isDone) {
            return record.violated(
                "acknowledged is durable",
                "request \(request.number) was told \(done), and it is in no slot")
        }
        // Nothing was changed: true of some moment since it was asked.
        let isTrue = model.states(from: first, through: last).contains { state in
            zip(outcomes, request.operations).allSatisfy { outcome, operation in
                isRefusal(outcome)
                    || outcome.equals(
                        expectation(
                            of: operation, in: state, sequenceNumber: 0, term: Int64(term)),
                        slot: 0)
            }
        }
        if !isTrue {
            record.violated("true answers", "request \(request.number): \(outcomes)")
        }
    }

    private func equals(_ outcome: DocumentOutcome, _ expected: Expected, slot: UInt64) -> Bool {
        // A document that neither fits the mapping nor has its turn may be refused for either.
        if case .failed = expected, isRefusal(outcome) { return true }
        return outcome.equals(expected, slot: slot)
    }

    private func isRefusal(_ outcome: DocumentOutcome) -> Bool {
        model.mayRefuse && outcome.error?.status == 400
    }

    // MARK: After a failure of the power

    /// On a disk, what nobody had synchronised may be gone; never what was acknowledged.
    func settle() {
        var kept = last
        for slot in 1...max(1, last) where slot <= last && !collected.contains(slot) {
            if stored(location.logKey(slot)) == nil {
                kept = slot - 1
                break
            }
        }
        guard kept < last else { return }
        record.remark("the power failure took slots \(kept + 1)...\(last)")
        if newestAcknowledged > kept {
            record.violated(
                "acknowledged is durable",
                "slot \(kept + 1) is gone; slot \(newestAcknowledged) was acknowledged")
        }
        for slot in kept + 1...last where stored(location.logKey(slot)) != nil {
            record.violated("no gap", "slot \(slot) is there and slot \(kept + 1) is gone")
        }
        entries.removeLast(Int(last - kept))
        checkpoints.removeAll { $0.slot > kept }
        term = entries.last { $0.record.kind == .fence }?.record.slot ?? 0
        let batches = entries.filter { $0.record.kind == .batch }.compactMap {
            try? BatchBody($0.record.body)
        }
        model.forget(
            after: kept,
            nextSequenceNumber: Int64(batches.reduce(0) { $0 + $1.operations.count }))
    }
}

extension DocumentOutcome {
    fileprivate var isDone: Bool { error == nil && result != .noop }

    fileprivate func equals(_ expected: Expected, slot: UInt64) -> Bool {
        switch expected {
        case .failed(let status): error?.status == status
        case .noop(let document):
            error == nil && result == .noop && version == document.version
        case .done(let result, let document):
            error == nil && self.result == result && version == document.version
                && sequenceNumber == document.sequenceNumber && primaryTerm == document.term
                && self.slot == Int64(slot)
        }
    }
}
