// Unicode word break (UAX #29) for text that is all ASCII: the same tokens as ICU's, many times
// faster. Word characters are letters, digits and '_'; between two letters "'" and "." do not
// break, nor do "'" "." "," ";" between two digits.

/// A table of character classes and the loop over it.
final class ASCIIWords {
    private enum Class {
        static let letter: UInt8 = 1
        static let digit: UInt8 = 2
        static let underscore: UInt8 = 4
        static let word: UInt8 = 7
        /// Or-ed into an upper case letter it makes the lower case one.
        static let upper: UInt8 = 0x20
        static let joinsLetters: UInt8 = 0x40
        static let joinsDigits: UInt8 = 0x80
    }

    private let classes = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)

    init() {
        classes.initialize(repeating: 0, count: 256)
        for byte in UInt8(ascii: "a")...UInt8(ascii: "z") {
            classes[Int(byte)] = Class.letter
            classes[Int(byte & ~0x20)] = Class.letter | Class.upper
        }
        for byte in UInt8(ascii: "0")...UInt8(ascii: "9") { classes[Int(byte)] = Class.digit }
        classes[Int(UInt8(ascii: "_"))] = Class.underscore
        for byte in "'.".utf8 { classes[Int(byte)] = Class.joinsLetters | Class.joinsDigits }
        for byte in ",;".utf8 { classes[Int(byte)] = Class.joinsDigits }
    }

    deinit { classes.deallocate() }

    /// Appends the tokens of `text[range]`, which must be ASCII with no word reaching out of it.
    func scan(
        _ text: UnsafePointer<UInt8>, _ range: Range<Int>, _ scratch: TokenScratch,
        into batch: inout TokenBatch
    ) {
        let classes = UnsafePointer(self.classes)
        let last = range.upperBound
        var index = range.lowerBound
        scratch.restart(after: batch)
        while true {
            while index < last, classes[Int(text[index])] & Class.word == 0 { index &+= 1 }
            guard index < last else { break }
            index = token(text, index, last, classes, scratch, &batch)
        }
        batch.append(scratch)
    }

    /// Reads the token that starts at `first`; returns where it ends.
    @inline(__always)
    private func token(
        _ text: UnsafePointer<UInt8>, _ first: Int, _ last: Int,
        _ classes: UnsafePointer<UInt8>, _ scratch: TokenScratch, _ batch: inout TokenBatch
    ) -> Int {
        var start = first
        var index = first
        while true {
            if !scratch.hasRoom { batch.append(scratch) }
            let limit = min(last, start &+ Analyzer.maximumTokenLength)
            let term = scratch.next
            while index < limit {
                let byte = text[index]
                let kind = classes[Int(byte)]
                if kind & Class.word == 0, !joins(kind, text, index, last, classes) { break }
                term[index &- start] = byte | kind & Class.upper
                index &+= 1
            }
            // UAX #29 gives a lone '_' no status of its own; ICU calls it no word.
            let isLoneUnderscore =
                index == first &+ 1 && classes[Int(text[first])] == Class.underscore
            if !isLoneUnderscore { scratch.keep(start, index) }
            guard index == limit, limit < last else { return index }
            let kind = classes[Int(text[index])]
            let continues = kind & Class.word != 0 || joins(kind, text, index, last, classes)
            guard continues else { return index }
            start = index
        }
    }

    /// Whether the character at `index`, of class `kind`, stands between two that it joins. One
    /// before it is always there.
    @inline(__always)
    private func joins(
        _ kind: UInt8, _ text: UnsafePointer<UInt8>, _ index: Int, _ last: Int,
        _ classes: UnsafePointer<UInt8>
    ) -> Bool {
        guard kind >= Class.joinsLetters, index &+ 1 < last else { return false }
        let around = classes[Int(text[index &- 1])] & classes[Int(text[index &+ 1])]
        return around & (kind &>> 6) != 0
    }
}
