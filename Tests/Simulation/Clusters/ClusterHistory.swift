// One history of a cluster: roots and leaves, clients that write and search through any root, and
// everything that goes wrong, as one seed has it.

import Analysis
import Queries
import Storage

@testable import Cluster
@testable import Leaf
@testable import Root
@testable import Shards

/// Touched by one thread only.
final class ClusterHistory: @unchecked Sendable {
    static let indexName = "documents"

    let clock: VirtualClock
    let random: any RandomSource
    let record: Record
    let knobs: ClusterKnobs
    let mutant: ClusterMutant?
    let witness: ClusterWitness
    let network: Network
    let fabric: Fabric
    let metadata: ClusterMetadata
    /// Whether the bucket is the metadata store.
    let keepsMetadataInObjects: Bool
    let bucket: SimulatedBucket
    let roots: [ClusterNode]
    let leafNodes: [ClusterNode]
    /// Every leaf that ever was, to see that none outlives the history.
    var leaves: [WeakLeaf] = []
    /// Once the index is made.
    var indexUUID = ""
    var requestCount = 0
    private(set) var isCalm = false
    private(set) var isOver = false
    /// What is under way, for whoever wants to know what it waits for.
    let pending = PendingWork()
    /// What a client of all roots has written, and shows them.
    var token = SessionToken()

    struct WeakLeaf {
        weak var leaf: LeafServer?
        let name: String
    }

    init(
        clock: VirtualClock, random: any RandomSource, record: Record, mutant: ClusterMutant?
    ) {
        self.clock = clock
        self.random = random.fork("cluster")
        self.record = record
        self.mutant = mutant
        let knobs = ClusterKnobs(random.fork("cluster knobs"))
        self.knobs = knobs
        let witness = ClusterWitness(record: record)
        self.witness = witness
        network = Network(
            clock: clock, random: random.fork("network"), record: record, knobs: knobs.network)
        fabric = Fabric(
            clock: clock, random: random.fork("fabric"), record: record, network: network,
            rates: knobs.messages)
        metadata = ClusterMetadata(
            clock: clock, record: record, network: network, fabric: fabric)
        bucket = SimulatedBucket(witness)
        keepsMetadataInObjects = random.fork("metadata in objects").next(below: 4) == 0
        roots = (0..<knobs.roots).map { ClusterNode(kind: .root, number: $0) }
        leafNodes = (0..<knobs.leaves).map { ClusterNode(kind: .leaf, number: $0) }
        witness.stored = { [weak bucket] key in bucket?.objects[key] }
        fabric.onArrival = { kind, payload in
            guard kind == .write,
                let request = try? MessageCoding.decode(WireWriteRequest.self, payload)
                    .request()
            else { return }
            witness.sent(request)
        }
    }

    var nodes: [ClusterNode] { roots + leafNodes }

    func run() async {
        for node in nodes where node.kind == .root || node.number == 0 || !draw(4) { start(node) }
        await makeIndex()
        for _ in 0..<knobs.steps where record.violation == nil && !isCalm {
            perform(knobs.action(random))
            await pauseBetweenSteps()
        }
        await settle()
        isOver = true
        for node in nodes { kill(node) }
        fabric.onArrival = { _, _ in }
    }

    /// One in so many times.
    func draw(_ chance: UInt64) -> Bool { random.next(below: chance) == 0 }

    private func pauseBetweenSteps() async {
        switch random.next(below: 10) {
        case 0...2: await network.pass(upTo: .nanoseconds(1))
        case 3...6: await network.pass(upTo: .milliseconds(100))
        default: await network.pass(upTo: knobs.longestStep)
        }
    }

    /// Does it beside everything else.
    func begin(_ what: String, _ body: @Sendable @escaping () async -> Void) {
        pending.begin(what, body)
    }

    var waiting: String { pending.description }

    func shard(of id: String) -> Int {
        DocumentRouting.shard(id, shardCount: knobs.shards)
    }

    func witness(of shard: Int) -> Witness {
        witness.shard(ShardLocation(indexUUID: indexUUID, shard: shard))
    }

    /// One that is up, if any is.
    func someRoot() -> ClusterNode? {
        let up = roots.filter { $0.root != nil }
        return up.isEmpty ? nil : up[random.next(in: 0..<up.count)]
    }

    /// How long the index may take under faults. Nobody promises that it can be made then, and
    /// without it there is nothing to see.
    private static let makingLimit = Duration.seconds(120)

    private func makeIndex() async {
        while record.violation == nil, indexUUID.isEmpty {
            await network.pass(upTo: .seconds(2))
            if !isCalm, clock.now - .zero > Self.makingLimit { becomeCalm() }
            if clock.now - .zero > Self.makingLimit + Self.recoveryLimit {
                record.violated("an index can be made", "a minute without faults was not enough")
            }
            if let node = someRoot() { await tryToMakeIndex(node) }
        }
        // Of a backup that does not know the index only its documents would be left.
        metadata.forgetBackups()
    }

    private func tryToMakeIndex(_ node: ClusterNode) async {
        let body: JSONValue = [
            "settings": [
                "number_of_shards": .integer(Int64(knobs.shards)),
                "number_of_replicas": .integer(Int64(knobs.replicas)),
            ],
            "mappings": ["properties": ["n": ["type": "long"], "t": ["type": "text"]]],
        ]
        let answer = await ask(node, within: .seconds(20)) { root in
            try await root.indices.create(Self.indexName, body: body)
        }
        switch answer {
        case .success(let index): indexUUID = index.uuid
        case .failure(let error):
            record.remark("the index cannot be made: \(error)")
            // It may have been made, and nobody heard of it.
            let entry = stored("index/" + Self.indexName)
            let made = try? entry.map { try IndexMetadata(encoded: $0.value, key: "index") }
            indexUUID = (made ?? nil)?.uuid ?? ""
        case nil: break
        }
    }

    /// What the metadata store has, without asking.
    func stored(_ key: String) -> VersionedValue? {
        guard keepsMetadataInObjects else { return metadata.table.entries[key] }
        let prefix = MetadataRevision.prefix
        guard let newest = bucket.objects.keys.filter({ $0.hasPrefix(prefix) }).max(),
            let bytes = bucket.objects[newest], let number = Int64(newest.dropFirst(prefix.count))
        else { return nil }
        return (try? MetadataRevision(encoded: bytes, number: number))?.table.entries[key]
    }

    // MARK: Calm

    func becomeCalm() {
        isCalm = true
        network.calm()
        fabric.calm()
        metadata.comeBack()
        for node in nodes {
            node.process?.resume()
            start(node)
        }
    }
}
