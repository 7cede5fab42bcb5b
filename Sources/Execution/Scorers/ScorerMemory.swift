// The memory a search works in, kept from one search to the next: a search needs it for a
// millisecond, and asking the system for it each time would cost as much as many searches do.

import Segments
import Synchronization

/// Batches and the buffers of cursors. Used by one search at a time; what was handed out counts as
/// free again once the search gives the memory back.
final class ScorerMemory: @unchecked Sendable {
    let candidates = Candidates(capacity: Accumulators.wideSpan)
    /// What collectors gather windows in.
    let gathered = Candidates(capacity: Accumulators.wideSpan)
    let accumulators = Accumulators()
    let bits = BitWindow()
    private var buffers: [CursorBuffers] = []
    private var used = 0

    private static let idle = Mutex<[ScorerMemory]>([])
    /// Memories kept between searches.
    private static let maximumIdle = 16
    /// Buffers of one memory kept between searches: half a megabyte.
    private static let maximumBuffers = 200

    /// Memory that nobody else uses.
    static func take() -> ScorerMemory {
        idle.withLock { $0.popLast() } ?? ScorerMemory()
    }

    func giveBack() {
        used = 0
        if buffers.count > Self.maximumBuffers {
            buffers.removeLast(buffers.count - Self.maximumBuffers)
        }
        Self.idle.withLock { if $0.count < Self.maximumIdle { $0.append(self) } }
    }

    /// The buffers of one more cursor.
    func cursorBuffers() -> CursorBuffers {
        if used == buffers.count { buffers.append(CursorBuffers()) }
        used += 1
        return buffers[used - 1]
    }
}

/// What one term cursor decodes a block into.
final class CursorBuffers {
    let scores: UnsafeMutablePointer<Double>
    let inverses: UnsafeMutablePointer<Float>
    let postings: UnsafeMutablePointer<UInt32>

    init() {
        scores = .allocate(capacity: PostingsCursor.blockSize)
        inverses = .allocate(capacity: PostingsCursor.blockSize)
        postings = .allocate(capacity: PostingsCursor.bufferSize)
        postings.initialize(repeating: 0, count: PostingsCursor.bufferSize)
    }

    deinit {
        scores.deallocate()
        inverses.deallocate()
        postings.deallocate()
    }
}
