import Testing
@testable import canopy

@Suite struct ProgressTests {
    @Test func linesShowRatesAndWhatIsLeft() {
        var line = ImportProgressLine()
        var counts = ImportProgress.Counts()
        counts.fraction = 0
        counts.startFraction = 0
        _ = line.text(counts, elapsed: 0)
        counts.indexed = 8_000
        counts.byteCount = 16_000_000
        counts.fraction = 0.25
        #expect(
            line.text(counts, elapsed: 2)
                == "8,000 documents · 4,000/s · 8.00 MB/s · 25.0 % · 6.00 s left")
        counts.refused = 2
        counts.retries = 1
        counts.waitingFor = "429 busy"
        #expect(
            line.text(counts, elapsed: 4).hasSuffix("2 refused · waiting (1 retries): 429 busy"))
    }

    @Test func refusalsAreGroupedAndBounded() {
        var report = RefusalReport()
        var printed = 0
        for number in 0..<3_000 {
            let document = RefusedDocument(
                place: RecordPlace(source: "a.csv", line: Int64(number + 1)), id: "i\(number)",
                reason: "failed to parse [year]: got \"value \(number)\"")
            if let line = report.take(document) {
                if printed == 0 {
                    #expect(line == "a.csv:1 [i0]: failed to parse [year]: got \"value 0\"")
                }
                printed += 1
            }
        }
        #expect(printed == RefusalReport.printedLimit + 1)
        #expect(report.examples.count == RefusalReport.exampleLimit)
        #expect(report.reasons.map(\.reason) == ["failed to parse [year]: got \"…\""])
        #expect(report.reasons.map(\.count) == [3_000])
    }

    @Test func summariesTellTheOutcome() throws {
        let summary = ImportSummary(
            source: "a.csv", index: "x", created: true, indexed: 10, refused: 1, indexedBefore: 5,
            byteCount: 2_000, retries: 0, elapsed: .seconds(2), stoppedBecause: nil,
            reasons: [("bad", 1)],
            examples: [
                RefusedDocument(
                    place: RecordPlace(source: "a.csv", line: 3), id: "q", reason: "bad")
            ])
        #expect(
            summary.text(.plain) == """
                ✗ 10 documents from a.csv into x in 2.00 s: 5/s, 1.00 kB/s
                  5 more by the run before
                  1 refused:
                  1 × bad

                """)
        #expect(
            String(decoding: summary.json(), as: UTF8.self)
                == #"{"source":"a.csv","index":"x","created_index":true,"complete":true,"#
                + #""indexed":10,"#
                + #""indexed_before":5,"refused":1,"bytes":2000,"retries":0,"seconds":2.0,"#
                + #""documents_per_second":5.0,"errors":[{"source":"a.csv","line":3,"id":"q","#
                + #""reason":"bad"}]}"# + "\n")
    }
}
