// Copies: they follow a stream that loses, repeats and cuts off records, are promoted, step down,
// and must show at every slot what the model has there.

import Storage

@testable import Shards

extension History {
    func performOnCopies(_ action: Knobs.Action, _ node: SimulatedNode) {
        switch action {
        case .copy:
            guard node.shard == nil else { return }
            start("opening a copy by \(node.name)") { _ = await self.shard(of: node, as: .copy) }
        case .promote:
            metadata.owner = node.number
            ask(node, .promotions, "promotion") { try await $0.promote() }
        case .stepDown: ask(node, .stepDowns, "stepping down") { await $0.stepDown() }
        case .stream: stream(to: node)
        case .catchUp: ask(node, .catchUps, "catching up") { try await $0.catchUp() }
        case .await:
            let slot = Int64(witness.newestAcknowledged)
            ask(node, .awaited, "a wait for slot \(slot)") { shard in
                try await shard.ensureVisible(slot)
                if shard.snapshot.visibleSlot < slot {
                    self.record.violated(
                        "what is required is visible",
                        "\(node.name) shows \(shard.snapshot.visibleSlot), not \(slot)")
                }
                self.witness.check(shard.snapshot, by: node.name, self.record)
            }
        default: break
        }
    }

    /// Two copies are level with an owner. One of them wants to own and dies, its fence on its way.
    /// The owner writes and flushes until what it wrote first is collected; then the fence arrives
    /// in that slot, and the other copy reads on.
    func haunt(_ owner: SimulatedNode) async {
        let others = nodes.filter { $0 !== owner }
        let (would, reader) = (others[0], others[1])
        metadata.owner = owner.number
        guard let owning = await shard(of: owner), (try? await owning.promote()) != nil else {
            return
        }
        for node in others {
            guard let shard = await shard(of: node, as: .copy) else { return }
            if shard.role == .owner { await shard.stepDown() }
            guard (try? await shard.catchUp()) != nil else { return }
        }
        guard let process = would.process, let wanting = would.shard, let copy = reader.shard
        else { return }
        let position = copy.appliedSlot
        network.haunt(process, after: .seconds(4))
        start("a promotion that comes to nothing") { try? await wanting.promote() }
        await network.pass(upTo: .milliseconds(400))
        if would.process === process { kill(would) }
        for _ in 0..<2 {
            await write(newRequest(plain: true))
            guard (try? await owning.flush()) != nil else { return }
        }
        await network.wait(.seconds(4))
        guard copy.appliedSlot == position else { return }
        record.note(.haunted)
        guard (try? await copy.catchUp()) != nil, (try? await copy.refresh()) != nil else { return }
        witness.check(copy.snapshot, by: reader.name, record)
    }

    /// What a node has of the log in its memory goes to another.
    private func stream(to node: SimulatedNode) {
        let other = nodes[random.next(in: 0..<nodes.count)]
        guard let copy = node.shard, let source = other.shard, source !== copy,
            let sender = other.process
        else { return }
        start("a stream from \(other.name) to \(node.name)") {
            await self.network.travel()
            guard await sender.isThere() else { return }
            let limit = self.random.next(in: 1..<4000)
            let recent = source.records(after: copy.appliedSlot, byteLimit: limit)
            await self.network.travel()
            do {
                switch recent {
                case .none: return
                case .behind:
                    self.record.note(.catchUps)
                    try await copy.catchUp()
                case .records(let records):
                    self.record.note(.streamed)
                    await self.deliver(self.mangled(records), to: copy)
                    if self.random.next(below: 3) == 0 { try await copy.catchUp() }
                }
            } catch {
                if node.shard === copy { self.noteFailure(error, of: node, "a stream") }
            }
        }
    }

    private func deliver(_ records: [[UInt8]], to copy: Shard) async {
        do {
            try await copy.follow(records)
        } catch {
            record.note(.streamGaps)
            record.remark("a stream was refused: \(error)")
        }
    }

    /// What a network, or a sender of another opinion, makes of it.
    private func mangled(_ records: [[UInt8]]) -> [[UInt8]] {
        var records = records
        if mutant == .streamsOtherRecords, let last = records.last, let other = emptied(last) {
            records[records.count - 1] = other
        }
        let place = random.next(in: 0..<records.count)
        switch random.next(below: 12) {
        case 0: records.remove(at: place)
        case 1: records.insert(records[place], at: place)
        case 2: records[place][random.next(in: 0..<records[place].count)] ^= 1
        default: break
        }
        return records
    }

    /// A well-formed record of the same slot that says nothing.
    private func emptied(_ bytes: [UInt8]) -> [UInt8]? {
        guard let record = try? LogRecord(bytes), record.kind == .batch else { return nil }
        return LogRecord(
            kind: .batch, slot: record.slot, previous: record.previous, owner: record.owner,
            body: BatchBody().encoded()
        ).encoded()
    }
}
