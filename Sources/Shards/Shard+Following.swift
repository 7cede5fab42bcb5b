// Following the log: applying what its owner appended, streamed by the owner or read from the
// object store.

import Analysis
import Storage

extension Shard {
    /// The newest record of the log that is in memory.
    public nonisolated var appliedSlot: UInt64 { published.appliedSlot }

    /// Committed records after `slot` that are still in memory; see `RecentRecords`.
    /// - Parameter byteLimit: more are given only when the first is larger by itself.
    public nonisolated func records(after slot: UInt64, byteLimit: Int) -> RecentRecords {
        recent.records(after: slot, byteLimit: byteLimit)
    }

    /// Applies records as the owner streamed them. Those known already are skipped; an owner
    /// knows them all.
    /// - Throws: `ShardError` when they do not continue what the copy has: `catchUp` then does.
    public func follow(_ records: [[UInt8]]) async throws(ShardError) {
        try checkUsable()
        let read: [ReadRecord]
        do {
            read = try await environment.compute.run(.write) {
                try records.map { bytes in
                    ReadRecord(
                        record: try LogRecord(bytes), digest: SHA256Digest(of: bytes),
                        bytes: bytes)
                }
            }
        } catch {
            throw discontinuity("\(error)")
        }
        guard try await follow(read) else {
            throw discontinuity("the next record replaces everything before it")
        }
    }

    /// Reads what follows in the store until nothing does. Where the log was collected beyond
    /// this copy, begins anew from the newest checkpoint. Returns at once for an owner.
    public func catchUp() async throws(ShardError) {
        try checkUsable()
        try await readingTurn.pass { () async throws(ShardError) in try await readOn() }
    }

    /// Returns once searches see what the batch in `slot` wrote.
    /// - Throws: `ShardError`, also when the log does not go so far.
    public nonisolated func ensureVisible(_ slot: Int64) async throws(ShardError) {
        if snapshot.visibleSlot < slot { try await reach(slot) }
    }

    private func reach(_ slot: Int64) async throws(ShardError) {
        try await ensureApplied(slot)
        try await refresh()
    }

    /// Returns once gets see what the batch in `slot` wrote.
    /// - Throws: `ShardError`, also when the log does not go so far.
    public func ensureApplied(_ slot: Int64) async throws(ShardError) {
        try checkUsable()
        if appliedSlot < slot {
            try await stepDownIfOvertaken()
            try await readingTurn.pass { () async throws(ShardError) in
                if appliedSlot < slot { try await readOn() }
            }
        }
        guard appliedSlot >= slot else {
            throw ShardError(
                .unavailable, place: location.description,
                reason: "slot \(slot) was asked for, but the log ends at slot \(appliedSlot)",
                remedy: "try again, or ask another copy")
        }
    }

    /// An owner that slept while others owned the shard learns of it at its next write; whoever has
    /// reason to doubt can ask before. One list.
    public func stepDownIfOvertaken() async throws(ShardError) {
        guard stand.log != nil else { return }
        // Its own next record may be there already.
        let key = location.logKey(appliedSlot + 1)
        let later: [String]
        do {
            later = try await environment.objects.list(prefix: location.logPrefix, after: key)
        } catch {
            throw ShardError(
                .unavailable, place: location.description,
                reason: "the log cannot be listed: \(error)",
                remedy: "see that the object store can be reached, then try again")
        }
        guard let last = later.compactMap({ location.slot(ofKey: $0) }).max(),
            last > appliedSlot + 1
        else { return }
        await stepDown()
    }

    // MARK: With the reading turn

    func readOn() async throws(ShardError) {
        let driver = LogReaderDriver(location: location, environment: environment)
        var hasBegunAnew = false
        while stand.log == nil {
            try checkUsable()
            guard let found = try await driver.run(from: stand.position) else {
                try await beginAnew()
                continue
            }
            guard try await follow(found.records, orBeginAnew: &hasBegunAnew) else { continue }
            // What came meanwhile takes no longer to stream than to read.
            if found.records.count < LogReader.readsAtOnce { return }
        }
    }

