// Asks a bucket, and asks again where that may help.

import Storage

final class S3Client: Sendable {
    let settings: S3Settings
    private let http: any HTTPExchange
    private let clock: any NodeClock
    let retrier: Retrier
    private let measures = S3Measures()

    init(
        settings: S3Settings, http: any HTTPExchange, clock: any NodeClock,
        random: any RandomSource, policy: RetryPolicy
    ) {
        self.settings = settings
        self.http = http
        self.clock = clock
        retrier = Retrier(policy, clock: clock, random: random)
    }

    /// One attempt.
    func attempt(
        _ request: S3Request, expecting count: Int = 0
    ) async -> (verdict: S3Verdict, reply: HTTPReply) {
        let begin = clock.now
        let (verdict, reply) = await exchange(request, expecting: count)
        measures.record(request, verdict, reply, took: clock.now - begin)
        return (verdict, reply)
    }

    private func exchange(
        _ request: S3Request, expecting count: Int
    ) async -> (verdict: S3Verdict, reply: HTTPReply) {
        let time = SigningTime(wallMilliseconds: clock.wallMilliseconds)
        do {
            let reply = try await http.send(
                request.call(settings, at: time, expecting: count))
            let verdict = S3Verdict(reply)
            switch verdict {
            case .postponed, .inDoubt: break
            case .done, .absent, .conditionFailed, .refused: retrier.earn()
            }
            return (verdict, reply)
        } catch let failure as HTTPFailure {
            return (S3Verdict(failure), HTTPReply(status: 0))
        } catch {
            return (.inDoubt("it was cancelled"), HTTPReply(status: 0))
        }
    }

    /// Asks until the answer is clear: the reply, or nil where there is no such object. Only for
    /// requests that may be repeated.
    /// - Parameter check: What is wrong with a good reply, if something is; it is asked for again.
    func ask(
        _ request: S3Request, of key: String, expecting count: Int = 0,
        check: (HTTPReply) -> String? = { _ in nil }
    ) async throws -> HTTPReply? {
        var retries = retrier.begin()
        while true {
            var (verdict, reply) = await attempt(request, expecting: count)
            var remedy = "see that the store can be reached, then try again"
            if verdict == .done, let fault = check(reply) {
                verdict = .inDoubt(fault)
                remedy = "see what stands before the store, or restore the object from a backup"
            }
            switch verdict {
            case .done: return reply
            case .absent: return nil
            case .conditionFailed:
                throw error(key, "a condition failed that was not set", "use another store")
            case .refused(let reason, let remedy): throw error(key, reason, remedy)
            case .postponed(let reason), .inDoubt(let reason):
                try Task.checkCancellation()
                guard await retrier.pause(&retries) else {
                    throw error(key, reason, remedy)
                }
            }
        }
    }

    func error(_ key: String, _ reason: String, _ remedy: String) -> ObjectStoreError {
        ObjectStoreError(key: key, reason: "\(settings.place): \(reason)", remedy: remedy)
    }
}
