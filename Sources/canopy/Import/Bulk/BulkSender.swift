// Sends batches until the server has taken or refused each of their documents.

/// What became of one batch.
struct BulkReceipt: Sendable {
    let number: Int
    var indexed: Int
    var refused: [RefusedDocument]
    var byteCount: Int
    let position: ReadPosition
}

/// The servers did not take a batch for as long as anybody waits. Not the batch's fault.
struct ServersAway: Error, CustomStringConvertible {
    let description: String
}

/// Sends one index's batches.
struct BulkSender: Sendable {
    /// Servers of one cluster: batches take them in turn, and go to the next when one is away.
    let connections: [ServerConnection]
    let index: String
    /// Begins the idempotency key of each request; nil sends none. What is sent under one key must
    /// always be the same.
    var keyPrefix: String?
    let policy: RetryPolicy
    let clock: SteadyClock
    let progress: ImportProgress

    private static let contentType = "application/x-ndjson"
    /// A bulk request may take this long.
    private static let requestLimit: Duration = .seconds(120)

    private static let keyHeader = "idempotency-key"

    /// - Throws: `ImportError` when the server refuses the request as a whole, `ServersAway` when
    ///   none answers.
    func send(_ batch: BulkBatch) async throws -> BulkReceipt {
        var random = SeededGenerator(seed: UInt64(batch.number) &+ 1)
        var waiting = Array(batch.items.indices)
        var refused = batch.malformed
        var attempt = 0
        var waited = Duration.zero
        var turn = batch.number
        while !waiting.isEmpty {
            let (answer, trouble, retryAfter) = try await post(
                batch, waiting, to: connections[turn % connections.count])
            turn += 1
            var reason = trouble
            if let answer {
                var again: [Int] = []
                for (index, fate) in zip(waiting, answer.fates) {
                    switch fate {
                    case .done: break
                    case .retry(let words):
                        again.append(index)
                        reason = words
                    case .refused(let words):
                        let item = batch.items[index]
                        refused.append(
                            RefusedDocument(place: item.place, id: item.id, reason: words))
                    }
                }
                if again.count < waiting.count { attempt = 0 }
                waiting = again
            }
            if waiting.isEmpty { break }
            attempt += 1
            let words = reason ?? "the server is busy"
            // Another server may be there at once.
            if answer == nil, attempt < connections.count {
                progress.retried(reason: words)
                continue
            }
            guard
                let delay = policy.delay(
                    attempt: attempt, retryAfter: retryAfter, waited: waited,
                    jitter: random.unitInterval())
            else {
                throw ServersAway(
                    description: "gave up after waiting \(Quantities.duration(waited)) for the "
                        + "server: \(words)")
            }
            progress.retried(reason: words)
            try await clock.sleep(delay)
            waited += delay
        }
        return BulkReceipt(
            number: batch.number,
            indexed: batch.items.count - (refused.count - batch.malformed.count),
            refused: refused.sorted { $0.place.line < $1.place.line }, byteCount: batch.body.count,
            position: batch.position)
    }

    /// The key of a request for some of a batch's items: another for other items.
    static func key(_ prefix: String, _ batch: BulkBatch, _ indices: [Int]) -> String {
        let whole = prefix + String(batch.number)
        guard indices.count < batch.items.count else { return whole }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in indices { hash = (hash ^ UInt64(index)) &* 0x100_0000_01B3 }
        return whole + "/" + String(hash, radix: 16)
    }

    /// One request: an answer, or a trouble that may pass.
    private func post(
        _ batch: BulkBatch, _ indices: [Int], to connection: ServerConnection
    ) async throws -> (answer: BulkAnswer?, trouble: String?, retryAfter: Duration?) {
        let answer: ServerAnswer
        let headers = keyPrefix.map { [(Self.keyHeader, Self.key($0, batch, indices))] } ?? []
        do {
            answer = try await connection.send(
                .POST, "/\(ServerConnection.percentEncoded(index))/_bulk",
                body: batch.body(of: indices), contentType: Self.contentType, headers: headers,
                timeout: Self.requestLimit)
        } catch let error as ServerUnreachable {
            return (nil, error.description, nil)
        }
        if answer.status == 200 {
            return (try BulkAnswer(answer.body, count: indices.count), nil, nil)
        }
        if BulkAnswer.busyStatuses.contains(answer.status) {
            return (nil, answer.problem, answer.retryAfterSeconds.map { .seconds($0) })
        }
        let remedy =
            answer.status == 413 ? "; try a smaller --batch-bytes than \(batch.body.count)" : ""
        throw ImportError("the server refused a bulk request: \(answer.problem)\(remedy)")
    }
}
