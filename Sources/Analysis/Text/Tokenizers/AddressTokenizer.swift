// Tokenizer `uax_url_email`: standard tokens, but e-mail addresses and URLs stay whole. A URL
// begins with a scheme (http, https, ftp, file) and "://", or with "www.".

final class AddressTokenizer: Tokenizer {
    private static let openings = ["http://", "https://", "ftp://", "file://", "www."].map {
        Array($0.utf8)
    }

    private let standard: StandardTokenizer

    init(_ standard: StandardTokenizer) { self.standard = standard }

    func tokenize(_ utf8: UnsafeBufferPointer<UInt8>, into batch: inout TokenBatch) {
        var pending = 0
        var index = 0
        while index < utf8.count {
            while index < utf8.count, utf8[index] <= 0x20 { index += 1 }
            let start = index
            while index < utf8.count, utf8[index] > 0x20 { index += 1 }
            guard let address = address(utf8, start..<index) else { continue }
            standard.tokenize(utf8, pending..<address.lowerBound, into: &batch)
            batch.appendPieces(of: utf8, address)
            pending = address.upperBound
        }
        standard.tokenize(utf8, pending..<utf8.count, into: &batch)
    }

    /// The address that a word consists of but for the punctuation around it.
    private func address(_ utf8: UnsafeBufferPointer<UInt8>, _ word: Range<Int>) -> Range<Int>? {
        var word = word
        while let first = word.first, Self.isOpening(utf8[first]) { word.removeFirstByte() }
        while let last = word.last, Self.isClosing(utf8[last]) { word.removeLastByte() }
        guard word.count > 3 else { return nil }
        return isURL(utf8, word) || isEmail(utf8, word) ? word : nil
    }

    private func isURL(_ utf8: UnsafeBufferPointer<UInt8>, _ word: Range<Int>) -> Bool {
        Self.openings.contains { opening in
            word.count > opening.count
                && opening.indices.allSatisfy {
                    let byte = utf8[word.lowerBound + $0]
                    let isUpper = byte &- UInt8(ascii: "A") < 26
                    return (isUpper ? byte | 0x20 : byte) == opening[$0]
                }
                && Self.isHost(utf8[word.lowerBound + opening.count])
        }
    }

    /// A local part, '@', and names of at least two parts with dots between.
    private func isEmail(_ utf8: UnsafeBufferPointer<UInt8>, _ word: Range<Int>) -> Bool {
        guard let at = word.firstIndex(where: { utf8[$0] == UInt8(ascii: "@") }),
            at > word.lowerBound, at + 1 < word.upperBound
        else { return false }
        let local = utf8[word.lowerBound..<at]
        guard local.allSatisfy({ Self.isHost($0) || "!#$%&'*+/=?^_`{|}~.".utf8.contains($0) })
        else { return false }
        let labels = utf8[(at + 1)..<word.upperBound].split(
            separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return labels.count > 1 && labels.allSatisfy { !$0.isEmpty && $0.allSatisfy(Self.isHost) }
    }

    /// Letters, digits, hyphen, and all that is not ASCII.
    private static func isHost(_ byte: UInt8) -> Bool {
        byte >= 0x80 || (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: "-")
    }

    private static func isOpening(_ byte: UInt8) -> Bool { "<([{\"'".utf8.contains(byte) }
    private static func isClosing(_ byte: UInt8) -> Bool { ">)]}\"'.,;:!?".utf8.contains(byte) }
}

extension Range<Int> {
    fileprivate mutating func removeFirstByte() { self = (lowerBound + 1)..<upperBound }
    fileprivate mutating func removeLastByte() { self = lowerBound..<(upperBound - 1) }
}
