// Which local copies there are, how large, and which go when room is needed: those that were not
// used for longest, and never one that is in use.

import Storage

struct CacheLedger: Sendable {
    struct Entry: Sendable, Hashable {
        let byteCount: Int
        let digest: SHA256Digest
        fileprivate(set) var lastUse: UInt64 = 0
    }

    let byteBudget: Int
    private(set) var byteCount = 0
    private var entries: [String: Entry] = [:]
    private var uses: UInt64 = 0

    init(byteBudget: Int) {
        self.byteBudget = byteBudget
    }

    subscript(name: String) -> Entry? { entries[name] }

    var names: [String] { entries.keys.sorted() }

    mutating func insert(_ name: String, _ entry: Entry) {
        remove(name)
        uses += 1
        var entry = entry
        entry.lastUse = uses
        entries[name] = entry
        byteCount += entry.byteCount
    }

    mutating func use(_ name: String) {
        uses += 1
        entries[name]?.lastUse = uses
    }

    mutating func remove(_ name: String) {
        guard let entry = entries.removeValue(forKey: name) else { return }
        byteCount -= entry.byteCount
    }

    /// Takes out as many entries as make room for `needed` bytes, and returns them. Where that is
    /// not enough, what is in use exceeds the budget.
    mutating func makeRoom(
        for needed: Int, isInUse: (String) -> Bool
    ) -> [(name: String, entry: Entry)] {
        guard byteCount + needed > byteBudget else { return [] }
        var gone: [(name: String, entry: Entry)] = []
        for (name, entry) in entries.sorted(by: { $0.value.lastUse < $1.value.lastUse })
        where !isInUse(name) {
            remove(name)
            gone.append((name, entry))
            if byteCount + needed <= byteBudget { break }
        }
        return gone
    }
}
