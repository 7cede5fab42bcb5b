// Clients: they ask any root, wait so long, and repeat a write with a key through whichever root is
// up, until it is answered.

import Analysis
import Queries
import Storage

@testable import Cluster
@testable import Root

extension ClusterHistory {
    /// Nil when no answer comes in time.
    func ask<R: Sendable>(
        _ node: ClusterNode, within limit: Duration,
        _ body: @Sendable @escaping (RootServices) async throws -> R
    ) async -> Result<R, any Error>? {
        guard let process = node.process, let root = node.root else { return nil }
        let answer = FirstAnswer<Result<R, any Error>>()
        Task {
            await self.network.travel()
            guard await process.isThere() else { return }
            let result: Result<R, any Error>
            do { result = .success(try await body(root)) } catch { result = .failure(error) }
            // A dead process answers nobody.
            guard await process.isThere() else { return }
            await self.network.travel()
            answer.give(result)
        }
        clock.schedule(at: clock.now + limit) { answer.give(nil) }
        return await answer.value()
    }

    // MARK: Writing

    struct BulkRequest {
        let number: Int
        let operations: [DocumentOperation]
        let parts: [RequestPart]
        let key: String?
    }

    func newBulk(plain: Bool = false) -> BulkRequest {
        requestCount += 1
        let number = requestCount
        let count = plain ? knobs.shards * 4 : draw(2) ? 1 : random.next(in: 2..<7)
        var operations = (0..<count).map { operation(number, $0, plain: plain) }
        var places: [[Int]] = Array(repeating: [], count: knobs.shards)
        for (place, operation) in operations.enumerated() {
            places[shard(of: operation.id)].append(place)
        }
        let key = plain || draw(2) ? "bulk \(number)" : nil
        var parts: [RequestPart] = []
        for (shard, places) in places.enumerated() {
            guard let first = places.first else { continue }
            // By its first document every part is known again.
            operations[first] = DocumentOperation(
                action: !plain && draw(3) ? .create : .index, id: operations[first].id,
                source: source(number, first))
            let part = ClientRequest(
                number: number * 8 + shard, key: "\(key ?? "bulk \(number)")/\(shard)",
                operations: places.map { operations[$0] })
            parts.append(RequestPart(shard: shard, places: places, request: part))
        }
        for part in parts { witness.expect(part) }
        record.note(.requests)
        return BulkRequest(number: number, operations: operations, parts: parts, key: key)
    }

    private static let words = ["ant", "bee", "cat", "dog"]

