// Which leaves are there, and since when they are the same.

import Storage

/// Leaves that are started together are placed on together: what moved to the first of them would
/// move again when the next comes.
struct LeafRoster {
    /// A leaf that comes so soon after another was started together with it.
    static let gatheringTime = Duration.seconds(1)

    private var members: [Member] = []
    private var since = Instant.zero

    /// Whether they are others than those seen before.
    mutating func update(_ live: [Member], now: Instant) -> Bool {
        guard !live.elementsEqual(members, by: Self.isSame) else { return false }
        (members, since) = (live, now)
        return true
    }

    /// Whether more leaves may be about to come. Nothing waits for them where one of the table's
    /// is gone, or one is back whose copies wait for it.
    func isGathering(for table: RoutingTable, now: Instant) -> Bool {
        if table.version == 0 { return now - since < MemberTable.lease }
        let known = Set(table.leaves.map(\.name))
        let present = Set(members.map(\.node.name))
        let new = present.subtracting(known)
        let awaited = table.assignments.values.joined().flatMap(\.awaited)
        return now - since < Self.gatheringTime && !new.isEmpty
            && known.isSubset(of: present) && new.isDisjoint(with: awaited)
    }

    private static func isSame(_ left: Member, _ right: Member) -> Bool {
        left.node == right.node && left.incarnation == right.incarnation
            && left.state == right.state
    }
}
