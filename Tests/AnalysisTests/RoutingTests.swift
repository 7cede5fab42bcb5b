// The hash is fixed for ever: golden values, the first four of them XXH64's published ones.

import Testing

@testable import Analysis

struct RoutingTests {
    @Test(arguments: [
        ("", 0xEF46_DB37_51D8_E999 as UInt64), ("a", 0xD24E_C4F1_A98C_6E5B),
        ("abc", 0x44BC_2CF5_AD77_0999),
        ("Nobody inspects the spammish repetition", 0xFBCE_A83C_8A37_8BF1),
    ])
    func goldenHashes(text: String, hash: UInt64) {
        #expect(DocumentRouting.hash(Array(text.utf8)) == hash)
    }

    @Test func everyLengthHashesDifferently() {
        let bytes = (0..<200).map { UInt8($0) }
        let hashes = Set((0...200).map { DocumentRouting.hash(Array(bytes[..<$0])) })
        #expect(hashes.count == 201)
    }

    @Test func shardsAreEqualRangesOfTheHash() {
        var counts = [Int](repeating: 0, count: 7)
        for id in 0..<70_000 {
            let shard = DocumentRouting.shard("document-\(id)", shardCount: 7)
            counts[shard] += 1
            // Splitting every shard in two keeps documents within the halves of theirs.
            #expect(DocumentRouting.shard("document-\(id)", shardCount: 14) / 2 == shard)
        }
        #expect(counts.allSatisfy { (9_600...10_400).contains($0) }, "\(counts)")
        #expect(DocumentRouting.shard("x", shardCount: 1) == 0)
    }

    @Test func termsAreBytes() {
        #expect(Term("\u{e9}") != Term("e\u{301}"))
        #expect(Term("Z") < Term("a") && Term("a") < Term("ab") && Term("z") < Term("é"))
        #expect(Term([0xFF]).text == "\u{FFFD}")
    }

    @Test func resultNames() {
        #expect(
            DocumentResult.allCases.map(\.name)
                == ["created", "updated", "deleted", "noop", "not_found"])
    }
}
