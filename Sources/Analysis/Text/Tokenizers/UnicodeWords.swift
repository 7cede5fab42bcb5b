// Unicode word break (UAX #29) for text of most scripts, by a table: the same tokens as ICU's,
// several times faster. It stops before text that needs dictionaries or rules of its own, which is
// left to ICU, and at long ASCII, which `ASCIIWords` is faster at.

import CICU

/// The tokens of text whose words can be told character by character.
struct UnicodeWords {
    /// Which words.
    struct Options {
        var folds: Bool
        /// Whether Han, Hiragana, Katakana and Hangul are cut into pairs; otherwise they are hard.
        var pairsCells: Bool
        /// Bytes of ASCII in a row that end a scan; of nothing hard, text for ICU.
        var longASCII: Int
        /// In bytes; a longer one may have to be cut, which is left to ICU. At most
        /// `UnicodeWords.longestWord`.
        var longestWord: Int
    }

    static let longestWord = TextLimits.maximumTokenLength
    /// Bytes that a term of such a word takes at most, and that stores may write beyond its end.
    fileprivate static let roomOfWord = 3 * longestWord + 32

    let table = CharacterTable.shared
    let scratch = TokenScratch()
    let options: Options
    /// Folds words that the table cannot.
    let icu: OpaquePointer

    func deallocate() { scratch.deallocate() }

    @inline(__always)
    fileprivate func isHard(_ kind: CharacterKind) -> Bool {
        kind == .hard || kind == .cell && !options.pairsCells
    }

    /// Appends the tokens from the beginning of a range on, where text may be cut. Returns where it
    /// stopped, a place where text may be cut: at the end, at long ASCII, or before something hard.
    func scan(
        _ text: UnsafePointer<UInt8>, _ range: Range<Int>, into batch: inout TokenBatch
    ) -> (end: Int, isHard: Bool) {
        var scan = Scan(self, text, range)
        scan.scratch.restart(after: batch)
        scan.setCut()
        var isHard = false
        while scan.index < scan.end {
            if scan.isHalfFull, scan.cut == scan.index {
                batch.append(&scan.scratch)
                scan.setCut()
            }
            let (character, length) = table.character(text, scan.index, scan.end)
            let kind = character.kind
            if kind.isOfWords {
                isHard = !scan.word(character, length)
            } else if kind == .separator {
                scan.index &+= length
                scan.setCut()
                if length > 1 {
                    scan.foreign = scan.index
                } else if scan.index &- scan.foreign >= options.longASCII {
                    break
                }
            } else if self.isHard(kind) {
                isHard = true
            } else if kind == .cell {
                isHard = !scan.cells(character, length)
            } else {
                scan.index &+= length
            }
            if isHard {
                scan.returnToCut()
                break
            }
        }
        batch.append(&scan.scratch)
        return (scan.index, isHard)
    }

    /// Where text that begins with something hard ends: behind a separator that is followed by
    /// `longASCII` bytes of nothing hard, or by the end; after `many` bytes at any separator, and
    /// after `most` before any character.
    func endOfHard(
        _ text: UnsafePointer<UInt8>, _ range: Range<Int>, many: Int, most: Int
    ) -> Int {
        var index = range.lowerBound
        var hardEnd = index
        // The first separator behind the last hard character.
        var cut: Int?
        while index < range.upperBound {
            if index &- range.lowerBound >= most, text[index] & 0xC0 != 0x80 { return index }
            let (character, length) = table.character(text, index, range.upperBound)
            let kind = character.kind
            index &+= length
            if kind == .separator {
                if cut == nil { cut = index }
                if let cut,
                    index &- hardEnd >= options.longASCII
                        || index &- range.lowerBound >= many
                {
                    return cut
                }
            } else if isHard(kind) {
                hardEnd = index
                cut = nil
            }
        }
        return range.upperBound
    }
}

extension UnicodeWords {
    /// A scan on its way. What follows the last cut is taken back when something hard comes.
    fileprivate struct Scan {
        let words: UnicodeWords
        let text: UnsafePointer<UInt8>
        let end: Int
        var index: Int
        /// Behind the last character beyond ASCII.
        var foreign: Int
        var scratch: TokenScratch
        var cut: Int
        var tokensAtCut = 0
        var bytesAtCut = 0

        init(_ words: UnicodeWords, _ text: UnsafePointer<UInt8>, _ range: Range<Int>) {
            self.words = words
            self.text = text
            end = range.upperBound
            index = range.lowerBound
            foreign = range.lowerBound
            cut = range.lowerBound
            scratch = words.scratch
        }

        @inline(__always)
        var isHalfFull: Bool {
            scratch.tokenCount > TokenScratch.tokenCapacity / 2
                || scratch.byteCount > TokenScratch.byteCapacity / 2
        }

        /// Whether there is room for one more token.
        @inline(__always)
        var hasRoom: Bool {
            scratch.tokenCount < TokenScratch.tokenCapacity
                && scratch.byteCount &+ UnicodeWords.roomOfWord <= TokenScratch.byteCapacity
        }

        @inline(__always)
        mutating func setCut() {
            cut = index
            tokensAtCut = scratch.tokenCount
            bytesAtCut = scratch.byteCount
        }

        mutating func returnToCut() {
            index = cut
            scratch.shrink(toTokens: tokensAtCut, bytes: bytesAtCut)
        }
    }
}

