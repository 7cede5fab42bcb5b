// Everything a seed decides about a history before it begins: which faults there are, how often,
// and how the shards are set.

import Segments
import Shards
import Storage

struct Knobs {
    let nodes: Int
    let steps: Int
    let ids: UInt64
    /// Processes on one machine's disk, or nodes and a bucket.
    let isFolder: Bool
    let hasRot: Bool
    let hasCopies: Bool
    let pageSize: Int
    let latency: Duration
    let slowest: Duration
    let lateness: Duration
    let longestPause: Duration
    let computesSlowly: Bool
    private let rates: FaultRates
    let settings: ShardSettings
    /// Relative frequencies.
    let weights: [(action: Action, weight: UInt64)]

    enum Action: CaseIterable {
        case write, open, flush, merge, mergeAll, compact, collect, settle, refresh
        case search, get, kill, die, pause, losePower, rot, metadataAway, metadataRewind
        case copy, promote, stepDown, stream, catchUp, await, scrub, haunt
    }

    /// - Parameters:
    ///   - isHaunted: Creates arrive long after the log went on, in slots that were collected,
    ///     while copies stand before them: the past comes back between true records.
    ///   - changesTypes: The mapping often comes back from a backup while flushes are under way.
    init(_ random: any RandomSource, isHaunted: Bool = false, changesTypes: Bool = false) {
        let nodes = random.next(in: 2..<5)
        self.nodes = isHaunted ? 3 : nodes
        let steps = random.next(in: 15..<70)
        self.steps = isHaunted ? steps * 3 : steps
        ids = random.next(below: 10) + 2
        isFolder = random.next(below: 5) < 2 && !isHaunted
        hasRot = random.next(below: 20) == 0 && !isHaunted
        hasCopies = random.next(below: 2) == 0 || isHaunted
        pageSize = [1, 2, 3, 1000][random.next(in: 0..<4)]
        latency = .microseconds(Int64(random.next(below: 40_000)) + 100)
        slowest = .milliseconds(Int64(random.next(below: 12_000)) + 1)
        let isPatient = random.next(below: 3) == 0 && !isHaunted
        lateness = isPatient ? .seconds(7200) : .seconds(Int64(random.next(below: 20)) + 1)
        var settings = Self.settings(random)
        if isHaunted { settings.worksInBackground = false }
        self.settings = settings
        longestPause =
            isPatient && !settings.worksInBackground
            ? .seconds(3 * 3600) : .seconds(Int64(random.next(below: 20)) + 1)
        computesSlowly = random.next(below: 2) == 0
        var weights =
            isHaunted
            ? Self.hauntedWeights
            : Self.weights(random, isFolder: isFolder, hasRot: hasRot, hasCopies: hasCopies)
        if changesTypes { weights += [(.metadataRewind, 10), (.flush, 10)] }
        self.weights = weights
        rates =
            isHaunted
            ? FaultRates(lost: 20, late: 60, duplicated: 60) : Self.rates(random)
    }

    var network: NetworkKnobs {
        NetworkKnobs(
            rates: rates, latency: latency, slowest: slowest, lateness: lateness,
            computesSlowly: computesSlowly)
    }

    private static func settings(_ random: any RandomSource) -> ShardSettings {
        var settings = ShardSettings()
        settings.worksInBackground = random.next(below: 4) == 0
        settings.flushBytes = random.next(in: 100..<3000)
        settings.refreshInterval =
            random.next(below: 4) == 0 ? nil : .milliseconds(Int64(random.next(below: 2000)) + 50)
        settings.mergePolicy.segmentsPerTier = random.next(in: 2..<5)
        settings.quietAfter = .milliseconds(Int64(random.next(below: 4000)) + 200)
        if random.next(below: 8) == 0 { settings.reordering = ReorderLimits() }
        return settings
    }

    /// Most faults are absent from most histories, so that each is seen alone and with others.
    private static func rates(_ random: any RandomSource) -> FaultRates {
        func rate(upTo highest: UInt64) -> UInt64 {
            random.next(below: 2) == 0 ? 0 : random.next(below: highest)
        }
        guard random.next(below: 8) > 0 else { return FaultRates() }
        return FaultRates(
            lost: rate(upTo: 120), late: rate(upTo: 120), answerLost: rate(upTo: 120),
            duplicated: rate(upTo: 250), refused: rate(upTo: 150), slow: rate(upTo: 100),
            diskErrors: rate(upTo: 30))
    }

    private static func weights(
        _ random: any RandomSource, isFolder: Bool, hasRot: Bool, hasCopies: Bool
    ) -> [(Action, UInt64)] {
        Action.allCases.map { action in
            if action == .scrub {
                // Numbers of its own: other histories stay what they were.
                let own = random.fork("scrub")
                return (action, own.next(below: 3) == 0 || hasRot ? own.next(below: 9) : 0)
            }
            let most: UInt64 =
                switch action {
                case .write: 40
                case .open, .flush, .refresh, .search, .get: 12
                case .merge, .mergeAll, .compact, .collect, .settle: 8
                case .kill, .pause: 6
                case .die, .losePower: isFolder ? 4 : 0
                case .rot: hasRot ? 4 : 0
                case .metadataAway, .metadataRewind: 3
                case .copy, .catchUp, .await: hasCopies ? 10 : 0
                case .stream: hasCopies ? 60 : 0
                case .promote, .stepDown: hasCopies ? 5 : 0
                case .scrub, .haunt: 0
                }
            let least: UInt64 = action == .write ? 20 : 0
            return (action, least + (most > least ? random.next(below: most - least + 1) : 0))
        }
    }

    private static let hauntedWeights: [(Action, UInt64)] = [
        (.write, 30), (.flush, 25), (.open, 12), (.search, 10), (.get, 5), (.copy, 8),
        (.catchUp, 8), (.promote, 8), (.stream, 6), (.pause, 4), (.kill, 3), (.await, 3),
        (.haunt, 6),
    ]

    func action(_ random: any RandomSource) -> Action {
        random.draw(weights) ?? .write
    }
}
