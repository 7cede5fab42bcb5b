// A node's view of the routing table, kept fresh from the metadata store, and the way to change it.

import Logging
import Storage
import Synchronization

/// While the metadata store is away, the last table that was known stays in use.
public final class RoutingStore: Sendable {
    /// Where the table is in the metadata store.
    static let key = "routing"

    /// Nil: there is nothing to follow.
    private let source: Source?
    private let state: Mutex<State>

    private struct Source {
        let metadata: any MetadataStore
        let clock: any NodeClock
        let logger: Logger
    }

    private struct State {
        var table: RoutingTable
        /// The revision of the metadata store that wrote `table`; 0: none did.
        var revision: Int64 = 0
        /// As it was read last.
        var read: VersionedValue?
        var listeners: [UInt64: AsyncStream<RoutingTable>.Continuation] = [:]
        var nextListener: UInt64 = 0

        /// - Parameter asked: What was known when the store was asked. A store that then says less
        ///   came back from a backup, or anew, and is to be followed; else somebody was quicker.
        mutating func install(_ table: RoutingTable, revision: Int64, asked: Int64) {
            guard revision > self.revision || asked == self.revision else { return }
            guard revision != self.revision || table != self.table else { return }
            self.revision = revision
            self.table = table
            read = nil
            for (_, listener) in listeners.sorted(by: { $0.key < $1.key }) {
                listener.yield(table)
            }
        }
    }

    public init(metadata: any MetadataStore, clock: any NodeClock, logger: Logger) {
        source = Source(metadata: metadata, clock: clock, logger: logger)
        state = Mutex(State(table: RoutingTable(leaves: [])))
    }

    private init(fixed table: RoutingTable) {
        source = nil
        state = Mutex(State(table: table))
    }

    /// A table of this process only, which changes only by `publish`: for tests and tools.
    public static func fixed(_ table: RoutingTable) -> RoutingStore { RoutingStore(fixed: table) }

    /// The newest table this node has seen; without leaves before the first.
    public var current: RoutingTable { state.withLock { $0.table } }

    /// Looks at the metadata store now.
    /// - Throws: `MetadataError`; the last table stays in use.
    @discardableResult
    public func reload() async throws -> RoutingTable {
        guard let source else { return current }
        let asked = state.withLock { $0.revision }
        // Nothing there: nobody published yet, or somebody deleted it. The last one will do.
        guard let stored = try await source.metadata.get(Self.key) else { return current }
        return try install(stored, asked: asked)
    }

    /// Reloads now and after every change of the metadata store, until the task is cancelled.
    public func follow() async {
        guard let source else {
            let (never, continuation) = AsyncStream.makeStream(of: Void.self)
            for await _ in never {}
            return continuation.finish()
        }
        await source.metadata.follow(prefix: Self.key, by: source.clock) {
            try await reload()
        } onFailure: { error in
            source.logger.warning(
                "The routing table could not be reloaded; the last one stays in use.",
                metadata: ["error": "\(error)"])
        }
    }

    /// The table as it is, then every newer one; one that is overtaken may be skipped.
    public func changes() -> AsyncStream<RoutingTable> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: RoutingTable.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.nextListener += 1
            state.listeners[state.nextListener] = continuation
            continuation.yield(state.table)
            return state.nextListener
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.listeners.removeValue(forKey: number) }
        }
        return stream
    }

    /// Makes `next` everybody's table if `older` still is.
    /// - Returns: False when somebody was quicker; `current` is then theirs.
    /// - Throws: `MetadataError`; whether it was published is then unknown until a reload.
    public func publish(_ next: RoutingTable, after older: RoutingTable) async throws -> Bool {
        precondition(next.version > older.version, "a table that is no newer was published")
        guard let source else {
            return state.withLock { state in
                guard state.table == older else { return false }
                state.install(next, revision: state.revision + 1, asked: state.revision)
                return true
            }
        }
        let asked = state.withLock { $0.revision }
        let stored = try await source.metadata.get(Self.key)
        let newest = try stored.map { try install($0, asked: asked) } ?? current
        guard newest == older else { return false }
        let outcome = try await source.metadata.compareAndSet(
            Self.key, expected: stored?.version, value: next.encoded())
        guard case .stored(let revision) = outcome else {
            try await reload()
            return false
        }
        let known = stored?.version ?? asked
        state.withLock { $0.install(next, revision: revision, asked: known) }
        return true
    }

    /// Takes what is stored unless something newer was taken since the store was asked.
    private func install(
        _ stored: VersionedValue, asked: Int64
    ) throws(MetadataError) -> RoutingTable {
        let known = state.withLock { state in
            let isOld = stored.version < state.revision && asked != state.revision
            return isOld || stored == state.read ? state.table : nil
        }
        if let known { return known }
        let table = try RoutingTable(encoded: stored.value, key: Self.key)
        return state.withLock { state in
            state.install(table, revision: stored.version, asked: asked)
            if state.revision == stored.version { state.read = stored }
            return state.table
        }
    }
}
