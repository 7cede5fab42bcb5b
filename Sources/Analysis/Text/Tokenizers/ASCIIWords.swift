// Unicode word break (UAX #29) for text that is all ASCII: the same tokens as ICU's, many times
// faster. Word characters are letters, digits and '_'; between two letters "'" and "." do not
// break, nor do "'" "." "," ";" between two digits. Sixty-four characters at a time become a
// bit mask of word characters, in which tokens begin and end where the bit changes.

/// The tokens of ASCII text, folded to lower case unless told otherwise.
final class ASCIIWords {
    private enum Class {
        static let letter: UInt8 = 1
        static let digit: UInt8 = 2
        /// Shifted by 6, the classes a character joins.
        static let joinsLetters: UInt8 = 0x40
        static let joinsDigits: UInt8 = 0x80
    }

    private static let blockLength = 64
    /// So many bytes of short terms are copied in one go, rubbish behind them included.
    private static let copiedBytes = 16

    private let classes = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
    private let scratch = TokenScratch()
    private let lowercases: Bool
    private let maximumLength: Int
    /// Terms up to so many bytes are short ones.
    private let shortTerm: Int

    /// - Parameter maximumLength: Longer words are split.
    init(lowercases: Bool = true, maximumLength: Int = TextLimits.maximumTokenLength) {
        self.lowercases = lowercases
        self.maximumLength = maximumLength
        shortTerm = min(Self.copiedBytes, maximumLength)
        classes.initialize(repeating: 0, count: 256)
        for byte in UInt8(ascii: "a")...UInt8(ascii: "z") {
            classes[Int(byte)] = Class.letter
            classes[Int(byte & ~0x20)] = Class.letter
        }
        for byte in UInt8(ascii: "0")...UInt8(ascii: "9") { classes[Int(byte)] = Class.digit }
        for byte in "'.".utf8 { classes[Int(byte)] = Class.joinsLetters | Class.joinsDigits }
        for byte in ",;".utf8 { classes[Int(byte)] = Class.joinsDigits }
    }

    deinit {
        classes.deallocate()
        scratch.deallocate()
    }

    /// Appends the tokens of `text[range]`, which must be ASCII with no word reaching out of it.
    func scan(
        _ text: UnsafePointer<UInt8>, _ range: Range<Int>, into batch: inout TokenBatch
    ) {
        guard !range.isEmpty else { return }
        // Two loops, each with its constant.
        if lowercases {
            scan(text, range, lowering: EightBytes.caseBits, into: &batch)
        } else {
            scan(text, range, lowering: 0, into: &batch)
        }
    }

    /// - Parameter lowering: The bit that lowers a letter, in every byte; 0 where letters stay.
    @inline(__always)
    private func scan(
        _ text: UnsafePointer<UInt8>, _ range: Range<Int>, lowering: UInt64,
        into batch: inout TokenBatch
    ) {
        var scratch = self.scratch
        scratch.restart(after: batch)
        var start = 0
        var isInside = false
        var carry: UInt64 = 0
        for base in stride(from: range.lowerBound, to: range.upperBound, by: Self.blockLength) {
            let mask = wordMask(text, base, range)
            var edges = mask ^ (mask &<< 1 | carry)
            carry = mask &>> 63
            while edges != 0 {
                let place = base &+ edges.trailingZeroBitCount
                edges &= edges &- 1
                if isInside {
                    keep(text, start, place, range.upperBound, lowering, &scratch, &batch)
                } else {
                    start = place
                }
                isInside.toggle()
            }
        }
        if isInside {
            keep(text, start, range.upperBound, range.upperBound, lowering, &scratch, &batch)
        }
        batch.append(&scratch)
    }

    /// One bit for each character from `base` on that belongs to a word; 0 beyond the range.
    @inline(__always)
    private func wordMask(_ text: UnsafePointer<UInt8>, _ base: Int, _ range: Range<Int>) -> UInt64
    {
        var words: UInt64 = 0
        var signs: UInt64 = 0
        for octet in 0..<8 {
            let place = base &+ octet &* 8
            guard place < range.upperBound else { break }
            let bytes = EightBytes(text + place, available: range.upperBound &- place)
            words |= bytes.wordCharacters &<< UInt64(octet &* 8)
            signs |= bytes.possibleJoiners &<< UInt64(octet &* 8)
        }
        while signs != 0 {
            let bit = signs & (0 &- signs)
            let place = base &+ signs.trailingZeroBitCount
            signs ^= bit
            guard place > range.lowerBound, place &+ 1 < range.upperBound else { continue }
            let joined = classes[Int(text[place])] &>> 6
            let around = classes[Int(text[place &- 1])] & classes[Int(text[place &+ 1])]
            if joined & around != 0 { words |= bit }
        }
        return words
    }

