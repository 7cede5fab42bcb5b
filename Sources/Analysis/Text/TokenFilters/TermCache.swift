// What became of words, so that most words of a text take a look-up instead of a stemmer.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Two tables with one slot to a hash: words of up to 15 bytes, and of up to 31. The memory is
/// touched as it is used.
struct TermCache {
    static let longestWord = Long.longest
    /// Bytes that reading a word, or storing what became of it, may touch.
    static let room = Long.room

    private typealias Short = PackedWord<SIMD2<UInt64>>
    private typealias Long = PackedWord<SIMD4<UInt64>>

    private struct Slot<Word> {
        var word: Word
        var result: Word
    }

    private static let shortCountLog2 = 15
    private static let longCountLog2 = 13

    /// Zeros: a word of length 0 marks a free slot; a result of length 0 a word to remove.
    private struct Table<Word> {
        let memory: UnsafeMutableRawPointer
        let slots: UnsafeMutablePointer<Slot<Word>>

        init(countLog2: Int) {
            let count = 1 << countLog2
            // One more, for `calloc` does not align as SIMD wants.
            guard let memory = calloc(count + 1, MemoryLayout<Slot<Word>>.stride) else {
                preconditionFailure("no memory for the cache of an analyzer")
            }
            self.memory = memory
            slots = memory.alignedUp(for: Slot<Word>.self)
                .bindMemory(to: Slot<Word>.self, capacity: count)
        }
    }

    private let short = Table<Short>(countLog2: shortCountLog2)
    private let long = Table<Long>(countLog2: longCountLog2)

    func deallocate() {
        free(short.memory)
        free(long.memory)
    }

    /// Stores what becomes of a word of 1 to 31 bytes at `target`. What is not known `compute`
    /// stores there. `room` bytes may be read and stored. Returns the length, 0 for words to
    /// remove.
    @inline(__always)
    func rewrite(
        _ word: UnsafePointer<UInt8>, _ length: Int, to target: UnsafeMutablePointer<UInt8>,
        _ compute: () -> Int
    ) -> Int {
        if length <= Short.longest {
            let key = Short(word, length)
            let slot = short.slots + key.place(Self.shortCountLog2)
            if slot.pointee.word.equals(key) { return slot.pointee.result.copy(to: target) }
            let resultLength = compute()
            if resultLength <= Short.longest {
                slot.pointee = Slot(word: key, result: Short(target, resultLength))
            }
            return resultLength
        }
        let key = Long(word, length)
        let slot = long.slots + key.place(Self.longCountLog2)
        if slot.pointee.word.equals(key) { return slot.pointee.result.copy(to: target) }
        let resultLength = compute()
        if resultLength <= Long.longest {
            slot.pointee = Slot(word: key, result: Long(target, resultLength))
        }
        return resultLength
    }
}
