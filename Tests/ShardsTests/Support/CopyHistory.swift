// A random history of one shard on three nodes: one owns it, the others follow by stream or by the
// store, roles change hands with and without notice, records of the stream are lost, and the store
// has bad moments. A plain dictionary per slot says what everybody must show.

import Analysis
import Storage
import Testing

@testable import Shards

/// Used by one task; hooks of the store run inside its calls.
final class CopyHistory: @unchecked Sendable {
    struct Document: Equatable {
        var source: String
        var version: Int64
        var sequenceNumber: Int64
        var term: Int64
    }

    struct State {
        var slot: Int64
        var documents: [String: Document] = [:]
        /// Of the newest change of each id, deletions too.
        var versions: [String: Int64] = [:]
    }

    static let ids = (0..<12).map(String.init)

    let seed: UInt64
    let random: any RandomSource
    let world: TestWorld
    let objects = TestObjectStore()
    var shards: [Shard] = []
    /// Who owns the log; others may still believe that they do.
    var owner: Int?
    /// What there is after each batch and each roll-back, by slot, ascending.
    private var states = [State(slot: 0)]
    /// What is kept, by id: the slot it is of.
    private var kept: [(id: String, slot: Int64)] = []
    private var visible: [Int64] = [0, 0, 0]
    private var count = 0
    private var isInsideHook = false
    private var unreadable: String?
    private var isChangingOwner = false
    /// The shard that does the step.
    private var current = 0
    /// What was done, for the message.
    private(set) var steps: [String] = []
    private(set) var figures: [String: Int] = [:]

    init(seed: UInt64) async throws {
        self.seed = seed
        random = SeededRandom(seed: seed).fork("copies")
        var world = TestWorld(objects: objects, random: SeededRandom(seed: seed))
        if seed % 3 == 0 { world.settings.flushBytes = 200 }
        self.world = world
        shards = [
            try await world.open(owner: "n0"), try await world.open(owner: "n1", as: .copy),
            try await world.open(owner: "n2", as: .copy),
        ]
        owner = 0
    }

    // MARK: Writing

