// Reading by id, and making what was written visible to searches.

import Analysis
import Segments
import Storage

extension Shard {
    /// The newest version of a document, searchable or not; nil when there is none.
    public nonisolated func get(id: String) async throws(ShardError) -> StoredDocument? {
        switch contents.find(DocumentKey(Array(id.utf8))) {
        case .absent, .deleted: return nil
        case .buffered(let document):
            return StoredDocument(
                source: document.source, version: document.version,
                sequenceNumber: document.sequenceNumber,
                primaryTerm: published.terms.term(of: document.sequenceNumber))
        case .segment(let entry, let document):
            let sequenceNumber = entry.reader.sequenceNumber(document)
            let reader = entry.reader
            return StoredDocument(
                source: try await compute(.query) { try reader.source(document) },
                version: reader.version(document), sequenceNumber: sequenceNumber,
                primaryTerm: published.terms.term(of: sequenceNumber))
        }
    }

    /// Makes every acknowledged write visible; returns the slot up to which searches see now.
    @discardableResult
    public func refresh() async throws(ShardError) -> Int64 {
        try checkUsable()
        if hasUnpublished {
            try await memoryTurn.pass { () async throws(ShardError) in
                guard hasUnpublished else { return }
                try await seal()
                publishSnapshot()
            }
        }
        lastRefresh = environment.clock.now
        return snapshot.visibleSlot
    }

    var hasUnpublished: Bool { Int64(progress.newestBatch) > snapshot.visibleSlot }

    /// What the timer does: refreshes once per interval while somebody searches or waits.
    func refreshOnTime() async throws(ShardError) {
        guard let interval = settings.refreshInterval, hasUnpublished, !isClosed else { return }
        let now = environment.clock.now
        let isSearched = published.lastSearch.map { now - $0 < settings.searchIdleAfter } ?? false
        guard isSearched || !visibilityWaiters.isEmpty, now - lastRefresh >= interval else {
            return
        }
        try await refresh()
    }

    /// Returns once searches see the batch in `slot`, by a refresh that somebody else makes.
    public func waitUntilVisible(_ slot: Int64) async throws(ShardError) {
        while snapshot.visibleSlot < slot {
            try checkUsable()
            if settings.refreshInterval == nil || !settings.worksInBackground {
                try await refresh()
                return
            }
            await withCheckedContinuation { visibilityWaiters.append((slot, $0)) }
        }
    }

    // MARK: With memory's turn

    /// Turns the builder into a segment in memory.
    func seal() async throws(ShardError) {
        let (memory, contents) = (memory, contents)
        do throws(ShardError) {
            try await compute { try contents.seal(memory) }
        } catch {
            fail(error)
            throw error
        }
    }

    /// Shows searches all that was applied. The builder must be sealed.
    func publishSnapshot() {
        let slot = max(Int64(progress.newestBatch), snapshot.visibleSlot)
        let views = contents.segments.filter { $0.liveCount > 0 }.map(\.view)
        published.publish(
            ShardSnapshot(
                shard: location.shard, visibleSlot: slot, primaryTerm: progress.terms.newest,
                segments: views, terms: progress.terms))
        events.onVisible?(slot)
        wakeVisibilityWaiters()
    }

    func wakeVisibilityWaiters() {
        let visible = isClosed || failure != nil ? .max : snapshot.visibleSlot
        let ready = visibilityWaiters.filter { $0.slot <= visible }
        visibilityWaiters.removeAll { $0.slot <= visible }
        for waiter in ready { waiter.continuation.resume() }
    }
}

extension ShardContents {
    /// Moves what was built into a segment of its own; on the compute pool, with memory's turn.
    func seal(_ memory: MemorySegment) throws {
        guard let image = try memory.finish() else { return }
        let bytes = MappedBytes(owned: image)
        let number = with { $0.nextNumber }
        let reader = try SegmentReader(bytes, name: "memory-\(number)")
        with { state in
            var entry = SegmentEntry(
                number: number, reader: reader, bytes: bytes, stored: nil, live: nil)
            for document in state.deadBuffered { entry.delete(document) }
            state.nextNumber += 1
            state.seals += 1
            if entry.liveCount > 0 { state.segments.append(entry) }
            state.buffered = [:]
            state.deadBuffered = []
            state.bufferedBytes = 0
            state.builderBytes = 0
        }
    }
}
