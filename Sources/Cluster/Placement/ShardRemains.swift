// What is left of a shard when the leaves that are gone are taken out of its assignment.

struct ShardRemains {
    let previousOwner: String
    /// Nil: it is gone.
    let owner: String?
    /// Serve.
    let copies: [String]
    let joining: [String]
    /// Away, and waited for.
    let awaited: [String]
    /// Had a copy, and are back without it.
    let returned: [String]
    /// How many copies to have without those that are waited for.
    let needed: Int

    init(_ assignment: ShardAssignment, _ roll: LeafRoll, wanted: Int) {
        previousOwner = assignment.owner
        copies = assignment.copies.filter { roll.stillServes($0) }
        owner = copies.contains(assignment.owner) ? assignment.owner : nil
        joining = assignment.joining.filter { roll.isLive($0) }
        let lost = assignment.awaited + assignment.copies.filter { !roll.stillServes($0) }
        returned = lost.filter { roll.isHost($0) }
        // Leaves that are about to stop are waited for as if they had.
        let leaving = copies.filter { roll.isAwaited($0) }
        let room = max(0, wanted - (copies.count - leaving.count) - joining.count)
        awaited = Array(lost.filter { roll.isAwaited($0) }.sorted().prefix(room))
        let isOnlyLeaving = !copies.isEmpty && leaving.count == copies.count
        let waits = min(room, awaited.count + leaving.count)
        needed = max(wanted - waits, isOnlyLeaving ? 0 : 1)
    }
}
