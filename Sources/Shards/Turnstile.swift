// Lets one in at a time, in the order of asking. Unlike an actor it stays closed while whoever is
// inside waits for something.

/// Touched by one actor only: the one whose methods call it.
final class Turnstile {
    private(set) var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func enter(isolation: isolated (any Actor)? = #isolation) async {
        if !isTaken {
            isTaken = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        if waiting.isEmpty {
            isTaken = false
        } else {
            waiting.removeFirst().resume()
        }
    }

    /// Enters, does it, and leaves.
    func pass<R: Sendable, Failure: Error>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws(Failure) -> R
    ) async throws(Failure) -> R {
        await enter()
        defer { leave() }
        return try await body()
    }
}
