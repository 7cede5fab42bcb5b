// How many documents matched, counted no further than asked.

import Queries

struct HitCount {
    private let tracking: TotalHitsTracking
    private var value: Int64 = 0
    /// Whether matches still have to be counted.
    private(set) var isCounting: Bool

    init(_ tracking: TotalHitsTracking) {
        self.tracking = tracking
        isCounting = tracking != .none
    }

    /// The exact number is known without counting.
    mutating func know(_ exact: Int64) {
        value = exact
        isCounting = false
    }

    /// At least so many match; enough when that is beyond what is asked.
    mutating func know(atLeast minimum: Int64) {
        guard case .upTo(let limit) = tracking, minimum > Int64(limit) else { return }
        value = minimum
        isCounting = false
    }

    mutating func add(_ matches: Int) {
        value += Int64(matches)
        if case .upTo(let limit) = tracking, value > Int64(limit) { isCounting = false }
    }

    var totalHits: TotalHits? {
        TotalHits(value: value, isLowerBound: false).limited(to: tracking)
    }
}