    /// Applies the records. Where they cannot be, begins anew and returns false; once also because
    /// memory is full and the checkpoint that would make room was collected: the newest is there.
    func follow(
        _ records: [ReadRecord], orBeginAnew hasBegunAnew: inout Bool
    ) async throws(ShardError) -> Bool {
        do throws(ShardError) {
            if try await follow(records) { return true }
        } catch {
            guard error.kind == .overloaded, !hasBegunAnew else { throw error }
            hasBegunAnew = true
        }
        try await beginAnew()
        return false
    }

    /// Forgets everything and opens the shard from its newest checkpoint, unless what was
    /// streamed has brought it as far meanwhile.
    func beginAnew() async throws(ShardError) {
        let known = contents.storedSegments
        let loaded = try await ShardLoader(location: location, environment: environment)
            .load(schema: givenSchema, known: known)
        try await logTurn.pass { () async throws(ShardError) in
            try checkUsable()
            let (old, new) = (stand.position, loaded.shard.position)
            guard stand.log == nil, new.slot >= old.slot, new != old else { return }
            try await memoryTurn.pass { () async throws(ShardError) in try await become(loaded) }
        }
    }

    private func become(_ loaded: ShardLoader.Loaded) async throws(ShardError) {
        let opened = loaded.shard
        stand = .following(opened.position)
        progress = opened.progress
        collection = opened.collection
        adoption = CheckpointAdoption()
        contents.become(opened.contents)
        memory.become(opened.memory)
        // Reads by id do not wait for the actor's turn.
        noteApplied()
        try await seal()
        publishSnapshot()
        for read in loaded.newestRecords { noteRecent(read) }
    }

    // MARK: Applying

    /// Applies those records that are new, each continuing the one before it. False when the next
    /// one replaces everything: then only beginning anew goes on.
    func follow(_ records: [ReadRecord]) async throws(ShardError) -> Bool {
        let replay = ShardReplay(location: location, environment: environment)
        for read in records where read.record.slot > stand.position.slot {
            try await makeRoom()
            let isApplied = try await logTurn.pass { () async throws(ShardError) in
                try checkUsable()
                guard case .following(let position) = stand, read.record.slot > position.slot
                else { return true }
                guard read.record.slot == position.slot + 1,
                    read.record.previous == position.digest
                else {
                    throw discontinuity(
                        "slot \(read.record.slot) does not continue slot \(position.slot)")
                }
                do throws(ShardError) {
                    let content = try await replay.compute { try LogContent(read.record) }
                    if case .checkpoint(let checkpoint, _) = content, checkpoint.body.replaces {
                        return false
                    }
                    try await apply(content, of: read, replay)
                    return true
                } catch {
                    fail(error)
                    throw error
                }
            }
            guard isApplied else { return false }
            adoptIfDue()
        }
        return true
    }

    /// With the log's turn.
    private func apply(
        _ content: LogContent, of read: ReadRecord, _ replay: ShardReplay
    ) async throws(ShardError) {
        let slot = read.record.slot
        collection.note(read.record.kind, slot: slot)
        switch content {
        case .fence: progress.terms.begin(Int64(slot), at: progress.nextSequenceNumber)
        case .checkpoint(let checkpoint, let schema):
            progress.adopt(logged: schema)
            collection.note(checkpoint: checkpoint.mark)
            collection.forgetCollected()
            progress.kept = checkpoint.body.kept
            adoption.note(checkpoint)
        case .batch(let batch, let schema):
            if let schema { progress.adopt(logged: schema) }
            let applied = try await memoryTurn.pass { () async throws(ShardError) in
                let (memory, contents) = (memory, contents)
                let (schema, generation) = (progress.schema, progress.schemaGeneration)
                return try await replay.compute {
                    try replay.apply(
                        batch, slot: slot, schema: schema, generation: generation, contents,
                        memory)
                }
            }
            progress.note(
                batch: slot, byteCount: read.record.body.count, numbers: applied.numbers,
                answers: batch.answers)
            adoption.note(batch: slot, applied.keys)
            lastWrite = environment.clock.now
        }
        stand = .following(read.position)
        noteApplied()
        noteRecent(read)
    }

    private func noteRecent(_ read: ReadRecord) {
        recent.append(read.bytes, slot: read.record.slot)
        events.onCommitted?()
    }

    private nonisolated func discontinuity(_ reason: String) -> ShardError {
        ShardError(
            .unavailable, place: location.description,
            reason: "what was streamed does not continue this copy: \(reason)",
            remedy: "catch up from the object store")
    }
}
