// Clients: each request has a key of its own, is sent to whoever seems to own the shard, and again
// until it is answered or the client loses patience.

import Analysis
import Storage

@testable import Shards

extension History {
    func newRequest(plain: Bool = false) -> ClientRequest {
        requestCount += 1
        let number = requestCount
        let count = !plain && random.next(below: 3) == 0 ? random.next(in: 2..<6) : 1
        let operations = (0..<count).map { operation(number, $0, plain: plain) }
        let request = ClientRequest(
            number: number, key: "request \(number)", operations: operations)
        witness.model.expect(request, key: request.digest)
        record.note(.requests)
        return request
    }

    private func operation(
        _ request: Int, _ place: Int, plain: Bool
    ) -> DocumentOperation {
        let id = "\(random.next(below: knobs.ids))"
        let more = moreFields(plain: plain)
        let source = Array(#"{"n":\#(request * 10 + place)\#(more)}"#.utf8)
        let partial = Array(#"{"m":\#(random.next(below: 3))\#(more)}"#.utf8)
        var operation = DocumentOperation(action: .index, id: id, source: source)
        switch plain ? 19 : random.next(below: 20) {
        case 0, 1: operation.action = .create
        case 2...4: operation = DocumentOperation(action: .delete, id: id)
        case 5...7: operation = DocumentOperation(action: .update, id: id, source: partial)
        case 8:
            operation = DocumentOperation(
                action: .update, id: id, source: partial, upsert: source)
        case 9...11:
            let state = witness.model.states[random.next(in: 0..<witness.model.states.count)]
            operation.ifSequenceNumber = state.state[id]?.sequenceNumber ?? 0
            operation.ifPrimaryTerm = state.state[id]?.term ?? 1
        case 12:
            operation.externalVersion = Int64(random.next(below: 40))
            operation.externalGTE = random.next(below: 2) == 0
        default: break
        }
        return operation
    }

    /// A mapping that grows, seldom.
    private func moreFields(plain: Bool) -> String {
        guard let types else {
            return random.next(below: 12) == 0 ? #","f\#(random.next(below: 6))":1"# : ""
        }
        guard !plain, types.next(below: 2) == 0 else { return "" }
        let value = types.next(below: 2) == 0 ? "1" : #""one""#
        return #","f\#(types.next(below: 2))":\#(value)"#
    }

    func write(_ request: ClientRequest) async {
        let patience = random.next(below: 3) == 0 ? random.next(in: 1..<4) : Int.max
        var attempt = 0
        while record.violation == nil {
            attempt += 1
            let node = nodes[metadata.owner]
            switch await call(node, request, attempt) {
            case .success(let (outcomes, first)):
                record.trace(node.name, "acknowledges", UInt64(request.number))
                record.note(.acknowledged)
                if attempt > 1 { record.note(.repeated) }
                return witness.acknowledged(request, outcomes, since: first)
            case .failure(let error):
                record.remark("request \(request.number), \(node.name): \(error)")
            case nil: record.note(.unknown)
            }
            if !isCalm {
                if attempt >= patience { return }
                if random.next(below: 3) == 0 {
                    metadata.owner = random.next(in: 0..<nodes.count)
                }
            }
            await network.pass(upTo: .milliseconds(500))
        }
    }

    /// Nil when no answer comes in time.
    private func call(
        _ node: SimulatedNode, _ request: ClientRequest, _ attempt: Int
    ) async -> WriteOutcome? {
        guard let process = node.process else { return nil }
        let answer = FirstAnswer<WriteOutcome>()
        start("request \(request.number) at \(process.name)") {
            let result = await self.serve(request, attempt, by: node, process)
            // A dead process answers nobody.
            guard await process.isThere() else { return }
            answer.give(result)
        }
        let limit: Duration = isCalm ? .seconds(30) : .seconds(8)
        clock.schedule(at: clock.now + limit) { answer.give(nil) }
        return await answer.value()
    }

    /// What a leaf does with a write.
    private func serve(
        _ request: ClientRequest, _ attempt: Int, by node: SimulatedNode, _ process: NodeProcess
    ) async -> WriteOutcome? {
        await network.travel()
        guard await process.isThere(), let shard = await shard(of: node) else { return nil }
        // An owner that has been deposed and does not know may say that nothing is to be done by
        // what it knows; it cannot say that anything was done.
        let first = shard.snapshot.visibleSlot.magnitude
        if !metadata.isAway { await shard.updateSchema(metadata.schema) }
        var key = request.key
        if mutant == .forgetsAnswers, attempt > 1 {
            key += ", attempt \(attempt)"
            witness.model.expect(request, key: .init(of: Array(key.utf8)))
        }
        do {
            if shard.role == .copy {
                record.note(.promotions)
                try await shard.promote()
            }
            let outcomes = try await shard.write(request.operations, idempotencyKey: key) {
                try await self.metadata.commit($0, for: process)
            }
            let told = outcomes.map(\.slot).max() ?? 0
            if node.process === process, told > 0 {
                node.toldSlot = max(node.toldSlot, UInt64(told))
            }
            return .success((outcomes, first))
        } catch {
            record.note(.refused)
            if node.shard === shard { noteFailure(error, of: node, "a write") }
            return .failure(error)
        }
    }
}

/// What a write came to, and the slot that was visible before it.
typealias WriteOutcome = Result<(outcomes: [DocumentOutcome], first: UInt64), any Error>
