// Everything a seed decides about a cluster before it begins.

import Leaf
import Root
import Shards
import Storage

struct ClusterKnobs {
    let roots: Int
    let leaves: Int
    let shards: Int
    /// Copies of each shard beside its owner.
    let replicas: Int
    let steps: Int
    let ids: UInt64
    let pageSize: Int
    /// How long a silent leaf counts as alive.
    let lease: Duration
    let longestPause: Duration
    let longestAbsence: Duration
    /// Between two steps, at most.
    let longestStep: Duration
    /// Whether a node that starts again has another address.
    let movesAddresses: Bool
    /// Whether the metadata store can come back as it once was.
    let hasRewinds: Bool
    let network: NetworkKnobs
    let messages: MessageRates
    let leaf: LeafConfiguration
    let root: RootConfiguration
    /// Relative frequencies.
    let weights: [(action: Action, weight: UInt64)]

    enum Action: CaseIterable {
        case write, get, search, refresh
        case kill, stop, pause, cut, drain, undrain
        case metadataAway, metadataRewind
    }

    init(_ random: any RandomSource) {
        roots = random.next(in: 1..<3)
        leaves = random.next(in: 2..<5)
        shards = random.next(in: 1..<4)
        replicas = min(leaves - 1, random.next(in: 0..<3))
        steps = random.next(in: 20..<80)
        ids = random.next(below: 10) + 3
        pageSize = [2, 3, 1000, 1000][random.next(in: 0..<4)]
        lease = [.milliseconds(1500), .milliseconds(1500), .seconds(4)][random.next(in: 0..<3)]
        longestPause = .seconds(Int64(random.next(below: 20)) + 1)
        longestAbsence = .seconds(Int64(random.next(below: 25)) + 1)
        longestStep = .milliseconds(Int64(random.next(below: 4000)) + 200)
        movesAddresses = random.next(below: 3) == 0
        hasRewinds = random.next(below: 4) == 0
        network = Self.network(random)
        messages = Self.messages(random)
        var leaf = LeafConfiguration()
        leaf.shard = Self.settings(random)
        self.leaf = leaf
        root = RootConfiguration(
            searchTimeout: .seconds(Int64(random.next(below: 9)) + 2),
            writeTimeout: .seconds(Int64(random.next(below: 30)) + 5),
            defaultShardCount: shards, defaultReplicas: replicas)
        weights = Self.weights(random)
    }

    private static func settings(_ random: any RandomSource) -> ShardSettings {
        var settings = ShardSettings()
        settings.flushBytes = random.next(in: 100..<6000)
        settings.refreshInterval =
            random.next(below: 6) == 0 ? nil : .milliseconds(Int64(random.next(below: 2000)) + 50)
        settings.mergePolicy.segmentsPerTier = random.next(in: 2..<5)
        settings.quietAfter = .milliseconds(Int64(random.next(below: 4000)) + 500)
        return settings
    }

    /// Most faults are absent from most histories, so that each is seen alone and with others.
    private static func rate(_ random: any RandomSource, upTo highest: UInt64) -> UInt64 {
        random.next(below: 2) == 0 ? 0 : random.next(below: highest)
    }

    private static func network(_ random: any RandomSource) -> NetworkKnobs {
        var rates = FaultRates()
        if random.next(below: 4) > 0 {
            rates = FaultRates(
                lost: rate(random, upTo: 40), late: rate(random, upTo: 40),
                answerLost: rate(random, upTo: 40), duplicated: rate(random, upTo: 100),
                refused: rate(random, upTo: 60), slow: rate(random, upTo: 30))
        }
        return NetworkKnobs(
            rates: rates, latency: .microseconds(Int64(random.next(below: 20_000)) + 100),
            slowest: .milliseconds(Int64(random.next(below: 4000)) + 1),
            lateness: .seconds(Int64(random.next(below: 20)) + 1),
            computesSlowly: random.next(below: 2) == 0)
    }

    private static func messages(_ random: any RandomSource) -> MessageRates {
        guard random.next(below: 4) > 0 else { return MessageRates() }
        return MessageRates(
            lost: rate(random, upTo: 40), closedBefore: rate(random, upTo: 60),
            closedAfter: rate(random, upTo: 60))
    }

    private static func weights(_ random: any RandomSource) -> [(Action, UInt64)] {
        Action.allCases.map { action in
            let (least, most): (UInt64, UInt64) =
                switch action {
                case .write: (15, 40)
                case .search: (8, 25)
                case .get: (2, 12)
                case .refresh: (0, 4)
                case .kill: (0, 5)
                case .stop, .pause, .cut: (0, 4)
                case .drain: (0, 3)
                case .undrain: (1, 2)
                case .metadataAway: (0, 3)
                case .metadataRewind: (0, 2)
                }
            // Faults are absent from half of the histories.
            let isAbsent = least == 0 && random.next(below: 2) == 0
            return (action, isAbsent ? 0 : least + random.next(below: most - least + 1))
        }
    }

    func action(_ random: any RandomSource) -> Action {
        random.draw(weights) ?? .write
    }
}