    private func operation() -> DocumentOperation {
        let id = Self.ids[random.next(in: 0..<Self.ids.count)]
        count += 1
        switch random.next(below: 8) {
        case 0, 1: return delete(id)
        case 2: return create(id, #"{"n":\#(count)}"#)
        case 3: return update(id, #"{"m":\#(count)}"#)
        default: return index(id, #"{"n":\#(count),"t":"w\#(count % 5) all"}"#)
        }
    }

    func write(to number: Int) async throws {
        let operations = (0..<random.next(in: 1..<6)).map { _ in operation() }
        let outcomes: [DocumentOutcome]
        do throws(ShardError) {
            outcomes = try await shards[number].write(operations)
        } catch {
            try #require(
                (number != owner || isChangingOwner) && error.kind == .deposed,
                "\(message): \(error)")
            return
        }
        if number != owner {
            // It may tell of a conflict in what it knows.
            let nothing = outcomes.allSatisfy { $0.error != nil || $0.result == .noop }
            try #require(nothing, "\(message): a former owner wrote")
            return
        }
        var (documents, versions) = (newest.documents, newest.versions)
        for (operation, outcome) in zip(operations, outcomes) where outcome.error == nil {
            let id = operation.id
            versions[id, default: 0] += 1
            try #require(outcome.version == versions[id], "\(message), id \(id)")
            var source = String(decoding: operation.source, as: UTF8.self)
            if operation.action == .update, let old = documents[id]?.source {
                source = try merged(source, into: old)
            }
            documents[id] =
                operation.action == .delete
                ? nil
                : Document(
                    source: source, version: outcome.version,
                    sequenceNumber: outcome.sequenceNumber, term: outcome.primaryTerm)
        }
        if let slot = outcomes.first(where: { $0.error == nil })?.slot {
            states.append(State(slot: slot, documents: documents, versions: versions))
            figures["written", default: 0] += 1
        }
    }

    private func merged(_ partial: String, into old: String) throws -> String {
        String(
            decoding: try PartialUpdate.merge(Array(partial.utf8), into: Array(old.utf8)) ?? [],
            as: UTF8.self)
    }

    // MARK: Steps

    func step() async throws {
        let number = random.next(in: 0..<shards.count)
        let choice = Int(random.next(below: 26))
        current = number
        steps.append("\(choice)/\(number)")
        switch choice {
        case 0: try await attempt(owner) { try await $0.flush() }
        case 1: try await attempt(owner) { _ = try await $0.mergeOnce() }
        case 2: try await attempt(owner) { try await $0.forceMerge(maximumSegments: 1) }
        case 3: try await attempt(owner) { try await $0.settle() }
        case 4: try await attempt(number) { try await $0.refresh() }
        case 5: try await attempt(number) { _ = try await $0.compactMemory() }
        case 6, 7: try await attempt(number) { try await $0.adopt() }
        case 8: try await catchUp(number)
        case 9...13: try await stream(to: number)
        case 14: try await changeOwner(to: number)
        case 15: try await write(to: number)
        case 16: try await reopen(number)
        case 24: try await keepOrLetGo()
        case 25: try await rollBack()
        case 17: refuseReads(of: random.next(below: 3) == 0 ? "segments" : nil)
        case 18:
            objects.answerNext(
                (0..<random.next(in: 1..<4)).map { _ in
                    random.next(below: 2) == 0 ? .created : .unknown("5xx")
                })
        default:
            if let owner { try await write(to: owner) }
        }
    }

    /// Does it; a failure must be one that trying again can mend.
    private func attempt(
        _ number: Int?, _ body: (Shard) async throws -> Void
    ) async throws {
        guard let number else { return }
        do {
            try await body(shards[number])
        } catch let error as ShardError {
            // A copy that lags behind finds segments gone.
            try #require(error.isRetryable || error.kind == .corrupt, "\(message): \(error)")
        }
    }

    private func keepOrLetGo() async throws {
        guard let owner else { return }
        // Opening what was written holds writes back.
        let wasInside = isInsideHook
        isInsideHook = true
        defer { isInsideHook = wasInside }
        if kept.count > 3, random.next(below: 2) == 0 {
            let index = random.next(in: 0..<kept.count)
            try await attempt(owner) { try await $0.letGo(id: self.kept[index].id) }
            guard await shards[owner].keptStates.count < kept.count else { return }
            kept.remove(at: index)
            return
        }
        count += 1
        let id = "kept-\(count)"
        try await attempt(owner) { shard in
            let state = try await shard.keep(id: id, name: "name")
            try #require(state.documents == self.newest.documents.count, "\(self.message)")
            try #require(state.slot >= self.newest.slot, "\(self.message)")
            try #require(try await shard.keep(id: id, name: "name") == state, "\(self.message)")
            self.kept.append((id, state.slot))
            self.figures["kept", default: 0] += 1
        }
    }

    private func rollBack() async throws {
        guard let owner else { return }
        let wasInside = isInsideHook
        isInsideHook = true
        defer { isInsideHook = wasInside }
        var target: (state: EarlierState, slot: Int64?) = (.previous, nil)
        if !kept.isEmpty, random.next(below: 4) > 0 {
            let chosen = kept[random.next(in: 0..<kept.count)]
            target = (.kept(id: chosen.id), chosen.slot)
        }
        do {
            try await rollBack(shards[owner], to: target.state, slot: target.slot)
        } catch let error as ShardError {
            let isNothingThere = target.slot == nil && error.kind == .refused
            try #require(error.isRetryable || isNothingThere, "\(message): \(error)")
        }
    }

    private func rollBack(
        _ shard: Shard, to state: EarlierState, slot expected: Int64?
    ) async throws {
        let rolledBack = try await shard.rollBack(to: state)
        try #require(expected.map { $0 == rolledBack.slot } ?? true, "\(message)")
        guard var now = states.last(where: { $0.slot <= rolledBack.slot }) else { return }
        now.slot = rolledBack.newSlot
        try #require(rolledBack.documents == now.documents.count, "\(message)")
        states.append(now)
        figures["rolled back", default: 0] += 1
    }

    private func stream(to number: Int) async throws {
        guard let owner, owner != number else { return }
        let copy = shards[number]
        switch shards[owner].records(
            after: copy.appliedSlot, byteLimit: Int(random.next(below: 2000)))
        {
        case .none: return
        case .behind: try await attempt(number) { try await $0.catchUp() }
        case .records(var records):
            if random.next(below: 4) == 0 { records.remove(at: random.next(in: 0..<records.count)) }
            figures["followed", default: 0] += records.count
            try await attempt(number) { try await $0.follow(records) }
        }
    }

    private func catchUp(_ number: Int) async throws {
        guard random.next(below: 4) == 0 else {
            return try await attempt(number) { try await $0.catchUp() }
        }
        let (before, wasInside) = (unreadable, isInsideHook)
        refuseReads(of: "log")
        isInsideHook = true
        try await attempt(number) { try await $0.catchUp() }
        isInsideHook = wasInside
        refuseReads(of: before)
    }

    private func refuseReads(of part: String?) {
        unreadable = part
        objects.refuseReads(of: part)
    }

    private func changeOwner(to number: Int) async throws {
        if let owner, random.next(below: 2) == 0 {
            await shards[owner].stepDown()
            self.owner = nil
        }
        // Whoever believes that it owns the log does not ask.
        guard shards[number].role == .copy else { return }
        isChangingOwner = true
        defer { isChangingOwner = false }
        try await attempt(number) { try await $0.promote() }
        if shards[number].role == .owner {
            owner = number
            figures["promoted", default: 0] += 1
        } else if let owner {
            // It may have got as far as its fence.
            let fences = (await shards[number].status().fence, await shards[owner].status().fence)
            if fences.0 > fences.1 { self.owner = nil }
        }
    }

    private func reopen(_ number: Int) async throws {
        await shards[number].close()
        let role: Shard.Role = random.next(below: 3) == 0 ? .owner : .copy
        refuseReads(of: nil)
        if owner == number { owner = nil }
        isChangingOwner = true
        defer { isChangingOwner = false }
        let opened = try await world.open(owner: "n\(number)", as: role)
        if role == .owner { owner = number }
        shards[number] = opened
        visible[number] = 0
    }

    /// From now on, opening a segment is a moment at which others go on.
    func interfere() {
        objects.beforeMap.withLock { $0 = { [unowned self] in await self.hook() } }
    }

    private func hook() async {
        guard !isInsideHook, random.next(below: 2) == 0 else { return }
        isInsideHook = true
        defer { isInsideHook = false }
        do {
            if let owner { try await write(to: owner) }
            let number = random.next(in: 0..<shards.count)
            guard shards[number].role == .copy else { return }
            if number == current {
                // More would wait for what is under way.
                guard let owner, seed % 3 != 0,
                    case .records(let records) = shards[owner].records(
                        after: shards[number].appliedSlot, byteLimit: 1000)
                else { return }
                try await attempt(number) { try await $0.follow(records) }
            } else if random.next(below: 3) == 0 {
                try await attempt(number) { try await $0.catchUp() }
            } else {
                try await stream(to: number)
            }
        } catch {
            Issue.record("\(message), while a segment was opened: \(error)")
        }
    }

    // MARK: Checking

    /// Whether enough of everything has happened to prove something.
    var isEventful: Bool {
        func count(_ name: String) -> Int { figures[name, default: 0] }
        return count("written") > 10 && count("followed") > 10 && count("promoted") > 0
            && count("kept") > 0 && count("rolled back") > 0
    }

    var message: String { "seed \(seed), step \(steps.count): \(steps.suffix(30))" }

    private var newest: State { states[states.count - 1] }

    private func documents(at slot: Int64) -> [String: Document] {
        states.last { $0.slot <= slot }?.documents ?? [:]
    }

    func check() async throws {
        for (number, shard) in shards.enumerated() {
            try await check(shard, "\(message), shard \(number)")
            let slot = shard.snapshot.visibleSlot
            try #require(slot >= visible[number], "\(message): shard \(number) went back")
            visible[number] = slot
        }
    }

    private func check(_ shard: Shard, _ message: String) async throws {
        let expected = documents(at: Int64(shard.appliedSlot))
        for id in Self.ids {
            let found = try await shard.get(id: id).map {
                Document(
                    source: String(decoding: $0.source, as: UTF8.self), version: $0.version,
                    sequenceNumber: $0.sequenceNumber, term: $0.primaryTerm)
            }
            try #require(found == expected[id], "\(message), id \(id)")
        }
        let status = await shard.status()
        try #require(status.documents == expected.count, "\(message)")
        let shown = documents(at: status.visibleSlot)
        try #require(
            try shard.snapshot.documents() == shown.mapValues(\.source), "\(message)")
        let withText = shown.filter { $0.value.source.contains(" all") }.keys.sorted()
        try #require(try shard.snapshot.ids(with: "all", in: "t") == withText, "\(message)")
        try #require(shard.snapshot.tokenCount(of: "t") == 2 * withText.count, "\(message)")
    }

    /// What the store holds is what everybody else would begin with.
    func checkStore() async throws {
        refuseReads(of: nil)
        isInsideHook = true
        defer { isInsideHook = false }
        let fresh = try await world.open(owner: "fresh", as: .copy)
        try await check(fresh, "\(message), opened anew")
        try #require(
            fresh.snapshot.visibleSlot >= newest.slot,
            "\(message), opened anew")
        await fresh.close()
    }

