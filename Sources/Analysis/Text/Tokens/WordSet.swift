// Words as bytes, looked up without making a String.

/// A set of words. Hashing is SipHash over the bytes, through Swift's own `Set`.
struct WordSet: Sendable {
    private let words: Set<[UInt8]>
    private let longest: Int

    init(_ words: some Sequence<String>) {
        let words = Set(words.map { Array($0.utf8) }.filter { !$0.isEmpty })
        self.words = words
        longest = words.reduce(0) { max($0, $1.count) }
    }

    var isEmpty: Bool { words.isEmpty }

    func contains(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
        word.count <= longest && words.contains(Array(word))
    }
}
