// Keeping states of a shard and going back to them: what comes back, what goes on, what nobody
// deletes meanwhile.

import Analysis
import Storage
import Testing

@testable import Shards

@Suite struct KeepingTests {
    private let objects = TestObjectStore()
    private var world: TestWorld { TestWorld(objects: objects) }

    private var segments: [String] { objects.keys.filter { $0.contains("/segments/") } }

    /// Writes documents 0 to 9, keeps them, and changes everything since.
    private func keptAndChanged(_ shard: Shard) async throws -> KeptState {
        try await shard.write((0..<10).map { index("\($0)", #"{"n":\#($0),"t":"old all"}"#) })
        try await shard.write([delete("9"), index("8", #"{"n":-8}"#)])
        let kept = try await shard.keep(id: "k1", name: "before")
        try await shard.write((0..<5).map { index("\($0)", #"{"new":\#($0)}"#) })
        try await shard.write([delete("5"), index("9", #"{"again":true}"#), index("x", "{}")])
        try await shard.refresh()
        return kept
    }

    private let ids = (0..<10).map(String.init) + ["x"]

    @Test func whatWasKeptComesBackAtOnceAndNumbersGoOn() async throws {
        let shard = try await world.open()
        let kept = try await keptAndChanged(shard)
        #expect(kept.documents == 9 && kept.slot == 3 && kept.bytes > 0)
        #expect(try shard.snapshot.documents()?.count == 10)
        let before = shard.snapshot.visibleSlot
        let rolledBack = try await shard.rollBack(to: .kept(id: "k1"))
        #expect(rolledBack.slot == kept.slot && rolledBack.documents == 9)
        // Searches see it without a refresh, under another generation.
        #expect(shard.snapshot.visibleSlot == rolledBack.newSlot)
        #expect(shard.snapshot.visibleSlot > before)
        let documents = try #require(try shard.snapshot.documents())
        #expect(documents.count == 9 && documents["8"] == #"{"n":-8}"#)
        #expect(try shard.snapshot.ids(with: "all", in: "t") == (0..<8).map(String.init))
        #expect(try await shard.get(id: "x") == nil)
        let three = try #require(try await shard.get(id: "3"))
        #expect(three.version == 1 && three.sequenceNumber == 3 && three.primaryTerm == 1)
        // Numbers that were handed out since match nothing, and are not handed out again.
        var stale = index("3", "{}")
        stale.ifSequenceNumber = 15
        stale.ifPrimaryTerm = 1
        let outcomes = try await shard.write([stale, index("3", "{}"), create("9", "{}")])
        #expect(outcomes[0].error?.status == 409)
        #expect(outcomes[1].version == 2 && outcomes[1].sequenceNumber == 20)
        // The deletion of 9 came back, and with it where its versions go on.
        #expect(outcomes[2].version == 3)
        #expect(await shard.schema.fields.contains { $0.path == "new" })
    }

    @Test func aRollBackSurvivesItsOwner() async throws {
        let shard = try await world.open()
        _ = try await keptAndChanged(shard)
        _ = try await shard.rollBack(to: .kept(id: "k1"))
        try await shard.write([index("after", "{}"), delete("0")])
        let shown = try await shard.refresh()
        for role in [Shard.Role.copy, .owner] {
            let next = try await world.open(owner: "n2", as: role)
            #expect(try next.snapshot.documents() == shard.snapshot.documents())
            #expect(next.snapshot.visibleSlot >= shown)
            for id in ids { #expect(try await next.get(id: id) == shard.get(id: id)) }
            #expect(await next.keptStates == shard.keptStates)
        }
    }

    @Test func copiesFollowThroughARollBackByStreamAndByStore() async throws {
        let shard = try await world.open()
        let streamed = try await world.open(owner: "n2", as: .copy)
        let reading = try await world.open(owner: "n3", as: .copy)
        _ = try await keptAndChanged(shard)
        #expect(try await streamed.follow(shard))
        try await streamed.adopt()
        try await reading.catchUp()
        _ = try await shard.rollBack(to: .kept(id: "k1"))
        try await shard.write([index("after", "{}"), delete("0")])
        // As at a gap: the stream says so, and the store has what is needed.
        await #expect { _ = try await streamed.follow(shard) } throws: {
            ($0 as? ShardError)?.isRetryable == true
        }
        try await streamed.catchUp()
        try await FollowingTests.expectEqual(streamed, shard, ids: ids + ["after"])
        try await FollowingTests.expectEqual(reading, shard, ids: ids + ["after"])
        // One that was behind takes over where the roll-back is not known to it yet.
        let late = try await world.open(owner: "n4", as: .copy)
        _ = try await shard.rollBack(to: .kept(id: "k1"))
        try await late.promote()
        #expect(late.role == .owner)
        #expect(try late.snapshot.documents()?.count == 9)
        #expect(try await late.get(id: "after") == nil)
        #expect(try await late.write([create("after", "{}")])[0].result == .created)
    }

    @Test func whatIsKeptIsNeverCollectedAndWhatIsLetGoIs() async throws {
        let shard = try await world.open()
        _ = try await keptAndChanged(shard)
        let kept = segments
        #expect(kept.count == 1)
        for round in 0..<5 {
            try await shard.write((0..<10).map { index("\($0)", #"{"r":\#(round)}"#) })
            try await shard.flush()
            try await shard.forceMerge(maximumSegments: 1)
            try await shard.settle()
        }
        #expect(segments.contains(kept[0]) && segments.count == 2)
        let next = try await world.open(owner: "n2")
        try await next.write([index("0", "{}")])
        try await next.flush()
        try await next.forceMerge(maximumSegments: 1)
        try await next.settle()
        #expect(segments.contains(kept[0]))
        #expect(try await next.rollBack(to: .kept(id: "k1")).documents == 9)
        #expect(try next.snapshot.documents()?["8"] == #"{"n":-8}"#)
        try await next.write([index("0", "{}")])
        try await next.flush()
        try await next.letGo(id: "k1")
        try await next.letGo(id: "k1")
        #expect(await next.keptStates == [])
        try await next.forceMerge(maximumSegments: 1)
        for _ in 0..<3 { try await next.settle() }
        #expect(!segments.contains(kept[0]) && segments.count == 1)
        await #expect { try await next.rollBack(to: .kept(id: "k1")) } throws: {
            ($0 as? ShardError)?.kind == .notKept
        }
    }

    @Test func theSameIdIsTheSameStateAndThereIsALimit() async throws {
        let shard = try await world.open()
        try await shard.write([index("a", "{}")])
        let first = try await shard.keep(id: "1", name: "n")
        try await shard.write([index("b", "{}")])
        #expect(try await shard.keep(id: "1", name: "n") == first)
        for number in 2...KeptCheckpoint.limit {
            _ = try await shard.keep(id: "\(number)", name: "n")
        }
        await #expect { try await shard.keep(id: "more", name: "n") } throws: {
            ($0 as? ShardError)?.kind == .refused
        }
        await #expect { try await shard.keep(id: "", name: "n") } throws: {
            ($0 as? ShardError)?.kind == .refused
        }
        #expect(await shard.keptStates.count == KeptCheckpoint.limit)
        let copy = try await world.open(owner: "n2", as: .copy)
        await #expect { try await copy.keep(id: "x", name: "n") } throws: {
            ($0 as? ShardError)?.kind == .deposed
        }
        await #expect { try await copy.rollBack(to: .kept(id: "1")) } throws: {
            ($0 as? ShardError)?.kind == .deposed
        }
    }

    @Test func anUndoneWriteIsAnsweredAsBeforeAndNotDoneAgain() async throws {
        let shard = try await world.open()
        _ = try await shard.keep(id: "empty", name: "empty")
        let first = try await shard.write([create("a", "{}")], key: "once")
        _ = try await shard.rollBack(to: .kept(id: "empty"))
        #expect(try shard.snapshot.documents() == [:])
        #expect(try await shard.write([create("a", "{}")], key: "once") == first)
        #expect(try await shard.get(id: "a") == nil)
        #expect(try await shard.write([create("a", "{}")], key: "twice")[0].result == .created)
    }

    @Test func previousIsTheCheckpointBeforeTheNewest() async throws {
        let shard = try await world.open()
        await #expect { try await shard.rollBack(to: .previous) } throws: {
            ($0 as? ShardError)?.kind == .refused
        }
        try await shard.write([index("a", #"{"n":1}"#)])
        try await shard.flush()
        await #expect { try await shard.rollBack(to: .previous) } throws: {
            ($0 as? ShardError)?.kind == .refused
        }
        // While the second is being made, more is written: it lists the deletion, and the new
        // document is in a record after the one it covers.
        let racing = Recorder()
        objects.beforeSegment.withLock {
            $0 = {
                guard racing.notes.isEmpty else { return }
                racing.note("writing")
                _ = try? await shard.write([delete("a"), index("c", #"{"n":3}"#)])
            }
        }
        try await shard.write([index("b", #"{"n":2}"#)])
        try await shard.flush()
        objects.beforeSegment.withLock { $0 = nil }
        try await shard.refresh()
        let then = try shard.snapshot.documents()
        #expect(then?.keys.sorted() == ["b", "c"])
        try await shard.write([delete("b")])
        try await shard.flush()
        try await shard.write([delete("c"), index("d", "{}")])
        // Another owner finds it too.
        let next = try await world.open(owner: "n2")
        let rolledBack = try await next.rollBack(to: .previous)
        #expect(try next.snapshot.documents() == then)
        #expect(rolledBack.documents == 2)
        #expect(await next.status().memoryBytes == 0)
        let opened = try await world.open(owner: "n3", as: .copy)
        #expect(try opened.snapshot.documents() == then)
    }

    @Test func aMergeThatIsOvertakenPublishesNothing() async throws {
        let shard = try await world.open()
        for round in 0..<3 {
            try await shard.write([index("\(round)", "{}")])
            try await shard.flush()
        }
        _ = try await shard.keep(id: "k", name: "n")
        try await shard.write([index("later", "{}")])
        try await shard.flush()
        let racing = Recorder()
        objects.beforeSegment.withLock {
            $0 = {
                guard racing.notes.isEmpty else { return }
                racing.note("rolling back")
                do { _ = try await shard.rollBack(to: .kept(id: "k")) } catch {
                    racing.note("\(error)")
                }
            }
        }
        try await shard.forceMerge(maximumSegments: 1)
        #expect(racing.notes == ["rolling back"])
        objects.beforeSegment.withLock { $0 = nil }
        try await shard.refresh()
        #expect(try shard.snapshot.documents()?.keys.sorted() == ["0", "1", "2"])
        let opened = try await world.open(owner: "n2")
        #expect(try opened.snapshot.documents()?.keys.sorted() == ["0", "1", "2"])
    }
}
