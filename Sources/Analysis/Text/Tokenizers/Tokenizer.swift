// What every tokenizer does, and the simplest of them.

/// Cuts a text into tokens and appends them to an empty batch.
protocol Tokenizer: AnyObject {
    func tokenize(_ utf8: UnsafeBufferPointer<UInt8>, into batch: inout TokenBatch)
}

/// The whole text as one token, as it is; cut at `TextLimits.maximumTermBytes`.
final class WholeTextTokenizer: Tokenizer {
    func tokenize(_ utf8: UnsafeBufferPointer<UInt8>, into batch: inout TokenBatch) {
        guard !utf8.isEmpty else { return }
        let end = TextLimits.cut(utf8, TextLimits.maximumTermBytes)
        batch.append(UnsafeBufferPointer(rebasing: utf8[..<end]), start: 0, end: utf8.count)
    }
}
