// One history: nodes that contend for a shard, clients that write to it, and everything that goes
// wrong, as one seed has it.

import Analysis
import Segments
import Storage

@testable import Shards

/// Touched by one thread only.
final class History: @unchecked Sendable {
    let location = ShardLocation(indexUUID: "simulated", shard: 0)
    let clock: VirtualClock
    let random: any RandomSource
    let record: Record
    let knobs: Knobs
    let mutant: Mutant?
    let witness: Witness
    let network: Network
    let metadata: SimulatedMetadata
    let bucket: SimulatedBucket?
    let machine: SimulatedMachine?
    let nodes: [SimulatedNode]
    /// Every shard that ever was, to see that none outlives the history.
    private(set) var shards: [WeakShard] = []
    /// Keys of damaged objects, and what is right.
    var damaged: [String: [UInt8]] = [:]
    /// Keys of objects that were damaged at any time.
    var rotten: Set<String> = []
    /// What is under way, for whoever wants to know what it waits for.
    let pending = PendingWork()
    var requestCount = 0
    /// Draws between values of two types for the same fields; nil where all are numbers. What a
    /// mapping makes of them depends on which came first, and on which backup it came back from.
    let types: (any RandomSource)?
    private(set) var isCalm = false

    struct WeakShard {
        weak var shard: Shard?
        let name: String
    }

    /// How long a cluster without faults may take until everything can be written again.
    static let recoveryLimit: Duration = .seconds(60)

    init(
        clock: VirtualClock, random: any RandomSource, record: Record, mutant: Mutant?,
        isStrict: Bool
    ) throws {
        self.clock = clock
        self.random = random.fork("history")
        self.record = record
        self.mutant = mutant
        let isHaunted = mutant == .skipsTheChain || random.fork("haunted").next(below: 16) == 0
        let types = random.fork("types")
        self.types = types.next(below: 10) == 0 ? types : nil
        knobs = Knobs(
            random.fork("knobs"), isHaunted: isHaunted, changesTypes: self.types != nil)
        witness = Witness(location: location, record: record)
        witness.isStrict = isStrict
        witness.model.mayRefuse = self.types != nil
        network = Network(
            clock: clock, random: random.fork("network"), record: record, knobs: knobs.network)
        metadata = SimulatedMetadata(network: network, record: record)
        let isFolder = knobs.isFolder || mutant == .skipsSynchronizing
        bucket = isFolder ? nil : SimulatedBucket(witness)
        machine = isFolder ? try SimulatedMachine(witness: witness) : nil
        nodes = (0..<knobs.nodes).map { SimulatedNode(number: $0) }
        witness.toleratesDamage = knobs.hasRot
        witness.stored = { [weak bucket, weak machine] key in
            bucket?.objects[key] ?? machine?.read(key)
        }
    }

    func run() async {
        machine?.onPowerLoss = { [unowned self] in losePower() }
        machine?.onDeath = { [unowned self] process in
            nodes.first { $0.process === process }.map(kill)
        }
        for _ in 0..<knobs.steps where record.violation == nil {
            let action = knobs.action(random)
            if action == .haunt { await haunt(nodes[random.next(in: 0..<nodes.count)]) }
            perform(action)
            await pauseBetweenSteps()
        }
        await settle()
        for node in nodes { node.kill() }
        machine?.onPowerLoss = {}
        machine?.onDeath = { _ in }
    }

    private func pauseBetweenSteps() async {
        switch random.next(below: 10) {
        case 0...3: await network.pass(upTo: .nanoseconds(1))
        case 4...8: await network.pass(upTo: knobs.latency * 4)
        default: await network.pass(upTo: .seconds(2))
        }
    }

    /// Does it beside everything else.
    func start(_ what: String, _ body: @Sendable @escaping () async -> Void) {
        pending.begin(what, body)
    }

    var waiting: String { pending.description }

    // MARK: Nodes

    /// The node's shard, opened if need be; nil when that fails.
    func shard(of node: SimulatedNode, as role: Shard.Role = .owner) async -> Shard? {
        guard let process = node.process, await process.isThere() else { return nil }
        if let shard = node.shard { return shard }
        if let opening = node.opening { return await opening.value }
        let opening = Task { await self.open(node, process, role) }
        node.opening = opening
        return await opening.value
    }

    private func open(
        _ node: SimulatedNode, _ process: NodeProcess, _ role: Shard.Role
    ) async -> Shard? {
        defer { if node.process === process { node.opening = nil } }
        record.trace(process.name, "opens as \(role)")
        do {
            let shard = try await Shard.open(
                location: location, settings: knobs.settings, schema: metadata.schema,
                objects: store(for: process), clock: time(of: process),
                random: random.fork(process.name), compute: pool(of: process),
                owner: process.name, logger: record.logger(process.name), as: role)
            shards.append(WeakShard(shard: shard, name: process.name))
            record.note(role == .owner ? .takeovers : .copies)
            guard node.process === process else {
                await shard.close()
                return nil
            }
            record.trace(process.name, "owns", shard.snapshot.visibleSlot.magnitude)
            node.shard = shard
            return shard
        } catch {
            record.note(.takeoverFailures)
            record.trace(process.name, "cannot open")
            record.remark("\(error)")
            if node.process === process { noteFailure(error, of: node, "opening") }
            return nil
        }
    }

