// Which entries a bounded cache keeps: S3-FIFO (Yang, Zhang, Qiu, Yue, Vinayak, "FIFO queues are
// all you need for cache eviction", SOSP 2023), with a budget in bytes instead of objects.
// A plain value: no clock, no locks.

import Collections

/// A cache of at most `budget` bytes.
///
/// New keys enter a small probationary queue (a tenth of the budget). A key asked for again while
/// there moves to the main queue; one that never was leaves, and only its name is remembered (the
/// ghosts), so that its return goes straight to the main queue. The main queue gives a second
/// chance per recorded use, up to `maximumUses`.
struct S3FIFO<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// Uses counted per entry; more would make an old favourite outlive its fame.
    static var maximumUses: UInt8 { 3 }
    /// An entry larger than this share of the budget is refused.
    static var admissionShare: Int { 8 }
    /// The probationary queue's share of the budget.
    static var probationShare: Int { 10 }
    /// Ghosts remembered at least, however few entries the main queue holds.
    static var minimumGhosts: Int { 64 }

    private struct Entry: Sendable {
        var value: Value
        var byteCount: Int
        var uses: UInt8
        var isMain: Bool
    }

    private struct Ghost: Sendable {
        let key: Key
        let stamp: UInt64
    }

    /// Bytes that entries may take together.
    let budget: Int
    /// Bytes taken by both queues; never above `budget` between calls.
    private(set) var byteCount = 0
    /// Entries thrown out since the start.
    private(set) var evictionCount: Int64 = 0

    private var probationBytes = 0
    private var entries: [Key: Entry] = [:]
    private var probation: Deque<Key> = []
    private var main: Deque<Key> = []
    /// A ghost counts only while its stamp is the latest one of its key.
    private var ghosts: [Key: UInt64] = [:]
    private var ghostOrder: Deque<Ghost> = []
    private var nextStamp: UInt64 = 0

    init(budget: Int) {
        self.budget = max(0, budget)
    }

    var count: Int { entries.count }

    /// The value, and the note that it was used.
    mutating func value(for key: Key) -> Value? {
        guard let index = entries.index(forKey: key) else { return nil }
        if entries.values[index].uses < Self.maximumUses { entries.values[index].uses += 1 }
        return entries.values[index].value
    }

    /// Stores a value of `byteCount` bytes, replacing the one there.
    ///
    /// - Returns: false if it is too large to be let in.
    @discardableResult
    mutating func insert(_ value: Value, for key: Key, byteCount newBytes: Int) -> Bool {
        guard newBytes >= 0, newBytes <= budget / Self.admissionShare else { return false }
        if let index = entries.index(forKey: key) {
            let old = entries.values[index]
            entries.values[index].value = value
            entries.values[index].byteCount = newBytes
            byteCount += newBytes - old.byteCount
            if !old.isMain { probationBytes += newBytes - old.byteCount }
        } else {
            let returns = ghosts.removeValue(forKey: key) != nil
            entries[key] = Entry(value: value, byteCount: newBytes, uses: 0, isMain: returns)
            byteCount += newBytes
            if returns {
                main.append(key)
            } else {
                probation.append(key)
                probationBytes += newBytes
            }
        }
        while byteCount > budget { evict() }
        return true
    }

    private mutating func evict() {
        if probationBytes > budget / Self.probationShare || main.isEmpty {
            evictFromProbation()
        } else {
            evictFromMain()
        }
    }

    private mutating func evictFromProbation() {
        while let key = probation.popFirst() {
            guard var entry = entries[key] else { continue }
            probationBytes -= entry.byteCount
            if entry.uses == 0 {
                remove(key, entry)
                remember(key)
                return
            }
            entry.uses = 0
            entry.isMain = true
            entries[key] = entry
            main.append(key)
        }
    }

    private mutating func evictFromMain() {
        while let key = main.popFirst() {
            guard let entry = entries[key] else { continue }
            if entry.uses == 0 {
                remove(key, entry)
                return
            }
            entries[key]?.uses -= 1
            main.append(key)
        }
    }

    private mutating func remove(_ key: Key, _ entry: Entry) {
        entries[key] = nil
        byteCount -= entry.byteCount
        evictionCount += 1
    }

    private mutating func remember(_ key: Key) {
        nextStamp += 1
        ghosts[key] = nextStamp
        ghostOrder.append(Ghost(key: key, stamp: nextStamp))
        let limit = max(Self.minimumGhosts, main.count)
        while ghosts.count > limit || ghostOrder.count > 2 * limit {
            guard let oldest = ghostOrder.popFirst() else { return }
            if ghosts[oldest.key] == oldest.stamp { ghosts[oldest.key] = nil }
        }
    }

    /// What must hold between calls; for tests.
    func invariantViolation() -> String? {
        let sum = entries.values.reduce(0) { $0 + $1.byteCount }
        if sum != byteCount { return "bytes \(byteCount), entries hold \(sum)" }
        if byteCount > budget { return "\(byteCount) bytes over the budget of \(budget)" }
        let small = entries.values.reduce(0) { $0 + ($1.isMain ? 0 : $1.byteCount) }
        if small != probationBytes { return "probation bytes \(probationBytes), hold \(small)" }
        if Set(probation).union(main) != Set(entries.keys) { return "queues and entries differ" }
        if probation.count + main.count != entries.count { return "a key is queued twice" }
        if main.contains(where: { entries[$0]?.isMain != true }) { return "main flag is wrong" }
        if ghosts.keys.contains(where: { entries[$0] != nil }) { return "a ghost is alive" }
        return nil
    }
}
