// Carries out the steps of reading or taking over a log on the object store.

import Storage

struct LogReaderDriver: Sendable {
    let location: ShardLocation
    let environment: ShardEnvironment

    /// Failed reads and lists are tried again this many times.
    private static let readAttempts = 5
    /// So is the fence's create: about six seconds. Giving up is safe, since a fence that
    /// appears late stops nobody but older owners.
    private static let createAttempts = 10

    /// Nil when the log does not go on from `position`. With an owner's name the log is its own
    /// afterwards.
    func run(
        from position: LogPosition? = nil, owner: String? = nil, before end: UInt64 = .max
    ) async throws(ShardError) -> LogReader.Recovered? {
        var reader = LogReader(
            place: location.description, from: position, owner: owner, before: end)
        var backoff = Backoff()
        var step = reader.start()
        var retries = 0
        while true {
            let answer: LogReader.Answer
            switch step {
            case .list(let after): answer = .slots(try await list(after: after))
            case .read(let slots): answer = .objects(try await read(slots))
            case .create(let slot, let bytes): answer = .outcome(await create(slot, bytes))
            case .retry(let slot, let bytes, let reason):
                retries += 1
                guard retries < Self.createAttempts else { throw unavailable(reason) }
                environment.logger.warning(
                    "take-over waits for the object store",
                    metadata: ["shard": "\(location)", "reason": "\(reason)"])
                do { try await backoff.pause(environment.clock) } catch {
                    throw unavailable(reason)
                }
                answer = .outcome(await create(slot, bytes))
            case .finished(let recovered): return recovered
            case .lost: return nil
            }
            (reader, step) = try await handle(answer, reader)
        }
    }

    /// Decoding and digesting megabytes is computing.
    private func handle(
        _ answer: LogReader.Answer, _ reader: LogReader
    ) async throws(ShardError) -> (LogReader, LogReader.Step) {
        do {
            return try await environment.compute.run(.write) {
                var next = reader
                let step = try next.handle(answer)
                return (next, step)
            }
        } catch let error as ShardError {
            throw error
        } catch {
            throw unavailable("\(error)")
        }
    }

    private func create(_ slot: UInt64, _ bytes: [UInt8]) async -> CreateOutcome {
        await environment.objects.create(location.logKey(slot), bytes)
    }

    private func list(after: UInt64) async throws(ShardError) -> [UInt64] {
        try await retrying { [environment, location] in
            try await environment.objects.list(
                prefix: location.logPrefix, after: location.logKey(after))
        }.compactMap { location.slot(ofKey: $0) }
    }

    private func read(_ slots: [UInt64]) async throws(ShardError) -> [[UInt8]?] {
        try await retrying { [environment, location] in
            try await withThrowingTaskGroup(of: (Int, [UInt8]?).self) { group in
                for (index, slot) in slots.enumerated() {
                    group.addTask {
                        (index, try await environment.objects.read(location.logKey(slot)))
                    }
                }
                var objects = [[UInt8]?](repeating: nil, count: slots.count)
                for try await (index, object) in group { objects[index] = object }
                return objects
            }
        }
    }

    private func retrying<R: Sendable>(
        _ body: @Sendable () async throws -> R
    ) async throws(ShardError) -> R {
        var backoff = Backoff()
        for attempt in 1... {
            do {
                return try await body()
            } catch {
                if attempt == Self.readAttempts { throw unavailable("\(error)") }
                do { try await backoff.pause(environment.clock) } catch {
                    throw unavailable("\(error)")
                }
            }
        }
        throw unavailable("the object store was not asked")
    }

    private func unavailable(_ reason: String) -> ShardError {
        ShardError(
            .unavailable, place: location.description,
            reason: "the log cannot be read: \(reason)",
            remedy: "see that the object store can be reached, then try again")
    }
}
