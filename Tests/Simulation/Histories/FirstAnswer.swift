// What a client that asks and waits is told: an answer, or that it has waited long enough.

/// The first answer counts. Touched by one thread only.
final class FirstAnswer<Value: Sendable>: @unchecked Sendable {
    private var given: Value??
    private var continuation: UnsafeContinuation<Value?, Never>?

    func give(_ answer: Value?) {
        guard given == nil else { return }
        given = .some(answer)
        continuation?.resume(returning: answer)
        continuation = nil
    }

    func value() async -> Value? {
        await withUnsafeContinuation { continuation in
            if case .some(let answer) = given {
                continuation.resume(returning: answer)
            } else {
                self.continuation = continuation
            }
        }
    }
}
