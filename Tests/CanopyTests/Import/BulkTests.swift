import Testing
@testable import canopy

@Suite struct BulkTests {
    /// Yields numbered documents of one size.
    private struct Numbers: RecordReader {
        var count: Int
        var taken = 0
        var position: ReadPosition { ReadPosition(byteOffset: Int64(taken)) }
        var fraction: Double? { nil }

        mutating func next(into record: inout ImportRecord) -> RecordStep {
            record.clear()
            guard taken < count else { return .end }
            taken += 1
            record.place = RecordPlace(source: "s", line: Int64(taken))
            if taken.isMultiple(of: 10) { return .malformed(reason: "tenth") }
            record.document = Array("{}".utf8)
            return .record
        }

        mutating func skip(to position: ReadPosition) { taken = Int(position.byteOffset) }
        mutating func finish() {}
    }

    @Test func batchesKeepTheirLimitsAndPlaces() throws {
        var reader = BatchReader(
            Numbers(count: 25), limits: BatchLimits(byteCount: 1_000_000, documentCount: 8))
        var batches: [BulkBatch] = []
        while let batch = try reader.next() { batches.append(batch) }
        #expect(batches.map(\.number) == [0, 1, 2, 3])
        #expect(batches.map { $0.items.count } == [8, 7, 7, 1])
        #expect(batches.map { $0.malformed.count } == [0, 1, 1, 0])
        #expect(batches.map(\.position.byteOffset) == [8, 16, 24, 25])
        #expect(batches[1].malformed.first?.place == RecordPlace(source: "s", line: 10))
        var small = BatchReader(
            Numbers(count: 5), limits: BatchLimits(byteCount: 1, documentCount: 100))
        var counts: [Int] = []
        while let batch = try small.next() { counts.append(batch.items.count) }
        #expect(counts == [1, 1, 1, 1, 1])
    }

    @Test func actionsCarryStableIDs() {
        var batch = BulkBatch(number: 0, expectedBytes: 10)
        var record = ImportRecord()
        record.document = Array(#"{"a":1}"#.utf8)
        record.place = RecordPlace(source: "f.csv", line: 7)
        #expect(batch.add(record) == nil)
        record.id = Array("q\"\u{1}é".utf8)
        #expect(batch.add(record) == nil)
        record.id = Array(repeating: 65, count: 513)
        #expect(batch.add(record) != nil)
        #expect(
            String(decoding: batch.body, as: UTF8.self)
                == "{\"index\":{\"_id\":\"f.csv-7\"}}\n{\"a\":1}\n"
                + "{\"index\":{\"_id\":\"q\\\"\\u0001é\"}}\n{\"a\":1}\n")
        let second = String(decoding: batch.body(of: [1]), as: UTF8.self)
        #expect(second == "{\"index\":{\"_id\":\"q\\\"\\u0001é\"}}\n{\"a\":1}\n")
        #expect(batch.body(of: [0, 1]) == batch.body)
    }

    @Test func answersTellEachFate() throws {
        let fine = Array(#"{"took":3,"errors":false,"items":[{"index":{"status":201}}]}"#.utf8)
        #expect(try BulkAnswer(fine, count: 1).fates == [.done])
        let mixed =
            Array(
                #"{"took":3,"errors":true,"items":[{"index":{"_id":"a","status":200}},"#.utf8)
            + Array(
                #"{"index":{"status":400,"error":{"type":"mapper","reason":"field [x]"}}},"#.utf8)
            + Array(#"{"index":{"status":429,"error":{"type":"busy","reason":"full"}}}]}"#.utf8)
        #expect(
            try BulkAnswer(mixed, count: 3).fates == [
                .done, .refused(reason: "mapper: field [x]"), .retry(reason: "busy: full"),
            ])
        #expect(throws: ImportError.self) { try BulkAnswer(mixed, count: 2) }
        #expect(throws: ImportError.self) { try BulkAnswer(Array("<html>".utf8), count: 1) }
    }

    @Test func theErrorsFlagInsideADocumentDeceivesNobody() throws {
        let answer = Array(
            #"{"took":3,"errors":true,"items":[{"index":{"_id":"\"errors\":false","status":400}}]}"#
                .utf8)
        #expect(try BulkAnswer(answer, count: 1).fates == [.refused(reason: "status 400")])
    }

    @Test func backOffGrowsAndEnds() {
        let policy = RetryPolicy()
        func delay(_ attempt: Int, _ after: Duration? = nil, waited: Duration = .zero) -> Duration?
        {
            policy.delay(attempt: attempt, retryAfter: after, waited: waited, jitter: 1)
        }
        #expect(delay(1) == .milliseconds(100))
        #expect(delay(2) == .milliseconds(200))
        #expect(delay(4) == .milliseconds(800))
        #expect(delay(1_000) == .seconds(10))
        #expect(delay(1, .seconds(3)) == .seconds(3))
        #expect(delay(1, .seconds(100_000)) == .seconds(120))
        #expect(delay(8, .milliseconds(1)) == .seconds(10))
        #expect(delay(1, waited: .seconds(300)) == nil)
        #expect(
            policy.delay(attempt: 1, retryAfter: nil, waited: .zero, jitter: 0)
                == .milliseconds(50))
    }
}
