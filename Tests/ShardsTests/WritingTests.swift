// What each kind of write does and answers: versions, conditions, partial updates, refusals.

import Analysis
import Storage
import Testing

@testable import Shards

@Suite struct WritingTests {
    @Test func versionsAndSequenceNumbersCount() async throws {
        let shard = try await TestWorld().open()
        let first = try await shard.write([
            index("a", #"{"n":1}"#), index("b", #"{"n":1}"#), index("a", #"{"n":2}"#),
        ])
        #expect(first.map(\.result) == [.created, .created, .updated])
        #expect(first.map(\.version) == [1, 1, 2])
        #expect(first.map(\.sequenceNumber) == [0, 1, 2])
        #expect(first.allSatisfy { $0.primaryTerm == 1 && $0.slot == 2 })
        let second = try await shard.write([delete("a"), delete("a"), index("a", "{}")])
        #expect(second.map(\.result) == [.deleted, .notFound, .created])
        #expect(second.map(\.version) == [3, 4, 5])
        let stored = try #require(try await shard.get(id: "a"))
        #expect((stored.version, stored.sequenceNumber, stored.primaryTerm) == (5, 5, 1))
    }

    @Test func readingByIdSeesWritesBeforeSearchesDo() async throws {
        let shard = try await TestWorld().open()
        try await shard.write([index("a", #"{"n":1}"#)])
        #expect(try await shard.text("a") == #"{"n":1}"#)
        #expect(try shard.snapshot.documents() == [:])
        let slot = try await shard.refresh()
        #expect(slot == 2 && shard.snapshot.visibleSlot == 2)
        #expect(try shard.snapshot.documents() == ["a": #"{"n":1}"#])
        try await shard.write([index("a", #"{"n":2}"#), index("b", "{}"), delete("c")])
        #expect(try await shard.text("a") == #"{"n":2}"#)
        #expect(try shard.snapshot.documents() == ["a": #"{"n":1}"#])
        try await shard.refresh()
        #expect(try shard.snapshot.documents() == ["a": #"{"n":2}"#, "b": "{}"])
        #expect(try await shard.text("c") == nil)
    }

    @Test func anIdIsItsBytes() async throws {
        let shard = try await TestWorld().open()
        let composed = "caf\u{E9}"
        let decomposed = "cafe\u{301}"
        let outcomes = try await shard.write([
            index(composed, #"{"n":1}"#), index(decomposed, #"{"n":2}"#),
        ])
        #expect(outcomes.map(\.result) == [.created, .created])
        #expect(try await shard.text(composed) == #"{"n":1}"#)
    }

    @Test func creatingWhatExistsIsAConflict() async throws {
        let shard = try await TestWorld().open()
        let outcomes = try await shard.write([create("a", "{}"), create("a", "{}")])
        #expect(outcomes[0].result == .created)
        #expect(
            outcomes[1].error
                == DocumentFailure(
                    type: "version_conflict_engine_exception",
                    reason: "[a]: version conflict, document already exists "
                        + "(current version [1])", status: 409))
        try await shard.write([delete("a")])
        #expect(try await shard.write([create("a", "{}")])[0].result == .created)
    }

    @Test func conditionsOnSequenceNumbers() async throws {
        let shard = try await TestWorld().open()
        try await shard.write([index("a", "{}"), index("b", "{}")])
        var operation = index("a", #"{"n":1}"#)
        (operation.ifSequenceNumber, operation.ifPrimaryTerm) = (0, 1)
        #expect(try await shard.write([operation])[0].result == .updated)
        let again = try await shard.write([operation])[0].error
        #expect(
            again?.reason == "[a]: version conflict, required seqNo [0], primary term [1]. "
                + "current document has seqNo [2] and primary term [1]")
        operation.id = "none"
        let none = try await shard.write([operation])[0].error
        #expect(
            none?.reason == "[none]: version conflict, required seqNo [0], primary term [1]. "
                + "but no document was found")
        #expect(none?.status == 409)
    }

    @Test func externalVersionsOnlyGrow() async throws {
        let shard = try await TestWorld().open()
        func write(_ version: Int64, _ action: DocumentAction = .index, gte: Bool = false)
            async throws
            -> DocumentOutcome
        {
            var operation = DocumentOperation(action: action, id: "a", source: Array("{}".utf8))
            (operation.externalVersion, operation.externalGTE) = (version, gte)
            return try await shard.write([operation])[0]
        }
        #expect(try await write(5).version == 5)
        #expect(
            try await write(5).error?.reason == "[a]: version conflict, current version [5] is "
                + "higher or equal to the one provided [5]")
        #expect(try await write(5, gte: true).version == 5)
        #expect(
            try await write(4, gte: true).error?.reason == "[a]: version conflict, current "
                + "version [5] is higher than the one provided [4]")
        #expect(try await write(9, .delete).result == .deleted)
        // A late older version does not bring the document back.
        #expect(try await write(8).error?.status == 409)
        #expect(try await write(10).result == .created)
        #expect(try await write(-1).error?.status == 400)
        #expect(try await write(.max).error?.status == 400)
    }

    @Test func partialUpdates() async throws {
        let shard = try await TestWorld().open()
        try await shard.write([index("a", #"{"x":{"y":1,"z":[1,2]},"k":"v"}"#)])
        let changed = try await shard.write([update("a", #"{"x":{"z":[3]},"new":null}"#)])[0]
        #expect(changed.result == .updated && changed.version == 2)
        #expect(
            try await shard.text("a") == #"{"x":{"y":1,"z":[3]},"k":"v","new":null}"#)
        try await shard.refresh()
        let same = try await shard.write([update("a", #"{"k":"v"}"#)])[0]
        #expect(same.result == .noop && same.version == 2 && same.sequenceNumber == 1)
        var forced = update("a", #"{"k":"v"}"#)
        forced.detectNoop = false
        #expect(try await shard.write([forced])[0].result == .updated)
        let missing = try await shard.write([update("b", "{}")])[0].error
        #expect(missing?.type == "document_missing_exception" && missing?.status == 404)
        var upsert = update("b", #"{"n":1}"#)
        upsert.docAsUpsert = true
        #expect(try await shard.write([upsert])[0].result == .created)
        upsert = update("c", #"{"n":1}"#)
        upsert.upsert = Array(#"{"first":true}"#.utf8)
        #expect(try await shard.write([upsert, upsert]).map(\.result) == [.created, .updated])
        #expect(try await shard.text("c") == #"{"first":true,"n":1}"#)
        #expect(try await shard.write([update("a", "[1]")])[0].error?.status == 400)
        #expect(try await shard.write([update("a", "{")])[0].error?.status == 400)
    }

    @Test func oneBadDocumentFailsAlone() async throws {
        let shard = try await TestWorld().open()
        try await shard.write([index("a", #"{"n":1}"#)])
        let outcomes = try await shard.write([
            index("b", #"{"n":"abc"}"#), index("c", #"{"n":3}"#), index("d", "nonsense"),
            index("", "{}"), index(String(repeating: "x", count: 513), "{}"),
        ])
        #expect(outcomes.map { $0.error?.status } == [400, nil, 400, 400, 400])
        #expect(outcomes[0].error?.reason.contains("[n]") == true)
        #expect(try await shard.text("b") == nil)
        #expect(await shard.status().documents == 2)
    }

    @Test func writesAtTheSameTimeShareARecord() async throws {
        let objects = TestObjectStore()
        let shard = try await TestWorld(objects: objects).open()
        let before = objects.creates
        let outcomes = try await withThrowingTaskGroup(of: DocumentOutcome.self) { group in
            for number in 0..<100 {
                group.addTask { try await shard.write([index("\(number)", "{}")])[0] }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(outcomes.map(\.sequenceNumber)) == Set(0..<100))
        #expect(objects.creates - before < 60)
    }

    @Test func aRepeatedKeyGetsTheFirstAnswer() async throws {
        let world = TestWorld()
        var shard = try await world.open()
        let first = try await shard.write([index("a", "{}"), create("a", "{}")], key: "k")
        #expect(first.map { $0.error == nil } == [true, false])
        #expect(try await shard.write([index("a", "{}"), create("a", "{}")], key: "k") == first)
        await #expect { try await shard.write([index("a", #"{"n":1}"#)], key: "k") } throws: {
            ($0 as? ShardError)?.status == 422
        }
        // Also from the log, and from a checkpoint.
        for flushes in [false, true, false] {
            if flushes { try await shard.flush() }
            shard = try await world.open()
            let again = try await shard.write([index("a", "{}"), create("a", "{}")], key: "k")
            #expect(again == first)
        }
        #expect(try await shard.get(id: "a")?.version == 1)
    }

    @Test func newFieldsAreStoredBeforeTheDocumentIs() async throws {
        let shard = try await TestWorld().open()
        let asked = Recorder()
        let outcomes = try await shard.write([index("a", #"{"n":1,"t":"x y"}"#)]) { schema in
            asked.note("\(schema.fields.map(\.path).sorted())")
            return schema
        }
        #expect(outcomes[0].result == .created)
        #expect(asked.notes == [#"["n", "t", "t.keyword"]"#])
        #expect(await shard.schema["n"]?.type == .long)
        _ = try await shard.write([index("b", #"{"n":1}"#)]) { schema in
            asked.note("again")
            return schema
        }
        #expect(asked.notes.count == 1)
    }

    @Test func theMappingInForceDecides() async throws {
        let shard = try await TestWorld().open()
        // Somebody else has made the field a keyword meanwhile.
        let other = try Schema(
            mappings: ["properties": ["n": ["type": "keyword"]]], settings: nil)
        let outcomes = try await shard.write(
            [index("a", #"{"n":1}"#), index("b", #"{"n":{"x":1}}"#)]
        ) { schema in schema["n"]?.type == .long ? other : schema }
        #expect(outcomes[0].result == .created)
        #expect(outcomes[1].error?.status == 400)
        #expect(await shard.schema["n"]?.type == .keyword)
        try await shard.refresh()
        #expect(try shard.snapshot.documents()?.keys.sorted() == ["a"])
        #expect(shard.snapshot.segments[0].segment.field("n") != nil)
    }

    @Test func withoutTheMetadataStoreKnownFieldsGoOn() async throws {
        let shard = try await TestWorld().open()
        try await shard.write([index("a", #"{"n":1}"#)])
        struct Away: Error {}
        await #expect {
            try await shard.write([index("b", #"{"m":1}"#)]) { _ in throw Away() }
        } throws: { ($0 as? ShardError)?.status == 503 }
        let known = try await shard.write([index("c", #"{"n":1}"#)]) { _ in throw Away() }
        #expect(known[0].result == .created)
        #expect(try await shard.text("b") == nil)
    }

    @Test func anUnknownOutcomeIsResolvedBeforeTheAnswer() async throws {
        let objects = TestObjectStore()
        let shard = try await TestWorld(objects: objects).open()
        objects.answerNext([.unknown("5xx"), .created, .unknown("time-out")])
        #expect(try await shard.write([index("a", "{}")])[0].slot == 2)
        #expect(try await shard.write([index("b", "{}")])[0].slot == 3)
        #expect(objects.keys.filter { $0.contains("/log/") }.count == 3)
    }

    @Test func aFullStoreRefusesAndRecoversByItself() async throws {
        let objects = TestObjectStore()
        let shard = try await TestWorld(objects: objects).open()
        try await shard.write([index("a", "{}")])
        objects.refuse(20)
        await #expect {
            try await shard.write([index("b", "{}")])
        } throws: { error in
            let error = error as? ShardError
            return error?.status == 503 && error?.reason.contains("no space left") == true
        }
        #expect(try await shard.text("a") == "{}")
        // The create goes on being tried; once it is through, so are writes.
        while await shard.isStalled { await Task.yield() }
        #expect(try await shard.write([index("c", "{}")])[0].slot == 4)
        #expect(try await shard.text("b") == "{}")
    }
}

extension Shard {
    var isStalled: Bool { stalledSince != nil }
}
