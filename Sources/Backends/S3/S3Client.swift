// Asks a bucket, and asks again where that may help.

import Storage
import Synchronization

final class S3Client: Sendable {
    let settings: S3Settings
    private let http: any HTTPExchange
    private let clock: any NodeClock
    private let random: any RandomSource
    private let policy: RetryPolicy
    private let budget = Mutex(RetryBudget())
    private let measures = S3Measures()

    init(
        settings: S3Settings, http: any HTTPExchange, clock: any NodeClock,
        random: any RandomSource, policy: RetryPolicy
    ) {
        self.settings = settings
        self.http = http
        self.clock = clock
        self.random = random
        self.policy = policy
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
            case .done, .absent, .conditionFailed, .refused: budget.withLock { $0.earn() }
            }
            return (verdict, reply)
        } catch let failure as HTTPFailure {
            return (S3Verdict(failure), HTTPReply(status: 0))
        } catch {
            return (.inDoubt("it was cancelled"), HTTPReply(status: 0))
        }
    }

    func retries() -> RetryStateMachine { RetryStateMachine(policy, start: clock.now) }

    /// Waits before the next attempt; false when there is none.
    func pause(_ retries: inout RetryStateMachine) async -> Bool {
        let (now, share) = (clock.now, random.nextUnit())
        guard
            let pause = budget.withLock({
                retries.failed(at: now, share: share, budget: &$0)
            })
        else { return false }
        do { try await clock.sleep(for: pause) } catch { return false }
        return true
    }

    /// Asks until the answer is clear: the reply, or nil where there is no such object. Only for
    /// requests that may be repeated.
    /// - Parameter check: What is wrong with a good reply, if something is; it is asked for again.
    func ask(
        _ request: S3Request, of key: String, expecting count: Int = 0,
        check: (HTTPReply) -> String? = { _ in nil }
    ) async throws -> HTTPReply? {
        var retries = retries()
        while true {
            var (verdict, reply) = await attempt(request, expecting: count)
            if verdict == .done, let fault = check(reply) { verdict = .inDoubt(fault) }
            switch verdict {
            case .done: return reply
            case .absent: return nil
            case .conditionFailed:
                throw error(key, "a condition failed that was not set", "use another store")
            case .refused(let reason, let remedy): throw error(key, reason, remedy)
            case .postponed(let reason), .inDoubt(let reason):
                try Task.checkCancellation()
                guard await pause(&retries) else {
                    throw error(key, reason, "see that the store can be reached, then try again")
                }
            }
        }
    }

    func error(_ key: String, _ reason: String, _ remedy: String) -> ObjectStoreError {
        ObjectStoreError(key: key, reason: "\(settings.place): \(reason)", remedy: remedy)
    }
}
