// Bounds the memory of all request bodies that are being read at the same time.

import Synchronization

final class BodyMemory: Sendable {
    private let limit: Int
    private let used = Mutex(0)

    init(limit: Int) {
        self.limit = limit
    }

    var usedBytes: Int { used.withLock { $0 } }

    /// False when there is no room: nothing was taken.
    func take(_ byteCount: Int) -> Bool {
        used.withLock { used in
            guard byteCount <= limit - used else { return false }
            used += byteCount
            return true
        }
    }

    func giveBack(_ byteCount: Int) {
        used.withLock { $0 -= byteCount }
    }
}
