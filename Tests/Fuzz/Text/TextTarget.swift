// Text of any bytes, cut into words by every analyzer; the fast path for ASCII against ICU.

import Synchronization

@testable import Analysis

enum TextTarget {
    static let target = FuzzTarget(
        name: "text", reads: "Analyzers, and libicu behind CICU: text that need not be UTF-8",
        seeds: seeds, run: run)

    /// Only one thread at a time has them: they are locked.
    private struct Tokenizers: @unchecked Sendable {
        let fast: StandardTokenizer
        let slow: StandardTokenizer
    }

    private static let tokenizers = Mutex<Tokenizers?>(nil)

    /// analyzer, text.
    static func run(_ bytes: UnsafeRawBufferPointer) throws {
        var input = FuzzInput(bytes)
        let names = AnalyzerRegistry.builtIn.names
        let name = names[Int(input.byte()) % names.count]
        let text = input.rest.assumingMemoryBound(to: UInt8.self)
        var batch = TokenBatch()
        let isThere: Void? = AnalyzerPool.shared.with(name) { $0.analyze(text, into: &batch) }
        try require(isThere != nil, "there is no analyzer \(name)")
        try check(batch, textCount: text.count)
        if name == "standard" { try compare(text) }
    }

    private static func check(_ batch: TokenBatch, textCount: Int) throws {
        try require(
            batch.termEnds.count == batch.count && batch.positions.count == batch.count
                && batch.startOffsets.count == batch.count
                && batch.endOffsets.count == batch.count
                && Int(batch.termEnds.last ?? 0) == batch.termBytes.count, "counts differ")
        for index in 0..<batch.count {
            let start = batch.startOffsets[index]
            let end = batch.endOffsets[index]
            try require(start <= end && Int(end) <= textCount, "token \(index) lies outside")
            try require(batch.positions[index] < batch.positionCount, "position of token \(index)")
            try require(batch.term(index).count <= Analyzer.maximumTermBytes, "a long term")
            guard index > 0 else { continue }
            try require(
                batch.startOffsets[index - 1] <= start
                    && batch.positions[index - 1] < batch.positions[index],
                "token \(index) comes before the one before")
        }
    }

    private static func compare(_ text: UnsafeBufferPointer<UInt8>) throws {
        try tokenizers.withLock { tokenizers in
            if tokenizers == nil {
                guard let fast = StandardTokenizer(worthwhileASCII: 1),
                    let slow = StandardTokenizer(usesFastPath: false)
                else { return }
                tokenizers = Tokenizers(fast: fast, slow: slow)
            }
            guard let tokenizers else { return }
            var found = TokenBatch()
            var wanted = TokenBatch()
            tokenizers.fast.tokenize(text, into: &found)
            tokenizers.slow.tokenize(text, into: &wanted)
            let isEqual =
                found.termBytes == wanted.termBytes && found.termEnds == wanted.termEnds
                && found.startOffsets == wanted.startOffsets
                && found.endOffsets == wanted.endOffsets && found.positions == wanted.positions
            try require(isEqual, "the fast path finds other words than ICU")
        }
    }

    private static func seeds() -> [[UInt8]] {
        let texts = [
            "The quick brown fox's can't stop 3.14 a_b, x:y @home", "naïve Ünïcode ﬁ ß İ",
            "日本語のテキスト とカタカナ", "ภาษาไทย", "e\u{301}\u{200D}👨‍👩‍👧🇩🇪", "שָׁלוֹם Ελλάς Ὀδυσσεύς",
            String(repeating: "a", count: 300), "running flies happily generalizations",
        ]
        var seeds: [[UInt8]] = []
        for (number, text) in texts.enumerated() {
            seeds.append([UInt8(number % 5)] + text.utf8)
            seeds.append([3] + text.utf8 + [0xFF, 0xC3, 0x20, 0xE2, 0x82])
        }
        return seeds
    }
}
