// Creating records in the log: the same bytes to the same slot until it is known what became of
// them.

import Storage

extension Shard {
    /// Appends a record; the caller has the log's turn. Returns once it is durable.
    func commitRecord(
        _ kind: LogRecord.Kind, version: UInt16 = LogRecord.firstVersion,
        _ body: @Sendable @escaping () -> [UInt8]
    ) async throws(ShardError) -> ShardLog.Create {
        guard let before = stand.log, !isSteppingDown else { throw deposedError }
        var (log, create) = try await compute {
            var next = before
            let create = next.append(kind, version: version, body())
            return (next, create)
        }
        var action = log.handle(await self.create(create))
        var backoff = Backoff()
        while true {
            switch action {
            case .committed:
                stalledSince = nil
                stand = .owning(log)
                recent.append(create.bytes, slot: create.slot)
                events.onCommitted?()
                return create
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
                deposed()
                throw deposedError
            }
        }
    }

    private func create(_ create: ShardLog.Create) async -> CreateOutcome {
        await environment.objects.create(location.logKey(create.slot), create.bytes)
    }

    /// Waits before the same create is tried again. Whoever waits for too long is told so; the
    /// create itself is given up only with the ownership. Whether it took place, the log tells.
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
        if isSteppingDown { throw stalledError }
        if isClosed { throw closedError }
        do { try await backoff.pause(environment.clock) } catch {
            throw closedError
        }
    }
}
