// What the analyzers make of texts, offsets included.

import CSystemStemmer
import Testing

@testable import Analysis

/// A batch as values that can be compared and shown: "term@position[start..<end]", and "+2" behind
/// the position of a token that spans two.
struct Tokens: Equatable, CustomStringConvertible {
    var terms: [[UInt8]]
    var positions: [UInt32]
    var starts: [UInt32]
    var ends: [UInt32]
    var spans: [UInt32]

    init(_ batch: TokenBatch) {
        terms = (0..<batch.count).map { Array(batch.term($0)) }
        positions = batch.positions
        starts = batch.startOffsets
        ends = batch.endOffsets
        spans = (0..<batch.count).map { batch.positionLength($0) }
    }

    var texts: [String] { terms.map { String(decoding: $0, as: UTF8.self) } }

    var description: String {
        terms.indices.map { index in
            let span = spans[index] == 1 ? "" : "+\(spans[index])"
            return "\(texts[index])@\(positions[index])\(span)[\(starts[index])..<\(ends[index])]"
        }.joined(separator: " ")
    }
}

struct AnalyzerTests {
    private func tokens(_ name: String, _ text: String) throws -> Tokens {
        let analyzer = try #require(AnalyzerRegistry.builtIn.makeAnalyzer(named: name))
        var batch = TokenBatch()
        analyzer.analyze(text, into: &batch)
        return Tokens(batch)
    }

    @Test(arguments: [
        ("The quick-brown Fox!", "the@0[0..<3] quick@1[4..<9] brown@2[10..<15] fox@3[16..<19]"),
        (
            "3.14 1,000 can't a.b x_y",
            "3.14@0[0..<4] 1,000@1[5..<10] can't@2[11..<16]"
                + " a.b@3[17..<20] x_y@4[21..<24]"
        ),
        (
            "1.a a,b _ __ e.g. 'tis",
            "1@0[0..<1] a@1[2..<3] a@2[4..<5] b@3[6..<7] __@4[10..<12]"
                + " e.g@5[13..<16] tis@6[19..<22]"
        ),
        ("me@example.org a:b", "me@0[0..<2] example.org@1[3..<14] a@2[15..<16] b@3[17..<18]"),
        ("mé@b.c é:b", "mé@0[0..<3] b.c@1[4..<7] é@2[8..<10] b@3[11..<12]"),
        ("", ""), (" \n\t.,;", ""),
        ("Straße ﬁn ＡＢＣ", "strasse@0[0..<7] fin@1[8..<12] abc@2[13..<22]"),
        ("I\u{AD}Ö x", "iö@0[0..<5] x@1[6..<7]"),
        ("ภาษาไทย", "ภาษา@0[0..<12] ไทย@1[12..<21]"),
        ("Ελλάς 한국어 é", "ελλάσ@0[0..<10] 한국어@1[11..<20] é@2[21..<23]"),
        ("😀 a😀b", "a@0[5..<6] b@1[10..<11]"),
    ])
    func standard(text: String, expected: String) throws {
        #expect(try tokens("standard", text).description == expected)
    }

