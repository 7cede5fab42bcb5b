// How a node keeps what it knows level with the metadata store.

import Storage

extension MetadataStore {
    /// After which a look that failed is repeated.
    private static var retryInterval: Duration { .milliseconds(500) }

    /// Calls `reload` after every change under the prefix, and once before: what changed since the
    /// node looked first, nobody tells it. A reload that fails is repeated until it does not. Until
    /// the task is cancelled.
    /// - Parameter onFailure: Told of the first of failures in a row.
    func follow(
        prefix: String, by clock: any NodeClock, _ reload: () async throws -> Void,
        onFailure: (any Error) -> Void
    ) async {
        let changes = watch(prefix: prefix)
        await reloadUntilDone(clock, reload, onFailure)
        for await _ in changes { await reloadUntilDone(clock, reload, onFailure) }
    }

    private func reloadUntilDone(
        _ clock: any NodeClock, _ reload: () async throws -> Void, _ onFailure: (any Error) -> Void
    ) async {
        var isFirst = true
        while !Task.isCancelled {
            do {
                return try await reload()
            } catch is CancellationError {
                return
            } catch {
                if isFirst { onFailure(error) }
                isFirst = false
            }
            try? await clock.sleep(for: Self.retryInterval)
        }
    }
}
