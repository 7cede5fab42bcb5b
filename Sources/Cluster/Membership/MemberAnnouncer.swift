// Tells the cluster that a leaf is there, again and again.

import Logging
import Storage

public actor MemberAnnouncer {
    /// Three renewals fit a lease, so that one that is late or lost does no harm.
    public static let interval = MemberTable.lease / 3
    /// Of one renewal, against others who write the entry.
    private static let maximumAttempts = 5

    private let metadata: any MetadataStore
    private let clock: any NodeClock
    private let logger: Logger
    private let interval: Duration
    private var member: Member
    /// Of the entry as far as it is known; nil: there is none.
    private var version: Int64?
    private var isWithdrawn = false
    private var isFailing = false

    /// - Parameter incarnation: Another for each start of the process.
    public init(
        node: LeafNode, incarnation: String, metadata: any MetadataStore, clock: any NodeClock,
        logger: Logger, interval: Duration = MemberAnnouncer.interval
    ) {
        self.metadata = metadata
        self.clock = clock
        self.logger = logger
        self.interval = interval
        member = Member(node: node, incarnation: incarnation)
    }

    /// Renews the entry until the task is cancelled or the leaf withdrew. A store that is away is
    /// tried again.
    public func run() async {
        while !Task.isCancelled, !isWithdrawn {
            let next = clock.now + interval
            await renew()
            do { try await clock.sleep(until: next) } catch { return }
        }
    }

    /// Says that the process is about to stop.
    public func leave() async {
        member.state = .leaving
        await renew()
    }

    /// Says that everything is to move elsewhere, or that the leaf may hold shards again.
    public func drain(_ drains: Bool = true) async {
        let state: Member.State = drains ? .draining : .active
        guard member.state != state, member.state != .leaving else { return }
        member.state = state
        await renew()
    }

    /// Says that the leaf cannot reach the object store, or can again.
    public func report(isUnwell: Bool) async {
        guard member.isUnwell != isUnwell else { return }
        member.isUnwell = isUnwell
        await renew()
    }

    /// The first renewal, for who would know that it was made.
    public func announce() async { await renew() }

    /// Takes the entry away: the leaf is gone for everybody at once.
    public func withdraw() async {
        isWithdrawn = true
        do {
            for _ in 0..<Self.maximumAttempts {
                guard let stored = try await metadata.get(member.key), isOurs(stored) else {
                    return
                }
                let outcome = try await metadata.compareAndSet(
                    member.key, expected: stored.version, value: nil)
                if case .stored = outcome { return }
            }
        } catch {
            logger.notice(
                "A leaf's entry could not be removed; it runs out by itself.",
                metadata: ["leaf": "\(member.node.name)", "error": "\(error)"])
        }
    }

    private func renew() async {
        do {
            try await write()
            isFailing = false
        } catch is CancellationError {
            return
        } catch {
            if !isFailing {
                logger.warning(
                    "A leaf cannot announce itself; it tries again.",
                    metadata: ["leaf": "\(member.node.name)", "error": "\(error)"])
            }
            isFailing = true
        }
    }

    private func write() async throws {
        member.beat += 1
        for _ in 0..<Self.maximumAttempts where !isWithdrawn {
            let outcome = try await metadata.compareAndSet(
                member.key, expected: version, value: member.encoded())
            if case .stored(let stored) = outcome {
                version = stored
                return
            }
            let stored = try await metadata.get(member.key)
            version = stored?.version
        }
        guard !isWithdrawn else { return }
        throw MetadataError(
            key: member.key, reason: "somebody else keeps changing it",
            remedy: "see that no two leaves have one name")
    }

    private func isOurs(_ stored: VersionedValue) -> Bool {
        (try? Member(encoded: stored.value, key: member.key))?.incarnation == member.incarnation
    }
}