    @Test func longTokensAreSplit() throws {
        for letter in ["a", "é", "𝔸"] {
            let text = String(repeating: letter, count: 600)
            let tokens = try tokens("standard", text)
            let perToken = letter == "𝔸" ? 127 : 255
            let lengths = tokens.texts.map(\.count)
            #expect(
                lengths == Array(repeating: perToken, count: 600 / perToken)
                    + [600 % perToken])
            #expect(tokens.positions == Array(0..<UInt32(lengths.count)))
        }
        let simple = try tokens("simple", String(repeating: "x", count: 256)).texts
        #expect(simple.map(\.count) == [255, 1])
    }

    @Test func simpleAnalyzer() throws {
        #expect(
            try tokens("simple", "It's Ünder_3 ÉTÉ日本").description
                == "it@0[0..<2] s@1[3..<4] ünder@2[5..<11] été日本@3[14..<25]")
    }

    @Test func whitespaceAnalyzer() throws {
        #expect(
            try tokens("whitespace", " It's\tÜnder_3,\u{3000}x\u{A0}y ").description
                == "It's@0[1..<5] Ünder_3,@1[6..<15] x\u{A0}y@2[18..<22]")
    }

    @Test func keywordAnalyzer() throws {
        #expect(try tokens("keyword", "New York ").description == "New York @0[0..<9]")
        #expect(try tokens("keyword", "").terms.isEmpty)
        let long = String(repeating: "é", count: 20_000)
        let cut = try tokens("keyword", "x" + long)
        #expect(cut.terms[0].count == 32_765)
        #expect(cut.texts[0] == "x" + String(repeating: "é", count: 16_382))
    }

    @Test func englishAnalyzer() throws {
        #expect(
            try tokens("english", "The dogs' owner's running is it, relational THE").description
                == "dog@1[4..<8] owner@2[10..<17] run@3[18..<25] relat@6[33..<43]")
        #expect(try tokens("english", "John’s café").texts == ["john", "café"])
        let analyzer = try #require(AnalyzerRegistry.builtIn.makeAnalyzer(named: "english"))
        var batch = TokenBatch()
        analyzer.analyze("cats and the", into: &batch)
        #expect(batch.count == 1 && batch.positionCount == 3)
        analyzer.analyze("the the", into: &batch)
        #expect(batch.count == 0 && batch.positionCount == 2 && batch.termBytes.isEmpty)
        #expect(analyzer.terms(of: "the cats").map(\.term) == [Term("cat")])
        #expect(analyzer.terms(of: "the cats").map(\.position) == [1])
    }

    /// The cached, in-place filter against the plain definition.
    @Test func englishEqualsItsDefinition() throws {
        let stemmer = try #require(sb_stemmer_new("english", "UTF_8"))
        defer { sb_stemmer_delete(stemmer) }
        let stops = Set(
            ("a an and are as at be but by for if in into is it no not of on or such that the"
                + " their then there these they this to was will with").split(separator: " "))
        let standard = try #require(AnalyzerRegistry.builtIn.makeAnalyzer(named: "standard"))
        let english = try #require(AnalyzerRegistry.builtIn.makeAnalyzer(named: "english"))
        var random = SeededRandom(seed: 19)
        let beginnings = ["run", "hope", "gener", "connect", "sky", "it", "o", "naïve", "the", "x"]
        let endings = [
            "", "ing", "s", "'s", "’s", "ed", "ational", "ization", "y", "ies", "ousness", "'",
            String(repeating: "z", count: 40),
        ]
        for _ in 0..<300 {
            let text = (0..<50).map { _ in random.pick(beginnings) + random.pick(endings) }
                .joined(separator: " ")
            let expected = standard.terms(of: text).compactMap { token -> String? in
                var word = token.term.text
                for possessive in ["'s", "’s"]
                where word.utf8.count > 2 && word.hasSuffix(possessive) {
                    word = String(word.dropLast(2))
                    break
                }
                if stops.contains(word[...]) { return nil }
                let stem = sb_stemmer_stem(stemmer, Array(word.utf8), Int32(word.utf8.count))
                let bytes = UnsafeBufferPointer(
                    start: stem, count: Int(sb_stemmer_length(stemmer)))
                return "\(String(decoding: bytes, as: UTF8.self))@\(token.position)"
            }
            let got = english.terms(of: text).map { "\($0.term)@\($0.position)" }
            #expect(got == expected, "seed 19")
        }
    }

    @Test func registry() {
        let registry = AnalyzerRegistry.builtIn
        #expect(registry.names == registry.names.sorted() && registry.names.count >= 45)
        #expect(["default", "english", "standard", "icu"].allSatisfy(registry.contains))
        #expect(registry.names.allSatisfy { registry.makeAnalyzer(named: $0)?.name == $0 })
        #expect(registry.makeAnalyzer(named: "klingon") == nil)
        #expect(!registry.contains("klingon"))
    }

    /// Any bytes: no crash, and the arrays of the batch agree with one another.
    @Test func anyBytes() throws {
        var random = SeededRandom(seed: 23)
        for name in AnalyzerRegistry.builtIn.names {
            let analyzer = try #require(AnalyzerRegistry.builtIn.makeAnalyzer(named: name))
            var batch = TokenBatch()
            for round in 0..<60 {
                let mask: UInt8 = round % 3 == 0 ? 0xFF : round % 3 == 1 ? 0x7F : 0xEF
                let bytes = (0..<random.below(300)).map { _ in
                    random.below(6) == 0 ? 0x20 : UInt8(truncatingIfNeeded: random.next()) & mask
                }
                bytes.withUnsafeBufferPointer { analyzer.analyze($0, into: &batch) }
                #expect(isConsistent(batch, length: bytes.count), "seed 23, \(name), \(round)")
            }
            analyzer.analyze(UnsafeBufferPointer(start: nil, count: 0), into: &batch)
            #expect(batch.count == 0)
        }
    }

    private func isConsistent(_ batch: TokenBatch, length: Int) -> Bool {
        let counts = [
            batch.termEnds.count, batch.positions.count, batch.startOffsets.count,
            batch.endOffsets.count,
        ]
        guard counts.allSatisfy({ $0 == batch.count }) else { return false }
        guard Int(batch.termEnds.last ?? 0) == batch.termBytes.count else { return false }
        for token in 0..<batch.count {
            if batch.term(token).isEmpty { return false }
            if batch.startOffsets[token] >= batch.endOffsets[token] { return false }
            if Int(batch.endOffsets[token]) > length { return false }
            if batch.positions[token] >= batch.positionCount { return false }
            if token == 0 { continue }
            if batch.positions[token] <= batch.positions[token - 1] { return false }
            if batch.startOffsets[token] < batch.startOffsets[token - 1] { return false }
            if batch.endOffsets[token] < batch.endOffsets[token - 1] { return false }
        }
        return true
    }
}
