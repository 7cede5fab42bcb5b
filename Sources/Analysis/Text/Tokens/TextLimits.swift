// The sizes that analysis keeps to.

enum TextLimits {
    /// Longest term in bytes; longer ones are cut at a character boundary.
    static let maximumTermBytes = 32_766
    /// Longest token in UTF-16 units unless settings say otherwise; longer ones are split, as
    /// Lucene does.
    static let maximumTokenLength = 255
    /// What settings may say: folding makes at most 33 bytes of a unit, and that has to be a term.
    static let tokenLengths = 2...992
    /// What lies beyond so many bytes of one text is not analysed. Folding makes text at most
    /// eleven times longer, so that offsets stay below 2^32.
    static let maximumTextBytes = 1 << 28
    /// Filters that make several tokens of one stop when the tokens of a text take so many bytes.
    static let maximumBatchBytes = 1 << 28

    /// Positions between the values of a field, unless its mapping says otherwise.
    static let positionGap = 100

    /// The longest prefix of at most `limit` bytes that ends between characters.
    static func cut(_ utf8: UnsafeBufferPointer<UInt8>, _ limit: Int) -> Int {
        guard utf8.count > limit else { return utf8.count }
        var end = limit
        let shortest = max(0, limit - 3)
        while end > shortest, utf8[end] & 0xC0 == 0x80 { end -= 1 }
        return end
    }
}
