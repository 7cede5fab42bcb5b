// Sends batches until the server has taken or refused each of their documents.

/// What became of one batch.
struct BulkReceipt: Sendable {
    let number: Int
    let indexed: Int
    let refused: [RefusedDocument]
    let byteCount: Int
    let position: ReadPosition
}

/// Sends one index's batches.
struct BulkSender: Sendable {
    let connection: ServerConnection
    let index: String
    let policy: RetryPolicy
    let clock: SteadyClock
    let progress: ImportProgress

    private static let contentType = "application/x-ndjson"
    /// A bulk request may take this long.
    private static let requestLimit: Duration = .seconds(120)

    /// - Throws: `ImportError` when the server refuses the request as a whole or stays away.
    func send(_ batch: BulkBatch) async throws -> BulkReceipt {
        var random = SeededGenerator(seed: UInt64(batch.number) &+ 1)
        var waiting = Array(batch.items.indices)
        var refused = batch.malformed
        var attempt = 0
        var waited = Duration.zero
        while !waiting.isEmpty {
            let (answer, trouble, retryAfter) = try await post(batch, waiting)
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
            guard
                let delay = policy.delay(
                    attempt: attempt, retryAfter: retryAfter, waited: waited,
                    jitter: random.unitInterval())
            else {
                throw ImportError(
                    "gave up after waiting \(Quantities.duration(waited)) for the server: \(words)")
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

    /// One request: an answer, or a trouble that may pass.
    private func post(
        _ batch: BulkBatch, _ indices: [Int]
    ) async throws -> (answer: BulkAnswer?, trouble: String?, retryAfter: Duration?) {
        let answer: ServerAnswer
        do {
            answer = try await connection.send(
                .POST, "/\(ServerConnection.percentEncoded(index))/_bulk",
                body: batch.body(of: indices), contentType: Self.contentType,
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
