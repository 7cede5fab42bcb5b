// Which leaves are alive, judged by whether their entries in the metadata store still change.

import Storage

public struct MemberTable: Sendable {
    /// How long an entry stays unchanged until its member counts as gone.
    public static let lease = Duration.milliseconds(1500)
    /// The same of an entry that was never seen to change: who looks for the first time, after all
    /// nodes were started together, must not take the slow ones for dead.
    public static let firstLease = Duration.seconds(5)

    private let firstLease: Duration
    private var entries: RenewalWatch<Member>

    var lease: Duration { entries.lease }

    public init(lease: Duration = Self.lease, firstLease: Duration = Self.firstLease) {
        self.firstLease = max(lease, firstLease)
        entries = RenewalWatch(lease: lease)
    }

    /// Takes what the store holds under `Member.prefix`. Entries that cannot be read are left out.
    /// - Parameter now: When the store was asked, not when it answered.
    public mutating func update(_ listing: MetadataListing, now: Instant) {
        entries.update(listing, now: now) { try? Member(encoded: $0.value.value, key: $0.key) }
    }

    /// The store could not be read: nobody is taken for dead because of that.
    public mutating func interrupt() { entries.interrupt() }

    /// In the names' order.
    public var live: [Member] {
        entries.live(firstLease: firstLease).sorted { $0.node.name < $1.node.name }
    }
}
