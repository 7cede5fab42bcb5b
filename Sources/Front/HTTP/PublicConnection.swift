// One client's connection: who it is, and what to stop when it goes away.

import NIOCore
import NIOHTTPTypes
import Synchronization

/// Lets a request under way learn that its client has gone.
final class PublicConnection: Sendable {
    private struct State {
        var isGone = false
        var cancel: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    func clientWentAway() {
        let cancel = state.withLock { state in
            state.isGone = true
            defer { state.cancel = nil }
            return state.cancel
        }
        cancel?()
    }

    /// Runs `work`, and cancels it when the client goes away.
    func run<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let task = Task { try await work() }
        let isGone = state.withLock { state in
            state.cancel = { task.cancel() }
            return state.isGone
        }
        if isGone { task.cancel() }
        defer { state.withLock { $0.cancel = nil } }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}

/// The open connections by channel, so that a responder finds its own.
final class PublicConnections: Sendable {
    private let open = Mutex<[ObjectIdentifier: PublicConnection]>([:])

    var count: Int { open.withLock { $0.count } }

    func insert(_ connection: PublicConnection, for channel: any Channel) {
        open.withLock { $0[ObjectIdentifier(channel)] = connection }
    }

    func remove(_ channel: any Channel) {
        open.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(channel)) }
    }

    func connection(of channel: any Channel) -> PublicConnection? {
        open.withLock { $0[ObjectIdentifier(channel)] }
    }
}
