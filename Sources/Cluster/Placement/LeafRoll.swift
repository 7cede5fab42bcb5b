// The leaves as one decision of the allocator sees them.

import Storage

struct LeafRoll {
    private let members: [String: Member]
    /// Whose process is another than when the allocator looked last: what they served is gone.
    private let restarted: Set<String>
    /// Names of leaves that are away or leave, and that nothing is built in place of yet.
    private let awaited: Set<String>
    /// Those that may be given copies, in the names' order: the active ones, or all where none is.
    let hosts: [LeafNode]
    /// By name, the place in `hosts`.
    let places: [String: Int]

    init(members: [Member], restarted: Set<String>, awaited: Set<String>) {
        self.members = Dictionary(members.map { ($0.node.name, $0) }, uniquingKeysWith: { $1 })
        self.restarted = restarted
        self.awaited = awaited
        let active = members.filter { $0.state == .active }
        hosts = (active.isEmpty ? members : active).map(\.node).sorted { $0.name < $1.name }
        places = Dictionary(
            hosts.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { $1 })
    }

    func isLive(_ name: String) -> Bool { members[name] != nil }
    /// Whether what it served a moment ago it still serves.
    func stillServes(_ name: String) -> Bool { isLive(name) && !restarted.contains(name) }
    func isHost(_ name: String) -> Bool { places[name] != nil }
    /// Whether nothing is built in its place yet, whether it is still there or not.
    func isAwaited(_ name: String) -> Bool { awaited.contains(name) && !isHost(name) }

    func places(of names: [String]) -> [Int] { names.compactMap { places[$0] } }
}
