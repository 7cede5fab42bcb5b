// How much trying again a node may add to what it asks anyway: where a store is down, retries of
// everything would be most of its load when it comes back.

struct RetryBudget: Sendable {
    /// Retries at hand when all is well.
    static let capacity = 100.0
    /// What an answer earns: retries are at most a tenth of the answers in the long run.
    static let earned = 0.1

    private(set) var available = capacity

    /// False when there is nothing left.
    mutating func spend() -> Bool {
        guard available >= 1 else { return false }
        available -= 1
        return true
    }

    mutating func earn() {
        available = min(Self.capacity, available + Self.earned)
    }
}
