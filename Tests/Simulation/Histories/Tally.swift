// What happened in a history, counted: to see that the faults asked for did come about.

enum Event: Int, CaseIterable {
    case jobs, requests, acknowledged, refused, unknown, repeated
    case takeovers, copies, takeoverFailures, deposed, kills, restarts, pauses, powerLosses
    case flushes, merges, compactions, collections, refreshes, promotions, stepDowns
    case streamed, streamGaps, catchUps, awaited, haunted
    case lostRequests, lostAnswers, lateRequests, duplicates, refusals, slowAnswers, diskErrors
    case tornBits, recreated, metadataAway, metadataRewinds
    case messages, lostMessages, closedConnections, cutMessages, cuts, stops, drains, tables
    case searches, partialSearches, failedSearches
    case snapshots, copySnapshots, reads, batches, checkpoints, fences, deletions
    case scrubs, mended, unmended
}

struct Tally {
    private var counts = [Int](repeating: 0, count: Event.allCases.count)

    subscript(event: Event) -> Int {
        get { counts[event.rawValue] }
        set { counts[event.rawValue] = newValue }
    }

    static func += (left: inout Tally, right: Tally) {
        for event in Event.allCases { left[event] += right[event] }
    }

    /// Name and count of everything that happened.
    var lines: [(name: String, count: Int)] {
        Event.allCases.filter { self[$0] > 0 }.map { ("\($0)", self[$0]) }
    }
}