extension UnicodeWords.Scan {
    /// Keeps the word that begins with this letter, digit or '_'. False when something hard comes.
    @inline(__always)
    mutating func word(_ first: Character64, _ firstLength: Int) -> Bool {
        guard hasRoom else { return false }
        let start = index
        let term = UnsafeMutableRawPointer(scratch.next)
        var (character, length) = (first, firstLength)
        var kind = first.kind
        var isLoneUnderscore = kind == .underscore
        var termLength = 0
        // Bytes beyond ASCII, and bits that all characters have.
        var lengths = 0
        var common = UInt64.max
        var combining: UInt64 = 0
        while true {
            term.storeBytes(
                of: character.bits.littleEndian, toByteOffset: termLength, as: UInt64.self)
            termLength &+= character.foldedLength
            common &= character.bits
            if character.combiningClass != combining {
                let next = character.combiningClass
                if next != 0, next < combining { common = 0 }
                combining = next
            }
            lengths |= length
            index &+= length
            guard index < end else { break }
            guard index &- start <= words.options.longestWord else { return false }
            (character, length) = words.table.character(text, index, end)
            let next = character.kind
            if next.isOfWords {
                kind = next
                isLoneUnderscore = false
            } else if next == .extend {
                // ICU's rules are at odds with UAX #29 here.
                if kind == .underscore { return false }
                continue
            } else if next == .separator {
                break
            } else if words.isHard(next) {
                return false
            } else {
                guard next.joins(kind) else { break }
                let follower = kindBehind(index &+ length)
                if words.isHard(follower) { return false }
                if follower != kind { break }
            }
        }
        if lengths > 1 { foreign = index }
        if isLoneUnderscore { return true }
        guard index &- start <= words.options.longestWord else { return false }
        return keep(start, termLength, isFolded: common & Character64.foldsAlone != 0)
    }

    /// The kind of the next character that is no mark.
    private func kindBehind(_ place: Int) -> CharacterKind {
        var place = place
        while place < end {
            let (character, length) = words.table.character(text, place, end)
            if character.kind != .extend { return character.kind }
            place &+= length
        }
        return .separator
    }

    /// Keeps `start..<index` as a token whose folded term lies at the scratch's end, unless ICU has
    /// to fold it, or nothing does.
    @inline(__always)
    private mutating func keep(_ start: Int, _ length: Int, isFolded: Bool) -> Bool {
        if isFolded, words.options.folds {
            if length > 0 { scratch.keep(start, index, termLength: length) }
            return true
        }
        return keepOther(start)
    }

    private mutating func keepOther(_ start: Int) -> Bool {
        let source = text + start
        guard words.options.folds else {
            scratch.next.update(from: source, count: index - start)
            scratch.keep(start, index)
            return true
        }
        let room = TokenScratch.byteCapacity - scratch.byteCount
        let length = canopy_words_fold(
            words.icu, source, Int32(index - start), scratch.next, Int32(room))
        if length > 0 { scratch.keep(start, index, termLength: Int(length)) }
        return length >= 0
    }

    /// Keeps the run of cells that begins here in pairs, or a single cell alone. False when
    /// something hard comes.
    mutating func cells(_ first: Character64, _ firstLength: Int) -> Bool {
        var (previous, previousStart) = (first, index)
        var isPaired = false
        index &+= firstLength
        var next = CharacterKind.separator
        while index < end {
            let (character, length) = words.table.character(text, index, end)
            next = character.kind
            guard next == .cell else { break }
            guard hasRoom else { return false }
            let cellStart = index
            index &+= length
            keepPair(previous, character, previousStart)
            (previous, previousStart) = (character, cellStart)
            isPaired = true
        }
        foreign = index
        // A mark may belong to the last cell.
        if index < end, next == .extend || next == .hard { return false }
        if isPaired { return true }
        guard hasRoom else { return false }
        store(previous, at: 0)
        scratch.keep(previousStart, index, termLength: previous.foldedLength)
        return true
    }

    @inline(__always)
    private mutating func keepPair(_ one: Character64, _ other: Character64, _ start: Int) {
        store(one, at: 0)
        store(other, at: one.foldedLength)
        scratch.keep(start, index, termLength: one.foldedLength &+ other.foldedLength)
    }

    @inline(__always)
    private func store(_ character: Character64, at offset: Int) {
        UnsafeMutableRawPointer(scratch.next).storeBytes(
            of: character.bits.littleEndian, toByteOffset: offset, as: UInt64.self)
    }
}
