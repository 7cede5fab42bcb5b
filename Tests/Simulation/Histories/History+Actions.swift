// What happens in a history, one step at a time.

import Analysis
import Storage

@testable import Shards

extension History {
    func perform(_ action: Knobs.Action) {
        let node = nodes[random.next(in: 0..<nodes.count)]
        record.trace(node.name, "\(action)")
        switch action {
        case .write:
            let request = newRequest()
            start("request \(request.number)") { await self.write(request) }
        case .open:
            metadata.owner = node.number
            start("opening by \(node.name)") { _ = await self.shard(of: node) }
        case .flush: ask(node, .flushes, "flush") { try await $0.flush() }
        case .merge: ask(node, .merges, "merge") { _ = try await $0.mergeOnce() }
        case .mergeAll: ask(node, .merges, "merge") { try await $0.forceMerge(maximumSegments: 1) }
        case .compact: ask(node, .compactions, "compaction") { _ = try await $0.compactMemory() }
        case .collect: ask(node, .collections, "collection") { await self.collect($0) }
        case .settle: ask(node, .collections, "settling") { try await $0.settle() }
        case .scrub: ask(node, .scrubs, "scrub") { await self.scrub($0) }
        case .refresh: ask(node, .refreshes, "refresh") { try await $0.refresh() }
        case .search: search(node)
        case .get: get(node)
        case .kill: kill(node)
        case .die: machine?.callsToDeath = random.next(in: 0..<30)
        case .losePower: machine?.callsToPowerLoss = random.next(in: 0..<30)
        case .pause: pause(node)
        case .rot: rot()
        case .metadataAway: loseMetadata()
        case .metadataRewind: metadata.rewind(random)
        case .copy, .promote, .stepDown, .stream, .catchUp, .await:
            performOnCopies(action, node)
        case .haunt: break
        }
    }

    /// Asks the node's shard, if it has one open.
    func ask(
        _ node: SimulatedNode, _ event: Event, _ what: String,
        _ body: @Sendable @escaping (Shard) async throws -> Void
    ) {
        guard let shard = node.shard else { return }
        record.note(event)
        start("\(what) by \(node.name)") {
            do {
                try await body(shard)
            } catch {
                self.record.remark("\(what) by \(node.name) failed: \(error)")
                if node.shard === shard { self.noteFailure(error, of: node, what) }
            }
        }
    }

    private func search(_ node: SimulatedNode) {
        guard let shard = node.shard else { return }
        start("search by \(node.name)") {
            try? await shard.refreshIfDue(searching: true)
            self.record.note(shard.role == .copy ? .copySnapshots : .snapshots)
            let snapshot = shard.snapshot
            self.record.trace(node.name, "shows", snapshot.visibleSlot.magnitude)
            self.witness.check(snapshot, by: node.name, self.record)
        }
    }

    private func get(_ node: SimulatedNode) {
        guard let shard = node.shard else { return }
        let id = "\(random.next(below: knobs.ids))"
        start("get by \(node.name)") {
            let first = max(node.toldSlot, shard.snapshot.visibleSlot.magnitude)
            guard let found = try? await shard.get(id: id) else { return }
            self.record.note(.reads)
            self.witness.check(found, id: id, from: first, by: node.name, self.record)
        }
    }

    private func collect(_ shard: Shard) async {
        await shard.collectGarbage()
        guard mutant == .deletesFences || mutant == .collectsTooEarly else { return }
        await shard.collectAsMutant(mutant)
    }

    /// Others go on meanwhile; what is not damaged must never be taken for it.
    private func scrub(_ shard: Shard) async {
        let report = await shard.scrub { _ in await self.network.pass(upTo: .milliseconds(300)) }
        for finding in report.findings {
            record.note(finding.isMended ? .mended : .unmended)
            record.remark("\(finding.object): \(finding.reason); \(finding.remedy)")
            if !rotten.contains(finding.object) {
                record.violated("no false alarms", "\(finding.object): \(finding.reason)")
            }
        }
    }

    // MARK: Processes

    func kill(_ node: SimulatedNode) {
        guard node.process != nil else { return }
        record.note(.kills)
        record.trace(node.name, "dies")
        node.kill()
        guard !isCalm else { return }
        start("restart of n\(node.number)") {
            await self.network.pass(upTo: .seconds(5))
            self.restart(node)
        }
    }

    func restart(_ node: SimulatedNode) {
        guard node.process == nil else { return }
        record.note(.restarts)
        node.start()
    }

    private func pause(_ node: SimulatedNode) {
        guard let process = node.process, process.condition == .running else { return }
        record.note(.pauses)
        process.pause()
        let deadline = clock.now + network.drawn(upTo: knobs.longestPause)
        clock.schedule(at: deadline) { process.resume() }
    }

    func losePower() {
        guard let machine else { return }
        record.note(.powerLosses)
        record.trace("world", "power failure")
        for node in nodes where node.process != nil { kill(node) }
        machine.disk.crash(random)
        witness.settle()
    }

    // MARK: Damage

    private func rot() {
        let keys = machine?.keys(of: location) ?? bucket?.objects.keys.sorted() ?? []
        guard !keys.isEmpty else { return }
        let key = keys[random.next(in: 0..<keys.count)]
        guard damaged[key] == nil, let bytes = witness.stored(key), !bytes.isEmpty else { return }
        record.note(.tornBits)
        damaged[key] = bytes
        rotten.insert(key)
        var changed = bytes
        let bit = random.next(in: 0..<bytes.count * 8)
        changed[bit / 8] ^= 1 << UInt8(bit % 8)
        restore(key, changed)
    }

    /// Puts other bytes in the place of an object that is still there.
    func restore(_ key: String, _ bytes: [UInt8]) {
        guard witness.stored(key) != nil else { return }
        bucket?.damage(key, bytes)
        machine?.damage(key, bytes)
    }

    private func loseMetadata() {
        metadata.isAway = true
        let deadline = clock.now + network.drawn(upTo: .seconds(10))
        clock.schedule(at: deadline) { [metadata] in metadata.isAway = false }
    }
}

extension SimulatedMachine {
    func keys(of location: ShardLocation) -> [String] {
        ["log", "segments"].flatMap { folder -> [String] in
            let path = location.prefix + folder
            let entries = (try? disk.entries(of: Self.root + "/" + path)) ?? nil
            return (entries ?? []).map { path + "/" + $0.name }.sorted()
        }
    }

    func damage(_ key: String, _ bytes: [UInt8]) {
        guard let now = read(key), now.count == bytes.count else { return }
        for (index, pair) in zip(now, bytes).enumerated() where pair.0 != pair.1 {
            for bit in 0..<8 where (pair.0 ^ pair.1) >> UInt8(bit) & 1 == 1 {
                _ = disk.flip(Self.root + "/" + key, bit: index * 8 + bit)
            }
        }
    }
}

extension Shard {
    /// Garbage collection without one of its rules.
    func collectAsMutant(_ mutant: Mutant?) async {
        guard let limit = collection.limit, let newest = collection.newest else { return }
        let objects = environment.objects
        if mutant == .deletesFences {
            for slot in 1...max(1, limit) {
                try? await objects.delete(location.logKey(slot))
            }
        } else {
            let keys = (try? await objects.list(prefix: location.segmentPrefix, after: nil)) ?? []
            for key in keys
            where !newest.segments.contains(String(key.dropFirst(location.segmentPrefix.count))) {
                try? await objects.delete(key)
            }
        }
    }
}
