// What every character below U+10000 is to a tokenizer, asked of ICU once.

import CICU

/// What a character is to UAX #29.
struct CharacterKind: Equatable {
    /// Needs dictionaries, or rules that nothing else needs.
    static let hard = CharacterKind(CANOPY_KIND_HARD)
    static let separator = CharacterKind(CANOPY_KIND_SEPARATOR)
    /// Belongs to what stands before it.
    static let extend = CharacterKind(CANOPY_KIND_EXTEND)
    static let letter = CharacterKind(CANOPY_KIND_LETTER)
    static let digit = CharacterKind(CANOPY_KIND_DIGIT)
    static let underscore = CharacterKind(CANOPY_KIND_UNDERSCORE)
    /// Join two letters, two digits, or either.
    static let midLetter = CharacterKind(CANOPY_KIND_MID_LETTER)
    static let midDigit = CharacterKind(CANOPY_KIND_MID_DIGIT)
    static let midBoth = CharacterKind(CANOPY_KIND_MID_BOTH)
    /// Han, Hiragana, Katakana or Hangul.
    static let cell = CharacterKind(CANOPY_KIND_CELL)

    let rawValue: UInt8

    private init(_ rawValue: Int32) { self.rawValue = UInt8(rawValue) }

    @inline(__always)
    init(bits: UInt64) { rawValue = UInt8(truncatingIfNeeded: bits & 15) }

    @inline(__always)
    static func == (one: CharacterKind, other: CharacterKind) -> Bool {
        one.rawValue == other.rawValue
    }

    /// Letters, digits and '_', which join one another.
    @inline(__always)
    var isOfWords: Bool {
        rawValue >= Self.letter.rawValue && rawValue <= Self.underscore.rawValue
    }

    /// Whether this character, between two others of a kind, keeps them in one word.
    @inline(__always)
    func joins(_ kind: CharacterKind) -> Bool {
        switch kind {
        case .letter: self == .midLetter || self == .midBoth
        case .digit: self == .midDigit || self == .midBoth
        default: false
        }
    }
}

/// An entry of the table, as `canopy_character` describes it.
struct Character64 {
    let bits: UInt64

    static let hard = Character64(bits: 0)

    @inline(__always)
    var kind: CharacterKind { CharacterKind(bits: bits &>> 48) }
    /// Bytes of the folded character, in the lowest bytes of `bits`.
    @inline(__always)
    var foldedLength: Int { Int(truncatingIfNeeded: bits &>> 52 & 7) }
    @inline(__always)
    var combiningClass: UInt64 { bits &>> 56 }

    /// Set in entries of characters that are folded without looking at others.
    static let foldsAlone: UInt64 = 1 << 55
}

/// Half a megabyte, filled when text beyond ASCII is first met, and never freed.
struct CharacterTable: @unchecked Sendable {
    static let shared = CharacterTable()

    private let entries: UnsafePointer<UInt64>

    private init() {
        let entries = UnsafeMutablePointer<UInt64>.allocate(capacity: 0x10000)
        for scalar in 0..<0x10000 {
            entries[scalar] = canopy_character(UInt32(truncatingIfNeeded: scalar))
        }
        self.entries = UnsafePointer(entries)
    }

    /// The character at `index`, which is below `end`, and its bytes; a hard one of one byte for
    /// broken UTF-8 and for what lies beyond the table.
    @inline(__always)
    func character(
        _ text: UnsafePointer<UInt8>, _ index: Int, _ end: Int
    ) -> (character: Character64, length: Int) {
        let lead = Int(text[index])
        if lead < 0x80 { return (Character64(bits: entries[lead]), 1) }
        guard index &+ 1 < end else { return (.hard, 1) }
        let second = Int(text[index &+ 1])
        guard second & 0xC0 == 0x80 else { return (.hard, 1) }
        if lead < 0xE0 {
            guard lead >= 0xC2 else { return (.hard, 1) }
            return (Character64(bits: entries[(lead & 0x1F) &<< 6 | second & 0x3F]), 2)
        }
        guard lead < 0xF0, index &+ 2 < end else { return (.hard, 1) }
        let third = Int(text[index &+ 2])
        let scalar = (lead & 0x0F) &<< 12 | (second & 0x3F) &<< 6 | third & 0x3F
        guard third & 0xC0 == 0x80, scalar >= 0x800 else { return (.hard, 1) }
        return (Character64(bits: entries[scalar]), 3)
    }
}
