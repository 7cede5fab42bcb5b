// Walks the terms of a field that may be misspellings of a word.

/// One pass, in byte order, over terms among which are all with as many edits as asked for. How
/// many edits a term really has, nobody has looked at yet.
public final class SimilarTerms {
    private let dictionary: TermDictionary
    /// Of the terms not met yet.
    private var ordinals: ArraySlice<Int>
    /// Of the term met last.
    private var ordinal = -1
    private var keys: KeyScanner?
    /// The term that `keys` is at.
    private var scanned = -1

    /// - Parameters:
    ///   - prefix: what the terms begin with; no byte of it is 255.
    ///   - edits: 1 or 2.
    init(
        _ dictionary: TermDictionary, _ signatures: TermSignatures, word: [UInt8],
        prefix: [UInt8], edits: Int
    ) throws {
        precondition((1...2).contains(edits), "signatures tell one or two edits")
        self.dictionary = dictionary
        var range = 0..<dictionary.termCount
        if let last = prefix.last {
            let end = try dictionary.lowerBound(prefix.dropLast() + [last + 1]).ordinal
            range = try dictionary.lowerBound(prefix).ordinal..<end
        }
        let signature = word.withUnsafeBufferPointer { TermSignature($0) }
        ordinals = signatures.terms(near: signature, edits: edits, in: range)[...]
    }

    /// To the next term; false after the last.
    public func advance() throws -> Bool {
        guard let next = ordinals.popFirst() else { return false }
        ordinal = next
        let block = next / DictionaryWriter.blockSize
        if keys == nil || scanned / DictionaryWriter.blockSize != block {
            keys = KeyScanner(dictionary, try dictionary.block(block).keys)
            scanned = block * DictionaryWriter.blockSize - 1
        }
        while scanned < next {
            try keys?.advance()
            scanned += 1
        }
        return true
    }

    /// The bytes of the term that `advance` led to.
    public func withKey<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        guard let keys else { return body(UnsafeBufferPointer(start: nil, count: 0)) }
        return keys.key.withUnsafeBufferPointer(body)
    }

    /// The entry of the term that `advance` led to.
    public func readEntry() throws -> TermEntry { try dictionary.entry(ordinal) }
}
