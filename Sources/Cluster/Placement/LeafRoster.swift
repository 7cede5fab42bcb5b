// Which leaves are there, and whether more are about to come or to be emptied.

import Storage

/// Leaves that come together are placed on together, and those that are drained together are
/// emptied together: what moved when the first of them did would move again for the next.
struct LeafRoster {
    /// A leaf that comes, or is drained, so soon after another does so together with it.
    static let gatheringTime = Duration.seconds(1)

    private var members: [Member] = []
    private var since = Instant.zero
    private var gathersUntil = Instant.zero

    /// Takes who is there now. Nothing waits for others where a leaf has gone, or where one is back
    /// whose copies wait for it.
    /// - Returns: Whether they are others than before.
    mutating func update(_ live: [Member], after table: RoutingTable, now: Instant) -> Bool {
        guard !live.elementsEqual(members, by: Self.isSame) else { return false }
        let (before, after) = (Self.states(members), Self.states(live))
        let awaited = table.assignments.values.joined().flatMap(\.awaited)
        if before.keys.contains(where: { after[$0] == nil })
            || awaited.contains(where: { after[$0] != nil })
        {
            gathersUntil = now
        } else if !members.isEmpty, after != before {
            gathersUntil = now + Self.gatheringTime
        }
        (members, since) = (live, now)
        return true
    }

    /// Whether more leaves may be about to come, or to be drained.
    func isGathering(for table: RoutingTable, now: Instant) -> Bool {
        now < (table.version == 0 ? since + MemberTable.lease : gathersUntil)
    }

    /// Of those that are to stay, for now.
    private static func states(_ members: [Member]) -> [String: Member.State] {
        let staying = members.filter { $0.state != .leaving }
        return Dictionary(uniqueKeysWithValues: staying.map { ($0.node.name, $0.state) })
    }

    private static func isSame(_ left: Member, _ right: Member) -> Bool {
        left.node == right.node && left.incarnation == right.incarnation
            && left.state == right.state
    }
}