    private func source(_ request: Int, _ place: Int) -> [UInt8] {
        let words = Self.words.filter { _ in draw(2) }.joined(separator: " ")
        // A mapping that grows, seldom.
        let more = draw(20) ? #","f\#(random.next(below: 6))":1"# : ""
        return Array(#"{"n":\#(request * 100 + place),"t":"\#(words)"\#(more)}"#.utf8)
    }

    private func operation(_ request: Int, _ place: Int, plain: Bool) -> DocumentOperation {
        let id = "\(random.next(below: knobs.ids))"
        let source = source(request, place)
        let partial = Array(#"{"m":\#(random.next(below: 3))}"#.utf8)
        var operation = DocumentOperation(action: .index, id: id, source: source)
        switch plain ? 19 : random.next(below: 20) {
        case 0, 1: operation.action = .create
        case 2...4: operation = DocumentOperation(action: .delete, id: id)
        case 5...7: operation = DocumentOperation(action: .update, id: id, source: partial)
        case 8:
            operation = DocumentOperation(
                action: .update, id: id, source: partial, upsert: source)
        case 9, 10:
            let states = witness(of: shard(of: id)).model.states
            let state = states[random.next(in: 0..<states.count)].state
            operation.ifSequenceNumber = state[id]?.sequenceNumber ?? 0
            operation.ifPrimaryTerm = state[id]?.term ?? 1
        case 11:
            operation.externalVersion = Int64(random.next(below: 40))
            operation.externalGTE = draw(2)
        default: break
        }
        return operation
    }

    func write() {
        let bulk = newBulk()
        let refresh: RefreshPolicy = draw(4) ? (draw(2) ? .immediate : .wait) : .none
        begin("bulk \(bulk.number)") {
            await self.send(bulk, refresh, attempts: self.random.next(in: 1..<6))
        }
    }

    /// True when all of it was acknowledged.
    @discardableResult
    func send(_ bulk: BulkRequest, _ refresh: RefreshPolicy, attempts: Int) async -> Bool {
        let request = WriteRequest(
            items: bulk.operations.map { WriteItem(index: Self.indexName, operation: $0) },
            refresh: refresh, idempotencyKey: bulk.key)
        // Who sends without a key cannot send again.
        for attempt in 1...(bulk.key == nil ? 1 : attempts) where record.violation == nil {
            if attempt > 1 { record.note(.repeated) }
            if let node = someRoot() {
                let process = node.process
                let answer = await ask(node, within: .seconds(40)) { root in
                    try await root.documents.write(request)
                }
                switch answer {
                case .success(let response):
                    let isSame = node.process === process
                    if acknowledged(bulk, response, refresh, isSame ? node : nil) { return true }
                case .failure(let error): record.remark("bulk \(bulk.number): \(error)")
                case nil: record.note(.unknown)
                }
            }
            await network.pass(upTo: .seconds(2))
        }
        return false
    }

    /// - Parameter node: The root that answered, if it still is what it was.
    private func acknowledged(
        _ bulk: BulkRequest, _ response: WriteResponse, _ refresh: RefreshPolicy,
        _ node: ClusterNode?
    ) -> Bool {
        guard response.items.count == bulk.operations.count else {
            record.violated("an answer for each", "bulk \(bulk.number)")
            return false
        }
        var isWhole = true
        for part in bulk.parts {
            let outcomes = part.places.map { response.items[$0].outcome }
            let isRefused = outcomes.contains { [429, 503].contains($0.error?.status) }
            if isRefused {
                record.note(.refused)
                isWhole = false
                record.remark("bulk \(bulk.number)/\(part.shard): \(outcomes[0].error as Any)")
                if !outcomes.allSatisfy({ $0.error != nil }) {
                    record.violated("wholly or not at all", "\(outcomes)")
                }
                continue
            }
            record.note(.acknowledged)
            record.trace("clients", "hear of", UInt64(part.request.number))
            witness(of: part.shard).acknowledged(part.request, outcomes, since: 0)
            let slot = outcomes.filter { $0.error == nil }.map(\.slot).max() ?? -1
            guard slot >= 0 else { continue }
            token.note(indexUUID, part.shard, slot)
            node?.acknowledged[part.shard] = max(node?.acknowledged[part.shard] ?? -1, slot)
            guard refresh != .none else { continue }
            node?.shown[part.shard] = max(node?.shown[part.shard] ?? -1, slot)
        }
        return isWhole
    }

    // MARK: Reading

    func get() {
        guard let node = someRoot() else { return }
        let id = "\(random.next(below: knobs.ids))"
        begin("a get through \(node.name)") { await self.get(id, node) }
    }

    func get(_ id: String, _ node: ClusterNode) async {
        let session = draw(2) ? token : nil
        let shard = shard(of: id)
        let floor = [
            node.acknowledged[shard], node.shown[shard], session?.slots[indexUUID]?[shard],
        ].compactMap(\.self).max()
        let answer = await ask(node, within: .seconds(20)) { root in
            try await root.documents.get(
                GetRequest(index: Self.indexName, id: id, session: session))
        }
        guard case .success(let found) = answer else { return }
        check(found, id, floor: floor ?? 0, by: node.name)
    }

    func search() {
        guard let node = someRoot() else { return }
        var query = ClusterQuery()
        if draw(2) { query.word = Self.words[random.next(in: 0..<4)] }
        query.isSorted = !draw(3)
        query.isDescending = draw(2)
        if query.isSorted, draw(4) {
            query.size = random.next(in: 0..<4)
            query.from = random.next(in: 0..<3)
        }
        begin("a search through \(node.name)") { [query] in await self.search(query, node) }
    }

    /// Nil when there was no whole answer.
    @discardableResult
    func search(_ query: ClusterQuery, _ node: ClusterNode) async -> SearchResponse? {
        var request = query.request
        if draw(2) { request.session = token }
        var floors = node.shown
        for (shard, slot) in request.session?.slots[indexUUID] ?? [:] {
            floors[shard] = max(floors[shard] ?? -1, slot)
        }
        record.note(.searches)
        let process = node.process
        let answer = await ask(node, within: .seconds(30)) { [request] root in
            try await root.search.search(request)
        }
        guard case .success(let response) = answer else {
            record.note(.failedSearches)
            if case .failure(let error) = answer { record.remark("a search: \(error)") }
            return nil
        }
        check(response, query, floors: floors, by: node.name)
        if node.process === process, let slots = response.generations.first?.slots {
            for (shard, slot) in slots.enumerated() {
                node.shown[shard] = max(node.shown[shard] ?? -1, slot)
            }
        }
        return response.shards.failed == 0 ? response : nil
    }
}