    /// Keeps a token in the scratch; in pieces, if it is too long.
    @inline(__always)
    private func keep(
        _ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ last: Int, _ lowering: UInt64,
        _ scratch: inout TokenScratch, _ batch: inout TokenBatch
    ) {
        let length = end &- start
        // UAX #29 gives a lone '_' no status of its own; ICU calls it no word.
        if length == 1, text[start] == UInt8(ascii: "_") { return }
        guard length <= shortTerm, start &+ Self.copiedBytes <= last else {
            return keepLong(text, start, end, lowering, &scratch, &batch)
        }
        if !scratch.hasRoom { batch.append(&scratch) }
        let source = UnsafeRawPointer(text + start)
        let target = UnsafeMutableRawPointer(scratch.next)
        let head = EightBytes(source.loadUnaligned(as: UInt64.self)).lowered(by: lowering)
        let tail = EightBytes(source.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            .lowered(by: lowering)
        target.storeBytes(of: head, as: UInt64.self)
        target.storeBytes(of: tail, toByteOffset: 8, as: UInt64.self)
        scratch.keep(start, end)
    }

    private func keepLong(
        _ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ lowering: UInt64,
        _ scratch: inout TokenScratch, _ batch: inout TokenBatch
    ) {
        let bit = UInt8(truncatingIfNeeded: lowering)
        for piece in stride(from: start, to: end, by: maximumLength) {
            if !scratch.hasRoom { batch.append(&scratch) }
            let pieceEnd = min(end, piece + maximumLength)
            let term = scratch.next
            for index in piece..<pieceEnd {
                let isUpper = text[index] &- UInt8(ascii: "A") < 26
                term[index - piece] = isUpper ? text[index] | bit : text[index]
            }
            scratch.keep(piece, pieceEnd)
        }
    }
}

/// Eight ASCII characters in one integer, the first in the lowest byte. Sums of two bytes below
/// 0x80 stay within their byte, and the top bit of a byte says whether a bound was reached.
private struct EightBytes {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080
    static let caseBits: UInt64 = 0x2020_2020_2020_2020

    let bytes: UInt64

    @inline(__always)
    init(_ bytes: UInt64) {
        self.bytes = UInt64(littleEndian: bytes)
    }

    /// Zeros stand for what is not available.
    @inline(__always)
    init(_ text: UnsafePointer<UInt8>, available: Int) {
        if available >= 8 {
            self.init(UnsafeRawPointer(text).loadUnaligned(as: UInt64.self))
        } else {
            var bytes: UInt64 = 0
            for index in 0..<available { bytes |= UInt64(text[index]) &<< UInt64(index &* 8) }
            self.init(bytes.littleEndian)
        }
    }

    /// Top bits of the bytes of `value` within `range`.
    @inline(__always)
    private func tops(of value: UInt64, in range: ClosedRange<UInt8>) -> UInt64 {
        let reached = value &+ Self.ones &* (0x80 &- UInt64(range.lowerBound))
        let passed = value &+ Self.ones &* (0x7F &- UInt64(range.upperBound))
        return reached & ~passed & Self.tops
    }

    /// The top bits of the bytes gathered in the low eight bits.
    @inline(__always)
    private func gather(_ tops: UInt64) -> UInt64 {
        ((tops &>> 7) &* 0x0102_0408_1020_4080) &>> 56
    }

    /// Letters, digits and '_'.
    @inline(__always)
    var wordCharacters: UInt64 {
        let letters = tops(of: bytes | Self.ones &* 0x20, in: 0x61...0x7A)
        let digits = tops(of: bytes, in: 0x30...0x39)
        return gather(letters | digits | tops(of: bytes, in: 0x5F...0x5F))
    }

    /// Characters from "'" to "." and ";", among them all that join.
    @inline(__always)
    var possibleJoiners: UInt64 {
        gather(tops(of: bytes, in: 0x27...0x2E) | tops(of: bytes, in: 0x3B...0x3B))
    }

    /// The bytes in memory order, upper case letters with the bits of `lowering` set.
    @inline(__always)
    func lowered(by lowering: UInt64) -> UInt64 {
        (bytes | tops(of: bytes, in: 0x41...0x5A) &>> 2 & lowering).littleEndian
    }
}
