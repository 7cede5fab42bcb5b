import Analysis
import Testing

@testable import canopy

@Suite struct ScrubPageTests {
    private let leaf: JSONValue = [
        "name": "leaf-0", "shards": 4, "pending": 0, "objects": 1_200, "bytes": 34_500_000,
        "damaged": 1, "mended": 1, "oldest_seconds": 90,
    ]

    private func report(
        mended: Bool = true, running: Bool = false, failure: String? = nil
    ) -> JSONValue {
        [
            "running": .bool(running), "shards": 4, "pending": .integer(running ? 3 : 0),
            "objects": 1_200, "bytes": 34_500_000, "damaged": 1,
            "mended": .integer(mended ? 1 : 0), "oldest_seconds": 90, "leaves": [leaf],
            "findings": [
                [
                    "leaf": "leaf-0", "index": "books", "shard": 2, "kind": "segment",
                    "object": "u/00002/segments/7-a", "reason": "the object is missing",
                    "mended": .bool(mended), "remedy": "written again",
                ]
            ],
            "failures": .array(
                failure.map {
                    [["leaf": "leaf-0", "index": "b", "shard": 1, "reason": .string($0)]]
                } ?? []),
        ]
    }

    @Test func oneScreenTellsAll() {
        #expect(
            ScrubPage(json: false).text(report(), .plain) == """
                1 damaged, 1 of them mended; 1,200 objects, 34.5 MB

                leaf    shards  to go  objects    bytes  damaged  mended  oldest  failure
                leaf-0       4      0    1,200  34.5 MB        1       1  1m 30s

                mended  leaf-0: shard 2 of books, u/00002/segments/7-a
                  the object is missing
                  written again

                """)
        let running = ScrubPage(json: false).text(report(running: true), .plain)
        #expect(running.hasPrefix("reading, 3 of 4 shards to go\n"))
        let failed = ScrubPage(json: false).text(report(failure: "no answer"), .plain)
        #expect(failed.hasSuffix("not read  leaf-0: shard 1 of b\n  no answer\n"))
    }

    @Test func onlyWhatIsMendedIsSound() {
        #expect(ScrubPage.isSound(report()))
        #expect(!ScrubPage.isSound(report(mended: false)))
        #expect(!ScrubPage.isSound(report(failure: "no answer")))
        #expect(!ScrubPage.isSound(["leaves": [["name": "leaf-1", "failure": "gone"]]]))
        #expect(ScrubPage.isSound(["leaves": [leaf], "findings": [], "failures": []]))
    }
}
