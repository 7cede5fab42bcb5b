// Opening again: from the log, from checkpoints, after others, and from damaged bytes.

import Analysis
import Storage
import Testing

@testable import Shards

@Suite struct RecoveryTests {
    private func keys(_ world: TestWorld, _ part: String) async throws -> [String] {
        try await world.objects.list(prefix: world.location.prefix + part, after: nil)
    }

    @Test func replayingTheLogGivesTheSameShard() async throws {
        let world = TestWorld()
        let first = try await world.open()
        try await first.write([index("a", #"{"n":1}"#), index("b", #"{"t":"x"}"#)])
        try await first.write([update("a", #"{"m":2}"#), delete("b"), index("c", "{}")])
        try await first.refresh()
        let second = try await world.open(owner: "n2")
        #expect(try second.snapshot.documents() == first.snapshot.documents())
        #expect(second.snapshot.visibleSlot == first.snapshot.visibleSlot)
        #expect(second.snapshot.primaryTerm == 4)
        for id in ["a", "b", "c"] {
            #expect(try await second.get(id: id) == first.get(id: id))
        }
        #expect(await second.schema == first.schema)
        // Versions go on, and the new owner's term is its fence.
        let outcomes = try await second.write([index("a", "{}"), index("b", "{}")])
        #expect(outcomes.map(\.version) == [3, 3])
        #expect(outcomes.map(\.primaryTerm) == [4, 4])
        #expect(outcomes.map(\.sequenceNumber) == [5, 6])
        #expect(try await second.get(id: "c")?.primaryTerm == 1)
    }

    @Test func anOldOwnerStepsDown() async throws {
        let world = TestWorld()
        let old = try await world.open()
        try await old.write([index("a", "{}")])
        let new = try await world.open(owner: "n2")
        await #expect {
            try await old.write([index("b", "{}")])
        } throws: { ($0 as? ShardError)?.kind == .deposed }
        #expect(old.role == .copy && old.appliedSlot == 2)
        await #expect(throws: ShardError.self) { try await old.flush() }
        #expect(try await old.text("b") == nil)
        #expect(try await new.write([index("b", "{}")])[0].result == .created)
    }

    /// Records that rest on the mapping from before a checkpoint, whose own came from a backup
    /// meanwhile and lacks their fields.
    @Test func documentsBringFieldsThatTheCheckpointsMappingLacks() async throws {
        let world = TestWorld()
        let first = try await world.open()
        try await first.write([index("a", #"{"x":"red","y":"green","z":"black"}"#)])
        // As a flush that covers so much while writes go on; what it lists is of no matter here.
        let mark = await first.stand.position
        try await first.write([index("c", #"{"y":"blue"}"#)])
        try await first.write([index("d", #"{"x":"black"}"#), index("e", #"{"y":"grey"}"#)])
        try await first.write([index("f", #"{"x":"white","y":"gold"}"#)])
        // Others were quicker with another type for one of them.
        await first.updateSchema(try long("z"))
        try await first.appendCheckpoint(listing: [], covering: mark)
        let owner = try await world.open(owner: "n2")
        let copy = try await world.open(owner: "n3", as: .copy)
        for shard in [owner, copy] {
            try await shard.refresh()
            #expect(try shard.snapshot.documents()?.count == 4)
            let found = try [
                ("black", "x"), ("white", "x"), ("blue", "y"), ("grey", "y"), ("gold", "y"),
            ].map { try shard.snapshot.ids(with: $0, in: $1) }
            #expect(found == [["d"], ["f"], ["c"], ["e"], ["f"]])
        }
    }

    /// The mapping came back from a backup and grew with another type while a flush was under way:
    /// records after those that it covers rest on the mapping from before.
    @Test func documentsAreReadWithTheMappingThatTheyWereWrittenWith() async throws {
        let world = TestWorld()
        let first = try await world.open()
        try await first.write([index("a", #"{"x":"red"}"#)])
        let mark = await first.markForCheckpoint()
        try await first.write([index("b", #"{"x":"green"}"#)])
        try await first.write([index("c", #"{"x":"blue"}"#)])
        await first.updateSchema(try long("x"))
        try await first.write([index("d", #"{"x":7}"#)])
        try await first.appendCheckpoint(listing: [], covering: mark)
        for role in [Shard.Role.owner, .copy] {
            let shard = try await world.open(owner: "\(role)", as: role)
            try await shard.refresh()
            #expect(try shard.snapshot.documents()?.count == 3)
            #expect(try shard.snapshot.ids(with: "green", in: "x") == ["b"])
            #expect(try shard.snapshot.ids(with: "blue", in: "x") == ["c"])
        }
    }

    /// The mapping came back from a backup and got the field anew: flushes and merges go on.
    @Test func documentsOfTwoTypesAreFlushedAndMerged() async throws {
        let world = TestWorld()
        let owner = try await world.open()
        try await owner.write([index("a", #"{"x":"red"}"#)])
        try await owner.refresh()
        await owner.updateSchema(
            try Schema().adding(mappings: ["properties": ["x": ["type": "keyword"]]]))
        try await owner.write([index("b", #"{"x":"red"}"#)])
        try await owner.flush()
        try await owner.write([index("c", #"{"x":"red"}"#)])
        try await owner.forceMerge(maximumSegments: 1)
        try await owner.refresh()
        let next = try await world.open(owner: "n2")
        for shard in [owner, next] {
            #expect(try shard.snapshot.documents()?.count == 3)
            #expect(try shard.snapshot.ids(with: "red", in: "x") == ["b", "c"])
        }
    }

    private func long(_ field: String) throws -> Schema {
        try Schema().adding(mappings: ["properties": [field: ["type": "long"]]])
    }

    /// Fields that documents have stay in the mapping, whatever backup that came back from.
    @Test func aMappingFromABackupTakesNoFieldFromTheDocuments() async throws {
        let world = TestWorld()
        let owner = try await world.open()
        try await owner.write([index("a", #"{"x":"red"}"#)])
        let backup = try Schema().adding(mappings: ["properties": ["y": ["type": "long"]]])
        await owner.updateSchema(backup)
        #expect(await owner.schema["x"]?.type == .text)
        #expect(await owner.schema["y"]?.type == .long)
        // Another type would have been the field's now.
        try await owner.write([index("b", #"{"x":7}"#)])
        try await owner.refresh()
        #expect(try owner.snapshot.ids(with: "7", in: "x") == ["b"])
        let next = try await world.open(owner: "n2")
        #expect(await next.schema == owner.schema)
        // One that has grown since the backup.
        var grown = backup
        grown.version = 100
        let third = try await world.open(owner: "n3", schema: grown)
        #expect(await third.schema["x"]?.type == .text)
    }

    @Test func aFlushedShardOpensFromItsSegments() async throws {
        let world = TestWorld()
        let first = try await world.open()
        try await first.write((0..<50).map { index("\($0)", #"{"n":\#($0)}"#) })
        try await first.refresh()
        try await first.write([delete("7"), index("8", #"{"n":-8}"#)])
        try await first.flush()
        let status = await first.status()
        #expect(status.segments.map(\.isInMemory) == [false])
        #expect(status.documents == 49 && status.deleted == 0 && status.memoryBytes == 0)
        try await first.write([delete("9"), index("10", "{}"), index("new", "{}")])
        try await first.refresh()
        let second = try await world.open()
        #expect(try second.snapshot.documents() == first.snapshot.documents())
        #expect(await second.status().documents == 49)
        #expect(try await second.get(id: "7") == nil)
        #expect(try await second.write([create("7", "{}")])[0].version == 3)
    }

    @Test func garbageIsCollectedAndFencesStay() async throws {
        let world = TestWorld()
        var shard = try await world.open()
        for round in 0..<4 {
            try await shard.write([index("\(round)", "{}"), index("same", "{}")])
            try await shard.flush()
            if round == 1 { shard = try await world.open() }
        }
        _ = try await shard.forceMerge(maximumSegments: 1)
        _ = try await shard.write([index("x", "{}")])
        try await shard.flush()
        let slots = try await keys(world, "log/").compactMap { world.location.slot(ofKey: $0) }
        #expect(slots.first == 1)
        #expect(slots.contains(6))
        #expect(!slots.contains(2) && !slots.contains(3))
        let listed = await shard.status().segments.map(\.name)
        let objects = try await keys(world, "segments/")
        // Those of the newest two checkpoints, no more.
        #expect(objects.count <= listed.count + 3)
        let again = try await world.open()
        #expect(await again.status().documents == 6)
    }

    @Test func mergingKeepsEveryDocument() async throws {
        let world = TestWorld()
        let shard = try await world.open()
        var merges = 0
        for round in 0..<20 {
            try await shard.write((0..<5).map { index("\(round)-\($0)", "{}") })
            try await shard.write([delete("\(round)-0")])
            try await shard.flush()
            while try await shard.mergeOnce() { merges += 1 }
        }
        #expect(merges >= 2)
        #expect(await shard.status().segments.count < 10)
        try await shard.refresh()
        #expect(try shard.snapshot.documents()?.count == 80)
        try await shard.forceMerge(maximumSegments: 1)
        #expect(await shard.status().segments.count == 1)
        #expect(try shard.snapshot.documents()?.count == 80)
        #expect(try await world.open().snapshot.documents()?.count == 80)
    }

    @Test func deletionsDuringAFlushAndAMergeAreKept() async throws {
        let objects = TestObjectStore()
        let world = TestWorld(objects: objects)
        let shard = try await world.open()
        try await shard.write((0..<20).map { index("\($0)", "{}") })
        objects.beforeSegment.withLock {
            $0 = {
                _ = try? await shard.write([
                    delete("3"), index("4", #"{"n":1}"#), index("30", "{}"),
                ])
                _ = try? await shard.refresh()
            }
        }
        try await shard.flush()
        objects.beforeSegment.withLock {
            $0 = { _ = try? await shard.write([delete("5"), update("6", #"{"n":2}"#)]) }
        }
        try await shard.forceMerge(maximumSegments: 1)
        objects.beforeSegment.withLock { $0 = nil }
        try await shard.refresh()
        let found = try #require(try shard.snapshot.documents())
        #expect(found.count == 19)
        #expect(found["3"] == nil && found["5"] == nil)
        #expect(found["4"] == #"{"n":1}"# && found["6"] == #"{"n":2}"#)
        #expect(try await world.open().snapshot.documents() == found)
    }

    @Test func damagedObjectsAreNamed() async throws {
        let objects = TestObjectStore()
        let world = TestWorld(objects: objects)
        let shard = try await world.open()
        try await shard.write([index("a", #"{"t":"some words"}"#)])
        try await shard.flush()
        try await shard.write([index("b", "{}")])
        let segment = try #require(try await keys(world, "segments/").first)
        let log = try #require(try await keys(world, "log/").last)
        for key in [segment, log] {
            let good = try #require(try await objects.read(key))
            for damage in 0..<3 {
                var bad = good
                switch damage {
                case 0: bad[good.count / 2] ^= 4
                case 1: bad.removeLast()
                default: bad = []
                }
                objects.replace(key, bad)
                await #expect {
                    _ = try await world.open()
                } throws: { error in
                    let error = error as? ShardError
                    return error?.kind == .corrupt && error?.remedy.contains("backup") == true
                }
            }
            objects.replace(key, good)
        }
        objects.replace(segment, nil)
        await #expect(throws: ShardError.self) { _ = try await world.open() }
        objects.replace(segment, [])
        await #expect(throws: ShardError.self) { _ = try await world.open() }
    }

    @Test func aMissingRecordIsNoticed() async throws {
        let objects = TestObjectStore()
        let world = TestWorld(objects: objects)
        let shard = try await world.open()
        for id in ["a", "b", "c"] { try await shard.write([index(id, "{}")]) }
        objects.replace(world.location.logKey(3), nil)
        await #expect {
            _ = try await world.open()
        } throws: { "\($0)".contains("slot 3 of the log is missing") }
    }

    @Test func anAbsurdSlotIsRefused() async throws {
        let objects = TestObjectStore()
        let world = TestWorld(objects: objects)
        objects.replace(world.location.logKey(.max), [1])
        await #expect(throws: ShardError.self) { _ = try await world.open() }
    }

    @Test func tombstonesAndAnswersAreBounded() {
        var tombstones = Tombstones()
        for number in 0..<Tombstones.limit + 100 {
            tombstones.insert(
                DocumentKey(Array("\(number)".utf8)), version: 1, sequenceNumber: Int64(number))
        }
        #expect(tombstones.entries.count == Tombstones.limit)
        #expect(tombstones[DocumentKey(Array("99".utf8))] == nil)
        #expect(tombstones[DocumentKey(Array("100".utf8))] != nil)
        var answers = IdempotencyTable()
        for number in 0..<1000 {
            answers.insert(
                .init(
                    key: SHA256Digest(of: Array("\(number)".utf8)), content: .zero, slot: 1,
                    outcomes: [UInt8](repeating: 0, count: 1000)))
        }
        #expect(answers.entries.count < 500)
        #expect(answers[SHA256Digest(of: Array("999".utf8))] != nil)
    }
}