    /// In the end everybody has caught up, and the last owner's documents are the model's.
    func finish() async throws {
        refuseReads(of: nil)
        objects.beforeMap.withLock { $0 = nil }
        for number in shards.indices where shards[number].role == .owner && number != owner {
            await shards[number].stepDown()
        }
        for shard in shards {
            try await shard.catchUp()
            try await shard.adopt()
            try await shard.refresh()
            try #require(shard.snapshot.visibleSlot == newest.slot, "\(message)")
        }
        try await check()
        try await checkStore()
        try await goBackToEverythingKept()
    }

    /// Whatever was collected, and whoever owned the log since: what is kept can be had back.
    private func goBackToEverythingKept() async throws {
        let last = try await world.open(owner: "last")
        for (id, slot) in kept {
            try await rollBack(last, to: .kept(id: id), slot: slot)
            try await check(last, "\(message), back to \(id)")
            _ = try await last.write([index("0", "{}")])
            try await rollBack(last, to: .kept(id: id), slot: slot)
            try await check(last, "\(message), back to \(id) once more")
            try await last.forceMerge(maximumSegments: 1)
        }
        for number in shards.indices {
            await shards[number].stepDown()
            try await shards[number].catchUp()
            try await shards[number].adopt()
            try await shards[number].refresh()
        }
        try await check()
    }
}
