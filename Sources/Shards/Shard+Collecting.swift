// Deleting objects that nobody needs any more. Failing does no harm: the next time goes over the
// same list again.

import Storage

extension Shard {
    /// A quiet shard gets one more checkpoint after its last merge, so that the segments merged do
    /// not take up room until somebody writes again.
    func settleIfDue() {
        guard settings.worksInBackground, isQuiet, collection.wantsAnother, !isClosed,
            failure == nil, stand.log != nil, !rewritingStored.isTaken, !rewritingMemory.isTaken,
            !logTurn.isTaken, retryMergeAt.map({ environment.clock.now >= $0 }) ?? true
        else { return }
        Task {
            do throws(ShardError) {
                try await self.settle()
            } catch {
                self.postponeMerge(error)
            }
        }
    }

    func settle() async throws(ShardError) {
        try await logTurn.pass { () async throws(ShardError) in
            try checkUsable()
            guard collection.wantsAnother else { return }
            try await appendCheckpoint(listing: contents.segments, covering: progress.covered)
        }
        await collectGarbage()
    }

    func collectGarbage() async {
        guard !isClosed, let fence = stand.log?.fence, collection.limit != nil else { return }
        do {
            try await collectLog(fence)
            try await collectSegments(fence)
        } catch {
            report("old objects could not be deleted; it will be tried again", error)
        }
    }

    /// Before each deletion: a checkpoint whose creation was given up by closing, or by another
    /// owner's record, may be there all the same, and list what this owner thinks nobody does.
    private func mayCollect(_ fence: UInt64) -> Bool {
        !isClosed && failure == nil && stand.log?.fence == fence
    }

    private func collectLog(_ fence: UInt64) async throws {
        let objects = environment.objects
        let slots = try await objects.list(prefix: location.logPrefix, after: nil)
            .compactMap { location.slot(ofKey: $0) }
        for slot in collection.deletable(slots).unknown {
            guard let bytes = try await objects.read(location.logKey(slot)) else { continue }
            do throws(CorruptBytes) {
                collection.note(try LogRecord(bytes, slot: slot).kind, slot: slot)
            } catch {
                // Not known to be no fence, so it stays.
                report("an old log record is damaged", error)
            }
        }
        for slot in collection.deletable(slots).delete where mayCollect(fence) {
            try await objects.delete(location.logKey(slot))
            collection.deleted(slot)
        }
    }

    private func collectSegments(_ fence: UInt64) async throws {
        let keys = try await environment.objects.list(prefix: location.segmentPrefix, after: nil)
        for key in keys where mayCollect(fence) {
            let name = String(key.dropFirst(location.segmentPrefix.count))
            let isGarbage = collection.isGarbage(
                segment: name, fence: location.fence(ofSegment: name), owner: fence,
                inUse: segmentsInUse)
            if isGarbage { try await environment.objects.delete(key) }
        }
    }
}
