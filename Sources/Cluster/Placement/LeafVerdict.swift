// What leaves count as for the placement of shards, by what they say of themselves and what roots
// say of them. Decides only.

struct LeafVerdict {
    /// Those who announce themselves, in their names' order.
    let live: [Member]
    /// Of the roots that are alive.
    let reports: [ReachReport]

    /// As the allocator is to see them: without those that are out of reach, and those that
    /// cannot reach the object store, while most can, like those that are about to stop.
    var members: [Member] {
        let lost = lost
        let unwell = live.count(where: \.isUnwell)
        return live.filter { !lost.contains($0.node.name) }.map { member in
            var member = member
            if member.isUnwell, unwell * 2 < live.count, member.state == .active {
                member.state = .leaving
            }
            return member
        }
    }

    /// Leaves that most of the roots with a say have lost. One is left at least, since each of
    /// them has lost half at most.
    var lost: Set<String> {
        let voters = reports.filter(hasSay)
        return Set(live.map(\.node.name)).filter { name in
            voters.count { $0.lost.contains(name) } * 2 > voters.count
        }
    }

    /// A root that reaches fewer than half of the leaves is rather cut off itself.
    private func hasSay(_ report: ReachReport) -> Bool {
        live.count { report.lost.contains($0.node.name) } * 2 <= live.count
    }

    /// Whether this root has no say and another has: then it is no judge of how far copies have
    /// come either, and the other had better place the shards.
    func isCutOff(_ holder: String) -> Bool {
        guard let own = reports.first(where: { $0.holder == holder }), !hasSay(own) else {
            return false
        }
        return reports.contains(where: hasSay)
    }
}
