// Whether a leaf can reach the object store: a plain value that is told what came of its probes.

import Storage

struct StoreHealth: Sendable {
    /// How long the store does not answer until the leaf had better own nothing.
    static let patience = Duration.seconds(5)
    /// How long it must answer until the leaf is well again.
    static let recovery = Duration.seconds(2)
    /// What one probe counts at most: while the process stood still it has heard nobody.
    static let longestProbe = Duration.seconds(2)

    private(set) var isUnwell = false
    private var silent = Duration.zero
    private var heard = Duration.zero
    private var lastProbe: Instant?

    /// A probe has ended.
    mutating func update(answered: Bool, now: Instant) {
        let counted = min(lastProbe.map { now - $0 } ?? .zero, Self.longestProbe)
        lastProbe = now
        silent = answered ? .zero : silent + counted
        heard = answered ? heard + counted : .zero
        if silent >= Self.patience { isUnwell = true }
        if heard >= Self.recovery { isUnwell = false }
    }
}
