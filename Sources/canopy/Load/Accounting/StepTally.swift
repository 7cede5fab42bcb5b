// Adds up what happens during one step of a load test.

import Histogram

/// How one arrival ended.
enum ArrivalOutcome: Equatable, Sendable {
    /// Status 200 with a body.
    case answered
    /// Status 429: refused in good order.
    case refused
    case timedOut
    /// Anything else, in words.
    case failed(String)
}

/// Counters and histograms of a running step. Latencies are of answers, and of time-outs at the
/// limit they hit; refusals and failures, quick as they may be, do not improve them.
struct StepTally {
    /// Slices of the timeline at most.
    static let sliceLimit = 300
    /// Different failures told apart.
    private static let failureLimit = 20
    /// The longest latency told apart, in nanoseconds: an hour.
    private static let longest: UInt64 = 3_600_000_000_000

    /// What happened to the arrivals of one stretch of time.
    struct Slice {
        var offered: Int64 = 0
        var answered: Int64 = 0
        var others: Int64 = 0
        var latency = Histogram<UInt32>(
            highestTrackableValue: StepTally.longest, numberOfSignificantValueDigits: .two)
    }

    private(set) var offered: Int64 = 0
    private(set) var answered: Int64 = 0
    private(set) var refused: Int64 = 0
    private(set) var timedOut: Int64 = 0
    private(set) var partial: Int64 = 0
    /// Requests sent a second time, because the server had just given their connection up.
    var sentAgain: Int64 = 0
    private(set) var failures: [String: Int64] = [:]
    private(set) var cacheVerdicts: [String: Int64] = [:]
    private(set) var byteCount: Int64 = 0
    private(set) var lastAnswer: Int64 = 0
    private(set) var latency = StepTally.histogram()
    /// The server's `took`, in nanoseconds (it counts milliseconds).
    private(set) var took = StepTally.histogram()
    /// How late the generator itself sent what was due, connections permitting.
    private(set) var lateness = StepTally.histogram()
    private(set) var latencyByTag: [String: Histogram<UInt32>] = [:]
    private(set) var slices: [Slice]
    let sliceNanoseconds: Int64

    init(duration: Duration) {
        let nanoseconds = Int64(duration.seconds * 1e9)
        sliceNanoseconds = max(1_000_000_000, nanoseconds / Int64(Self.sliceLimit) + 1)
        let count = Int(nanoseconds / sliceNanoseconds) + 1
        slices = Array(repeating: Slice(), count: count)
    }

    /// An arrival was due `intended` nanoseconds into the step and noticed `late` nanoseconds
    /// after.
    mutating func offer(intended: Int64, late: Int64) {
        offered += 1
        lateness.record(UInt64(max(0, late)))
        slices[slice(intended)].offered += 1
    }

    /// An arrival ended.
    /// - Parameters:
    ///   - intended: nanoseconds into the step.
    ///   - now: nanoseconds into the step.
    mutating func end(_ outcome: ArrivalOutcome, intended: Int64, now: Int64, tags: [String]) {
        let slice = slice(intended)
        let value = UInt64(min(max(0, now - intended), Int64(Self.longest)))
        switch outcome {
        case .answered:
            answered += 1
            lastAnswer = max(lastAnswer, now)
            slices[slice].answered += 1
        case .refused:
            refused += 1
            slices[slice].others += 1
            return
        case .failed(let words):
            let key = failures[words] != nil || failures.count < Self.failureLimit ? words : "other"
            failures[key, default: 0] += 1
            slices[slice].others += 1
            return
        case .timedOut:
            timedOut += 1
            slices[slice].others += 1
        }
        latency.record(value)
        slices[slice].latency.record(value)
        for tag in tags {
            latencyByTag[tag, default: Self.histogram()].record(value)
        }
    }

    /// What an answer said of itself.
    mutating func take(_ answer: AnswerDigest, byteCount: Int, cacheVerdict: String?) {
        self.byteCount += Int64(byteCount)
        if answer.isPartial { partial += 1 }
        if let took = answer.took { self.took.record(UInt64(min(took, 3_600_000)) * 1_000_000) }
        if let cacheVerdict { cacheVerdicts[cacheVerdict, default: 0] += 1 }
    }

    private func slice(_ intended: Int64) -> Int {
        min(max(0, Int(intended / sliceNanoseconds)), slices.count - 1)
    }

    private static func histogram() -> Histogram<UInt32> {
        Histogram(highestTrackableValue: longest, numberOfSignificantValueDigits: .three)
    }
}
