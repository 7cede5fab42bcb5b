// Words as bytes, looked up without making a String.

/// A set of words. Hashing is SipHash over the bytes, through Swift's own `Set`; most words that
/// are not in the set are told by their length and two of their bytes.
struct WordSet: Sendable {
    private static let shapeCountLog2 = 12

    private let words: Set<[UInt8]>
    private let longest: Int
    /// Bits of the shapes that words have.
    private let shapes: [UInt64]

    init(_ words: some Sequence<String>) {
        let words = Set(words.map { Array($0.utf8) }.filter { !$0.isEmpty })
        self.words = words
        longest = words.reduce(0) { max($0, $1.count) }
        var shapes = [UInt64](repeating: 0, count: 1 << (Self.shapeCountLog2 - 6))
        for word in words {
            let shape = word.withUnsafeBufferPointer { Self.shape($0) }
            shapes[shape >> 6] |= 1 << UInt64(shape & 63)
        }
        self.shapes = shapes
    }

    var isEmpty: Bool { words.isEmpty }

    func contains(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
        guard !word.isEmpty, word.count <= longest else { return false }
        let shape = Self.shape(word)
        return shapes[shape >> 6] >> UInt64(shape & 63) & 1 != 0 && words.contains(Array(word))
    }

    /// A number of `shapeCountLog2` bits made of a word's length, its last byte and its second,
    /// which in most scripts is the one that tells first letters apart.
    private static func shape(_ word: UnsafeBufferPointer<UInt8>) -> Int {
        let ends = UInt32(word[min(1, word.count - 1)]) << 8 | UInt32(word[word.count - 1])
        let hash = (ends << 8 | UInt32(truncatingIfNeeded: word.count)) &* 0x9E37_79B1
        return Int(hash >> UInt32(32 - shapeCountLog2))
    }
}
