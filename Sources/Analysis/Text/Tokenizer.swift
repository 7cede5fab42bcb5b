// What every tokenizer does, and the simplest of them.

/// Cuts a text into tokens and appends them to an empty batch.
protocol Tokenizer: AnyObject {
    func tokenize(_ utf8: UnsafeBufferPointer<UInt8>, into batch: inout TokenBatch)
}

/// The whole text as one token, as it is; cut at `Analyzer.maximumTermBytes`.
final class WholeTextTokenizer: Tokenizer {
    func tokenize(_ utf8: UnsafeBufferPointer<UInt8>, into batch: inout TokenBatch) {
        guard !utf8.isEmpty else { return }
        var end = utf8.count
        if end > Analyzer.maximumTermBytes {
            end = Analyzer.maximumTermBytes
            let shortest = end - 3
            while end > shortest, utf8[end] & 0xC0 == 0x80 { end -= 1 }
        }
        batch.append(UnsafeBufferPointer(rebasing: utf8[..<end]), start: 0, end: utf8.count)
    }
}
