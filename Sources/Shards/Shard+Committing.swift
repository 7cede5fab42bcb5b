// Creating records in the log: the same bytes to the same slot until it is known what became of
// them.

import Storage

extension Shard {
    /// Appends a record; the caller has the turn. Returns its slot once it is durable.
    func commitRecord(
        _ kind: LogRecord.Kind, _ body: @Sendable @escaping () -> [UInt8]
    ) async throws(ShardError) -> UInt64 {
        if log.isDeposed { throw deposedError }
        let before = log
        let (after, create) = try await compute {
            var next = before
            let create = next.append(kind, body())
            return (next, create)
        }
        log = after
        var action = log.handle(await self.create(create))
        var backoff = Backoff()
        while true {
            switch action {
            case .committed(let slot):
                stalledSince = nil
                progress.logBytes += create.bytes.count
                return slot
            case .retry(let same, let reason):
                try await pause(&backoff, reason)
                action = log.handle(await self.create(same))
            case .readBack(let slot):
                do {
                    let bytes = try await environment.objects.read(location.logKey(slot))
                    action = log.handle(readBack: bytes)
                } catch {
                    try await pause(&backoff, "\(error)")
                }
            case .deposed:
                environment.logger.notice(
                    "deposed: another owner wrote the next record",
                    metadata: ["shard": "\(location)", "fence": "\(log.fence)"])
                refuseWaiting(deposedError)
                throw deposedError
            }
        }
    }

    private func create(_ create: ShardLog.Create) async -> CreateOutcome {
        await environment.objects.create(location.logKey(create.slot), create.bytes)
    }

    /// Waits before the same create is tried again. Whoever waits for too long is told so; the
    /// create itself is never given up while the shard is open.
    private func pause(_ backoff: inout Backoff, _ reason: String) async throws(ShardError) {
        stallReason = reason
        let now = environment.clock.now
        let since = stalledSince ?? now
        if stalledSince == nil {
            environment.logger.warning(
                "the log cannot be written; trying again",
                metadata: ["shard": "\(location)", "reason": "\(reason)"])
        }
        stalledSince = since
        if now - since > ShardSettings.stallLimit { refuseWaiting(stalledError) }
        if isClosed { throw closedError }
        do { try await backoff.pause(environment.clock) } catch {
            throw closedError
        }
    }
}
