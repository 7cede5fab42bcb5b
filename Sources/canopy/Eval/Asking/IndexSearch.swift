// One index to evaluate, asked over HTTP.

import NIOHTTP1

/// Searches one index with one template.
struct IndexSearch: Sendable {
    let connection: ServerConnection
    let index: String
    let template: TopicTemplate
    /// Hits to take per topic.
    let depth: Int
    let policy = RetryPolicy()
    let clock = SteadyClock()

    /// Statuses of a server that is busy and may be asked again.
    private static let busyStatuses: Set<Int> = [429, 502, 503, 504]

    /// The best hits for a topic. A busy server is waited for.
    /// - Throws: `ServerUnreachable`, or `EvalError` when the server refuses the search or answers
    ///   in part.
    func hits(for topic: Topic, progress: EvalProgress) async throws -> [RankedHit] {
        let body = try template.body(for: topic.text, depth: depth)
        let path = "/" + ServerConnection.percentEncoded(index) + "/_search"
        var random = SeededGenerator(seed: UInt64(topic.text.utf8.count))
        var attempt = 0
        var waited = Duration.zero
        while true {
            let answer = try await connection.send(.POST, path, body: body)
            if answer.status == 200 { return try SearchAnswer.hits(answer.body, topic: topic.id) }
            attempt += 1
            let retryAfter = answer.retryAfterSeconds.map { Duration.seconds($0) }
            guard Self.busyStatuses.contains(answer.status),
                let delay = policy.delay(
                    attempt: attempt, retryAfter: retryAfter, waited: waited,
                    jitter: random.unitInterval())
            else {
                throw EvalError(
                    "the search for topic \(topic.id) in \(index) failed: \(answer.problem)")
            }
            progress.waits(for: answer.problem)
            try await clock.sleep(delay)
            waited += delay
        }
    }

    /// Asks for all topics, a few at a time, and hands over their hits in the topics' order.
    func each(
        of topics: [Topic], concurrency: Int, progress: EvalProgress,
        _ take: (_ number: Int, _ hits: [RankedHit]) throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: (Int, [RankedHit]).self) { group in
            var next = 0
            func ask() {
                guard next < topics.count else { return }
                let (number, topic) = (next, topics[next])
                next += 1
                group.addTask { (number, try await hits(for: topic, progress: progress)) }
            }
            for _ in 0..<concurrency { ask() }
            var early: [Int: [RankedHit]] = [:]
            var due = 0
            while let (number, hits) = try await group.next() {
                progress.answered()
                early[number] = hits
                while let hits = early.removeValue(forKey: due) {
                    try take(due, hits)
                    due += 1
                }
                ask()
            }
        }
    }
}
