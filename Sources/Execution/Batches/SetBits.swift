// The walk over a set's bits that windows share.

enum SetBits {
    /// Calls `body` with the place of every set bit, ascending.
    @inline(__always)
    static func forEach(_ words: UnsafePointer<UInt64>, _ count: Int, _ body: (Int) -> Void) {
        for index in 0..<count {
            var word = words[index]
            while word != 0 {
                body(index * 64 + word.trailingZeroBitCount)
                word &= word &- 1
            }
        }
    }
}
