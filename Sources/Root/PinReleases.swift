// Pins that are not needed any more, until a message goes to their leaf anyway.

import Cluster
import Synchronization

/// A release is worth no message of its own: a pin that is never released expires by itself.
final class PinReleases: Sendable {
    /// Pins that wait for one leaf, at most; beyond, they are left to expire.
    static let capacity = 1_000

    private let waiting = Mutex<[String: [UInt64]]>([:])

    /// - Parameter pin: 0 means that the leaf kept nothing.
    func add(_ pin: UInt64, of leaf: LeafNode) {
        guard pin != 0 else { return }
        waiting.withLock { waiting in
            guard waiting[leaf.name, default: []].count < Self.capacity else { return }
            waiting[leaf.name, default: []].append(pin)
        }
    }

    /// What is to be told to the leaf, once.
    func take(_ leaf: LeafNode) -> [UInt64] {
        waiting.withLock { $0.removeValue(forKey: leaf.name) ?? [] }
    }
}
