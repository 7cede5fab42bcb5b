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
    static let longestWord = 31

    private struct ShortSlot {
        var word = PackedWord2()
        var result = PackedWord2()
    }

    private struct LongSlot {
        var word = PackedWord4()
        var result = PackedWord4()
    }

    private static let shortCountLog2 = 15
    private static let longCountLog2 = 13

    /// Zeros: a word of length 0 marks a free slot; a result of length 0 a word to remove.
    private let shortSlots: UnsafeMutablePointer<ShortSlot>
    private let longSlots: UnsafeMutablePointer<LongSlot>

    init() {
        shortSlots = Self.zeros(1 << Self.shortCountLog2)
        longSlots = Self.zeros(1 << Self.longCountLog2)
    }

    func deallocate() {
        free(shortSlots)
        free(longSlots)
    }

    private static func zeros<Slot>(_ count: Int) -> UnsafeMutablePointer<Slot> {
        guard let memory = calloc(count, MemoryLayout<Slot>.stride) else {
            preconditionFailure("no memory for the cache of an analyzer")
        }
        return memory.bindMemory(to: Slot.self, capacity: count)
    }

    /// Stores what becomes of a word of 1 to 31 bytes at `target`, which has room for 31. What is
    /// not known `compute` stores there. Returns the length, 0 for words to remove.
    @inline(__always)
    func rewrite(
        _ word: UnsafePointer<UInt8>, _ length: Int, to target: UnsafeMutablePointer<UInt8>,
        _ compute: () -> Int
    ) -> Int {
        if length <= PackedWord2.longest {
            let key = PackedWord2(word, length)
            let slot = shortSlots + key.place(Self.shortCountLog2)
            if slot.pointee.word.equals(key) { return slot.pointee.result.copy(to: target) }
            let resultLength = compute()
            if resultLength <= PackedWord2.longest {
                slot.pointee = ShortSlot(word: key, result: PackedWord2(target, resultLength))
            }
            return resultLength
        }
        let key = PackedWord4(word, length)
        let slot = longSlots + key.place(Self.longCountLog2)
        if slot.pointee.word.equals(key) { return slot.pointee.result.copy(to: target) }
        let resultLength = compute()
        if resultLength <= PackedWord4.longest {
            slot.pointee = LongSlot(word: key, result: PackedWord4(target, resultLength))
        }
        return resultLength
    }
}
