// The end of a history: faults off, and within a minute everything must be as it was asked for.

import Queries
import Storage

@testable import Cluster
@testable import Leaf
@testable import Root
@testable import Shards

extension ClusterHistory {
    /// How long a cluster without faults may take until all is well.
    static let recoveryLimit: Duration = .seconds(60)
    /// So long what was lost before is still noticed: probes that wait for answers, leaves that are
    /// taken for unreachable or unwell because of that, and tables made without them.
    private static let echoLimit: Duration = .seconds(4)

    func settle() async {
        guard record.violation == nil else { return }
        record.trace("world", "calm")
        becomeCalm()
        let deadline = clock.now + Self.recoveryLimit
        let silence = clock.now + Self.echoLimit
        let last = newBulk(plain: true)
        begin("the last write") {
            while self.record.violation == nil, self.clock.now < deadline {
                if await self.send(last, .none, attempts: 1) { return }
            }
        }
        var troubles = ["nothing was looked at"]
        while record.violation == nil, !troubles.isEmpty || clock.now < silence,
            clock.now < deadline
        {
            await network.pass(upTo: .milliseconds(500))
            await undrain()
            troubles = pending.isEmpty ? await self.troubles() : [waiting]
        }
        guard record.violation == nil else { return }
        guard troubles.isEmpty else {
            return record.violated("all is well within a minute", "\(troubles)")
        }
        for part in last.parts
        where witness(of: part.shard).model.applied[part.request.number] == nil {
            return record.violated("writable again", "the last write is nowhere")
        }
        await checkAll()
    }

    /// All leaves may hold shards again, whatever was on its way to say otherwise.
    private func undrain() async {
        guard let stored = stored(LeafWishes.key),
            let wishes = try? LeafWishes(encoded: stored.value), let node = someRoot()
        else { return }
        for leaf in wishes.drained.sorted() {
            _ = await ask(node, within: .seconds(10)) { root in
                try await root.leaves.drain(leaf, false)
            }
        }
    }

    // MARK: Is all well?

    /// What is not yet as it should be.
    private func troubles() async -> [String] {
        var troubles: [String] = []
        for node in nodes where node.root == nil && node.leaf == nil {
            troubles.append("\(node.host) has not started")
        }
        guard troubles.isEmpty else { return troubles }
        for node in roots {
            let answer = await ask(node, within: .seconds(10)) { root in
                try await root.indices.health([])
            }
            guard case .success(let health) = answer, health.status == .green else {
                troubles.append("\(node.name) finds \(answer as Any)")
                continue
            }
            guard health.indices.first?.activeShards == knobs.shards * (knobs.replicas + 1) else {
                troubles.append("\(node.name) counts \(health)")
                continue
            }
            if let routing = node.routing { troubles += imbalances(routing.current, node.name) }
        }
        for shard in 0..<knobs.shards { troubles += backlog(shard) }
        return troubles
    }

    /// Copies and owners are spread over the leaves within one.
    private func imbalances(_ table: RoutingTable, _ name: String) -> [String] {
        guard table.leaves.count == knobs.leaves else {
            return ["\(name) knows \(table.leaves.count) leaves"]
        }
        let all = table.assignments(indexUUID: indexUUID, shardCount: knobs.shards)
        var counts = Dictionary(uniqueKeysWithValues: table.leaves.map { ($0.name, 0) })
        for assignment in all {
            for copy in assignment.copies { counts[copy, default: 0] += 1 }
            if !assignment.joining.isEmpty { return ["\(name): \(assignment) is being built"] }
            if assignment.copies.count != knobs.replicas + 1 {
                return ["\(name): \(assignment) has another number of copies"]
            }
        }
        let least = counts.values.min() ?? 0
        let most = counts.values.max() ?? 0
        return most - least > 1 ? ["\(name): from \(least) to \(most) copies a leaf"] : []
    }

    /// Copies that do not have what was written. A fence that its maker left behind is nothing to
    /// anybody before the next write.
    private func backlog(_ number: Int) -> [String] {
        let key = ShardKey(indexUUID: indexUUID, shard: number)
        let last = witness(of: number).model.newest.slot
        return leafNodes.compactMap { node in
            guard let shard = node.leaf?.leaf.table.openShard(key),
                shard.appliedSlot < last
            else { return nil }
            return "\(node.name) has slot \(shard.appliedSlot) of \(last) of shard \(number) as "
                + "\(shard.role), by table \(node.routing?.current.version ?? -1)"
        }
    }

    // MARK: What is there

    private func checkAll() async {
        for node in roots {
            for id in 0..<knobs.ids { await get("\(id)", node) }
        }
        var slots: [Int: Set<Int64>] = [:]
        for node in leafNodes {
            guard let leaf = node.leaf?.leaf else { continue }
            for number in 0..<knobs.shards {
                let key = ShardKey(indexUUID: indexUUID, shard: number)
                guard let shard = leaf.table.openShard(key) else { continue }
                await check(shard, number, node.name)
                slots[number, default: []].insert(shard.snapshot.visibleSlot)
            }
        }
        for (number, seen) in slots where seen.count > 1 {
            record.violated("copies show the same", "shard \(number) at slots \(seen.sorted())")
        }
        for word in [nil, "ant", "bee"] { await compareAnswers(word) }
    }

    /// Whoever is asked, and whichever copies answer: the same hits, scores and order.
    private func compareAnswers(_ word: String?) async {
        var query = ClusterQuery(word: word)
        query.isSorted = word == nil
        var first: [SearchHit]?
        for _ in 0..<3 {
            for node in roots where record.violation == nil {
                guard let answer = await search(query, node) else {
                    return record.violated("answers are whole", "\(node.name) does not answer")
                }
                if let first, first != answer.hits {
                    record.violated("all copies answer alike", "\(first) and \(answer.hits)")
                }
                first = answer.hits
            }
        }
    }

    /// A copy that was told to show everything shows exactly what the model has.
    private func check(_ shard: Shard, _ number: Int, _ name: String) async {
        let witness = witness(of: number)
        do {
            try await shard.ensureVisible(Int64(witness.model.newest.slot))
            if shard.snapshot.visibleSlot < Int64(witness.model.newest.slot) {
                record.violated("acknowledged is recovered", "\(name) shows less of \(number)")
            }
            witness.check(shard.snapshot, by: "\(name), shard \(number)", record)
        } catch {
            record.violated("readable without damage", "\(name): \(error)")
        }
    }
}
