// When to connect to a node, when to wait before trying again, and who waits for it; no sockets.

import Storage

extension PeerLink {
    struct StateMachine<Connection, Waiter> {
        private enum State {
            case idle
            case connecting
            case connected(Connection)
            case closed
        }

        private var state = State.idle
        private var waiters: [UInt64: Waiter] = [:]
        /// Attempts that failed since the last connection, why, and when the next may be made.
        private var failures = 0
        private var lastFailure = ""
        private var retryAt = Instant(nanoseconds: .min)

        static var firstBackOff: Duration { .milliseconds(20) }
        static var longestBackOff: Duration { .seconds(1) }

        var connection: Connection? {
            if case .connected(let connection) = state { connection } else { nil }
        }

        enum WantAction {
            case use(Connection)
            /// The waiter is remembered; `connects`: make a connection.
            case wait(connects: Bool)
            /// Trying again now would be too soon.
            case refuse(reason: String)
        }

        mutating func want(_ id: UInt64, _ waiter: Waiter, now: Instant) -> WantAction {
            switch state {
            case .connected(let connection): return .use(connection)
            case .closed: return .refuse(reason: "the transport was closed")
            case .connecting:
                waiters[id] = waiter
                return .wait(connects: false)
            case .idle:
                guard now >= retryAt else { return .refuse(reason: lastFailure) }
                state = .connecting
                waiters[id] = waiter
                return .wait(connects: true)
            }
        }

        func isWaiting(_ id: UInt64) -> Bool { waiters[id] != nil }

        /// Who stops waiting; nil when it was served.
        mutating func giveUp(_ id: UInt64) -> Waiter? {
            waiters.removeValue(forKey: id)
        }

        /// Nil when the link was closed meanwhile: the connection is not wanted.
        mutating func connected(_ connection: Connection) -> [Waiter]? {
            guard case .connecting = state else { return nil }
            state = .connected(connection)
            failures = 0
            return takeWaiters()
        }

        /// - Parameter jitter: 0…1, so that many nodes do not come back at once.
        mutating func failed(_ reason: String, now: Instant, jitter: Double) -> [Waiter] {
            guard case .connecting = state else { return takeWaiters() }
            state = .idle
            lastFailure = reason
            let doubled = Self.firstBackOff * (1 << min(failures, 10))
            failures += 1
            retryAt = now + min(doubled, Self.longestBackOff) * (0.5 + 0.5 * jitter)
            return takeWaiters()
        }

        mutating func lost(_ isLost: (Connection) -> Bool) {
            if case .connected(let connection) = state, isLost(connection) { state = .idle }
        }

        mutating func close() -> (connection: Connection?, waiters: [Waiter]) {
            defer { state = .closed }
            if case .connected(let connection) = state { return (connection, takeWaiters()) }
            return (nil, takeWaiters())
        }

        private mutating func takeWaiters() -> [Waiter] {
            defer { waiters = [:] }
            return waiters.sorted { $0.key < $1.key }.map(\.value)
        }
    }
}
