// What lies between a node and what it asks: time, and everything that can go wrong on the way.

import Storage

/// What becomes of one request.
enum Fate {
    case fine
    /// Never arrives.
    case lost
    /// Arrives after the asker has given up.
    case late
    /// Is done, and nobody hears of it.
    case answerLost
    /// Is done, and once more later.
    case duplicated
    /// A 5xx.
    case refused
}

/// Shares of requests, in thousandths.
struct FaultRates {
    var lost: UInt64 = 0
    var late: UInt64 = 0
    var answerLost: UInt64 = 0
    var duplicated: UInt64 = 0
    var refused: UInt64 = 0
    /// Of those that take up to `slowest`.
    var slow: UInt64 = 0
    /// Of system calls.
    var diskErrors: UInt64 = 0
}

/// How what lies between is in one history.
struct NetworkKnobs {
    var rates = FaultRates()
    /// Of an ordinary way, there or back.
    var latency: Duration
    var slowest: Duration
    /// How late late requests are.
    var lateness: Duration
    /// Whether computing takes time, so that others come in between.
    var computesSlowly: Bool
}

/// Touched by one thread only.
final class Network: @unchecked Sendable {
    private let clock: VirtualClock
    private let random: any RandomSource
    private let record: Record
    private let knobs: NetworkKnobs
    private var rates: FaultRates

    init(clock: VirtualClock, random: any RandomSource, record: Record, knobs: NetworkKnobs) {
        self.clock = clock
        self.random = random
        self.record = record
        self.knobs = knobs
        rates = knobs.rates
    }

    func calm() { rates = FaultRates() }

    func fate() -> Fate {
        var draw = random.next(below: 1000)
        for (rate, fate, event) in [
            (rates.lost, Fate.lost, Event.lostRequests), (rates.late, .late, .lateRequests),
            (rates.answerLost, .answerLost, .lostAnswers),
            (rates.duplicated, .duplicated, .duplicates), (rates.refused, .refused, .refusals),
        ] {
            if draw < rate {
                record.note(event)
                return fate
            }
            draw -= rate
        }
        return .fine
    }

    /// One way.
    func travel() async { await pass(upTo: longestWay()) }

    /// The same as a time.
    func way() -> Duration { drawn(upTo: longestWay()) }

    private func longestWay() -> Duration {
        guard random.next(below: 1000) < rates.slow else { return knobs.latency }
        record.note(.slowAnswers)
        return knobs.slowest
    }

    /// Whose next create is long on its way, and how long.
    private var haunted: (process: NodeProcess, delay: Duration)?

    func haunt(_ process: NodeProcess, after delay: Duration) { haunted = (process, delay) }

    /// Nil: as any other request.
    func hauntedDelay(_ process: NodeProcess) -> Duration? {
        guard let known = haunted, known.process === process else { return nil }
        haunted = nil
        return known.delay
    }

    func deliverLate(_ action: @escaping () -> Void) {
        deliver(after: drawn(upTo: knobs.lateness), action)
    }

    func deliver(after delay: Duration, _ action: @escaping () -> Void) {
        clock.schedule(at: clock.now + delay, action)
    }

    func compute(_ priority: ComputePriority) async {
        guard knobs.computesSlowly, random.next(below: 4) == 0 else { return }
        await pass(upTo: priority == .merge ? knobs.latency * 8 : knobs.latency)
    }

    func failsOnDisk() -> Bool {
        guard random.next(below: 1000) < rates.diskErrors else { return false }
        record.note(.diskErrors)
        return true
    }

    func drawn(upTo longest: Duration) -> Duration {
        .nanoseconds(Int64(random.next(below: UInt64(max(1, longest.wholeNanoseconds)))))
    }

    func wait(_ time: Duration) async {
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            clock.schedule(at: clock.now + time) { continuation.resume() }
        }
    }

    /// Cannot be called off: a packet on its way is on its way.
    func pass(upTo longest: Duration) async {
        let deadline = clock.now + drawn(upTo: longest)
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            clock.schedule(at: deadline) { continuation.resume() }
        }
    }
}