    /// What a shard may refuse, and what it must not.
    func noteFailure(_ error: any Error, of node: SimulatedNode, _ what: String) {
        guard let error = error as? ShardError else {
            return record.violated("clear errors", "\(what) by \(node.name): \(error)")
        }
        switch error.kind {
        case .deposed:
            record.note(.deposed)
            // It is a copy from now on, which may go on as one.
            if random.next(below: 2) == 0 { node.drop() }
        case .corrupt:
            // Damage is found, never served; and a log that many fight for may be given up.
            let isContention = error.reason.contains("times over")
            if !knobs.hasRot, !isContention, node.process != nil {
                record.violated("readable without damage", "\(what) by \(node.name): \(error)")
            }
            node.drop()
        case .closed, .overloaded, .unavailable: break
        case .keyReused, .notKept, .refused:
            record.violated("only what was asked", "\(what) by \(node.name): \(error)")
        }
    }

    private func store(for process: NodeProcess) -> any ObjectStore {
        let store: any ObjectStore
        if let machine {
            let disk = NodeDisk(
                machine: machine, process: process, network: network,
                skipsSynchronizing: mutant == .skipsSynchronizing)
            let folder = FolderObjectStore(
                disk: disk, root: SimulatedMachine.root, threads: 0,
                random: random.fork("folder of \(process.name)"))
            store = FolderClient(folder: folder, network: network, process: process)
        } else if let bucket {
            store = BucketClient(
                bucket: bucket, network: network, process: process, pageSize: knobs.pageSize)
        } else {
            preconditionFailure("a world has a bucket or a machine")
        }
        guard let mutant else { return store }
        return MutantStore(
            store, mutant: mutant, location: location, process: process, stored: witness.stored)
    }

    private func time(of process: NodeProcess) -> NodeTime {
        let draws = random.fork("time of \(process.name)")
        return NodeTime(
            process: process, clock: clock,
            origin: Instant(nanoseconds: Int64(draws.next(below: 1 << 50))),
            rate: [1000, 1000, 900, 1100][draws.next(in: 0..<4)], random: draws)
    }

    private func pool(of process: NodeProcess) -> SimulatedComputePool {
        SimulatedComputePool(process: process, network: network)
    }

    // MARK: The end

    /// Faults off: everything must be writable again, and all that was acknowledged be there.
    private func settle() async {
        guard record.violation == nil else { return }
        record.trace("world", "calm")
        isCalm = true
        network.calm()
        metadata.isAway = false
        machine?.callsToPowerLoss = nil
        machine?.callsToDeath = nil
        heal()
        for node in nodes {
            node.process?.resume()
            if node.process == nil { restart(node) }
        }
        let deadline = clock.now + Self.recoveryLimit
        metadata.owner = random.next(in: 0..<nodes.count)
        // One that changes something, whatever there is.
        let last = newRequest(plain: true)
        start("the last write") { await self.write(last) }
        while !pending.isEmpty, clock.now < deadline, record.violation == nil {
            await network.pass(upTo: .milliseconds(500))
        }
        guard record.violation == nil else { return }
        guard pending.isEmpty else {
            return record.violated("writable again within a minute", "waiting: \(waiting)")
        }
        guard witness.model.applied[last.number] != nil else {
            return record.violated("writable again within a minute", "the last write is nowhere")
        }
        for node in nodes { await checkCopy(node) }
        for _ in 0..<2 where record.violation == nil { await reopen() }
    }

    private func checkCopy(_ node: SimulatedNode) async {
        guard record.violation == nil, let shard = node.shard, shard.role == .copy else { return }
        do {
            try await shard.catchUp()
            await checkWhole(shard, node)
        } catch {
            record.violated("copies catch up", "\(node.name): \(error)")
        }
    }

    /// A node that was not there before finds everything.
    private func reopen() async {
        let node = nodes[random.next(in: 0..<nodes.count)]
        kill(node)
        restart(node)
        let role: Shard.Role = random.next(below: 2) == 0 ? .owner : .copy
        guard let shard = await shard(of: node, as: role) else {
            return record.violated("writable again within a minute", "\(node.name) cannot open")
        }
        await checkWhole(shard, node)
        do {
            try await shard.promote()
        } catch {
            return record.violated("copies can be promoted", "\(node.name): \(error)")
        }
        await checkWhole(shard, node)
        guard random.next(below: 3) == 0 else { return }
        do {
            try await shard.forceMerge(maximumSegments: 1)
        } catch {
            noteFailure(error, of: node, "the last merge")
        }
        await checkWhole(shard, node)
    }

    private func checkWhole(_ shard: Shard, _ node: SimulatedNode) async {
        do {
            try await shard.refresh()
            let newest = witness.model.newest
            if shard.snapshot.visibleSlot != Int64(newest.slot) {
                record.violated(
                    "acknowledged is recovered",
                    "\(node.name) shows slot \(shard.snapshot.visibleSlot) of \(newest.slot)")
            }
            witness.check(shard.snapshot, by: node.name, record)
            for id in newest.state.keys.sorted() {
                witness.check(
                    try await shard.get(id: id), id: id, from: newest.slot, by: node.name, record)
            }
            let count = newest.state.values.filter { $0.source != nil }.count
            let status = await shard.status()
            if status.documents != count {
                record.violated("true counts", "\(status.documents) documents; \(count) are alive")
            }
        } catch {
            record.violated("readable without damage", "\(node.name): \(error)")
        }
    }

    private func heal() {
        for (key, bytes) in damaged.sorted(by: { $0.key < $1.key }) { restore(key, bytes) }
        guard !damaged.isEmpty else { return }
        damaged = [:]
        for node in nodes { node.drop() }
    }
}
