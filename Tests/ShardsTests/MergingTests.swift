// Which segments are merged, and how deletions follow documents into a rewritten segment.

import Segments
import Storage
import Testing

@testable import Shards

@Suite struct MergingTests {
    private func candidates(_ sizes: [Int], deleted: [Int: Int] = [:]) -> [MergePolicy.Candidate] {
        sizes.enumerated().map {
            .init(number: $0, bytes: $1, documents: 100, deleted: deleted[$0] ?? 0)
        }
    }

    @Test func aFullTierIsMerged() {
        var policy = MergePolicy()
        policy.segmentsPerTier = 8
        #expect(policy.choose(candidates(Array(repeating: 1000, count: 7))) == nil)
        #expect(
            policy.choose(candidates(Array(repeating: 1000, count: 9))) == Array(0..<8))
        // Large ones stay out of a merge of small ones.
        let mixed = [100 << 20] + Array(repeating: 1000, count: 8)
        #expect(policy.choose(candidates(mixed)) == Array(1...8))
    }

    @Test func noMergeGrowsBeyondTheLimit() throws {
        let policy = MergePolicy()
        let chosen = try #require(
            policy.choose(candidates(Array(repeating: 60 << 20, count: 8))))
        #expect(chosen.count == 4)
        #expect(policy.choose(candidates(Array(repeating: 200 << 20, count: 20))) == nil)
        #expect(policy.choose(candidates(Array(repeating: 300 << 20, count: 20))) == nil)
    }

    @Test func mostlyDeadSegmentsAreRewritten() {
        let policy = MergePolicy()
        #expect(policy.choose(candidates([300 << 20, 1000], deleted: [0: 31])) == [0])
        #expect(policy.choose(candidates([1000, 1000], deleted: [0: 30])) == nil)
        #expect(policy.choose(candidates([1000, 1000, 1000], deleted: [0: 50, 2: 99])) == [0, 2])
    }

    @Test func aQuietShardIsMergedFurther() {
        let policy = MergePolicy()
        let uneven = [19 << 20, 8 << 20, 9 << 20, 12 << 20]
        #expect(policy.choose(candidates(uneven)) == nil)
        #expect(policy.choose(candidates(uneven), isQuiet: true) == [0, 1, 2, 3])
        // A large segment is not rewritten for the sake of a small one.
        #expect(policy.choose(candidates([100 << 20, 8 << 20]), isQuiet: true) == nil)
        #expect(policy.choose(candidates([100 << 20, 8 << 20, 9 << 20]), isQuiet: true) == [1, 2])
        // Tiny ones are as good as equal, and one is enough.
        #expect(policy.choose(candidates([1 << 20, 100]), isQuiet: true) == [0, 1])
        #expect(policy.choose(candidates([5]), isQuiet: true) == nil)
        #expect(policy.choose(candidates([130 << 20, 130 << 20]), isQuiet: true) == nil)
    }

    @Test func mergingEndsAndLeavesFewSegments() {
        let policy = MergePolicy()
        let random = SeededRandom(seed: 5)
        var segments: [MergePolicy.Candidate] = []
        var written = 0
        var number = 0
        for _ in 0..<500 {
            let bytes = random.next(in: 100_000..<24 << 20)
            written += bytes
            number += 1
            segments.append(.init(number: number, bytes: bytes, documents: 1000, deleted: 0))
            var rounds = 0
            while let chosen = policy.choose(segments) {
                rounds += 1
                #expect(rounds < 10)
                let merged = segments.filter { chosen.contains($0.number) }
                segments.removeAll { chosen.contains($0.number) }
                let total = merged.reduce(0) { $0 + $1.bytes }
                #expect(total <= policy.maximumBytes)
                number += 1
                segments.append(
                    .init(number: number, bytes: total, documents: 1000, deleted: 0))
                if rounds >= 10 { break }
            }
        }
        #expect(segments.count < written / policy.maximumBytes + 40)
    }

    @Test func deletionsFollowTheirDocuments() {
        let random = SeededRandom(seed: 6)
        for round in 0..<300 {
            var inputs: [DeletionTransfer.Input] = []
            var expected: [UInt32] = []
            var next: UInt32 = 0
            for _ in 0...random.next(in: 0..<4) {
                let count = random.next(in: 1..<200)
                var before = LiveDocuments(documentCount: count)
                for _ in 0..<random.next(in: 0..<count) {
                    before.delete(UInt32(random.next(in: 0..<count)))
                }
                let known = random.next(below: 3) == 0 ? nil : before
                var now = known ?? LiveDocuments(documentCount: count)
                for _ in 0..<random.next(in: 0..<20) {
                    now.delete(UInt32(random.next(in: 0..<count)))
                }
                for document in UInt32(0)..<UInt32(count) where known?.isLive(document) ?? true {
                    if !now.isLive(document) { expected.append(next) }
                    next += 1
                }
                let isUntouched = now.deletedCount == 0
                inputs.append(
                    .init(
                        documentCount: count, before: known, now: isUntouched ? nil : now))
            }
            #expect(DeletionTransfer.dead(inputs, order: nil) == expected, "seed 6, round \(round)")
        }
    }

    @Test func oldObjectsAreCollectedButNeverFences() {
        var collection = LogCollection()
        collection.note(.fence, slot: 1)
        for slot in UInt64(2)...9 { collection.note(.batch, slot: slot) }
        collection.note(checkpoint: .init(slot: 5, coveredSlot: 4, segments: ["1-a"]))
        #expect(collection.deletable(Array(1...9)).delete == [])
        #expect(!collection.wantsAnother)
        collection.note(checkpoint: .init(slot: 10, coveredSlot: 9, segments: ["1-b"]))
        #expect(collection.wantsAnother)
        #expect(collection.deletable(Array(1...10)).delete == [2, 3, 4])
        // Slot 0 stands for garbage nobody remembers: its kind is read first.
        #expect(collection.deletable([0, 1, 2]).unknown == [0])
        func isGarbage(_ name: String, _ fence: UInt64?) -> Bool {
            collection.isGarbage(segment: name, fence: fence, owner: 3, inUse: ["3-new"])
        }
        #expect(isGarbage("1-x", 1) && isGarbage("3-x", 3))
        #expect(!isGarbage("1-a", 1) && !isGarbage("1-b", 1) && !isGarbage("3-new", 3))
        #expect(!isGarbage("4-x", 4) && !isGarbage("x", nil))
        // Another checkpoint like the last lets go of what was merged away.
        collection.note(checkpoint: .init(slot: 11, coveredSlot: 9, segments: ["1-b"]))
        #expect(isGarbage("1-a", 1) && !isGarbage("1-b", 1) && !collection.wantsAnother)
    }
}
