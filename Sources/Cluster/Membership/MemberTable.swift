// Which leaves are alive, judged by whether their entries in the metadata store still change. No
// clocks need agree: only this node's is looked at.

import Storage

public struct MemberTable: Sendable {
    private struct Sighting {
        var member: Member
        /// Of the entry.
        var version: Int64
        /// Whether the entry changed while this node watched.
        var hasRenewed = false
        /// For how long looks have found the entry unchanged.
        var quiet = Duration.zero
    }

    /// How long an entry stays unchanged until its member counts as gone.
    public static let lease = Duration.milliseconds(1500)
    /// The same of an entry that was never seen to change: who looks for the first time, after all
    /// nodes were started together, must not take the slow ones for dead.
    public static let firstLease = Duration.seconds(5)

    private let lease: Duration
    private let firstLease: Duration
    private var sightings: [String: Sighting] = [:]
    private var lastLook: Instant?

    public init(lease: Duration = Self.lease, firstLease: Duration = Self.firstLease) {
        self.lease = lease
        self.firstLease = max(lease, firstLease)
    }

    /// Takes what the store holds under `Member.prefix`. Entries that cannot be read are left out.
    ///
    /// Only looks count, and each for half a lease at most: so it takes two that are apart. After a
    /// pause, of this node or of the store, counting begins again, for the others may have been
    /// kept from renewing or we from seeing it.
    /// - Parameter now: When the store was asked, not when it answered.
    public mutating func update(_ listing: MetadataListing, now: Instant) {
        let gap = lastLook.map { now - $0 } ?? .zero
        let isInterrupted = lastLook == nil || gap > lease * 2
        let counted = min(gap, lease / 2)
        lastLook = now
        var next: [String: Sighting] = [:]
        for entry in listing.entries {
            guard let member = try? Member(encoded: entry.value.value, key: entry.key) else {
                continue
            }
            guard var known = sightings[entry.key] else {
                next[entry.key] = Sighting(member: member, version: entry.value.version)
                continue
            }
            if known.version != entry.value.version {
                known = Sighting(
                    member: member, version: entry.value.version, hasRenewed: true)
            } else {
                known.quiet = isInterrupted ? .zero : known.quiet + counted
            }
            next[entry.key] = known
        }
        sightings = next
    }

    /// The store could not be read: nobody is taken for dead because of that.
    public mutating func interrupt() { lastLook = nil }

    /// In the names' order.
    public var live: [Member] {
        sightings.values.filter { $0.quiet < ($0.hasRenewed ? lease : firstLease) }
            .map(\.member).sorted { $0.node.name < $1.node.name }
    }
}
