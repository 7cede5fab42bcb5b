// One input of a completion field, as a term of the index.

/// The heavier come first in the order of terms, by classes of their weights; within a class, forms
/// come in the order of their bytes. So the heaviest completions of a beginning are found by
/// looking it up class by class, from the top, until there are enough.
///
///     term := u8 (255 - class)  form bytes  00  surface bytes  u32 (2^32 - 1 - weight)
///
/// The last number is big-endian. Weights below 16 are classes of their own; above, every power of
/// two is divided into eight. In forms `separator` stands between words and `gap` for a removed
/// word; zeros are in neither part. "Oak" of weight 3 in the form "oak":
/// `FC 6F 61 6B 00 4F 61 6B FF FF FF FC`.
public struct CompletionEntry: Sendable, Hashable {
    public static let defaultWeight = 1
    public static let maximumWeight = Int(Int32.max)
    static let separator: UInt8 = 0x1F
    static let gap: UInt8 = 0x1E
    /// Bytes that must not be in an input.
    static let reserved: [UInt8] = [0, gap, separator]

    public var weight: Int
    /// As it is completed.
    public var form: [UInt8]
    /// As it was given, in UTF-8.
    public var surface: [UInt8]

    /// - Parameter weight: from 0 to `maximumWeight`.
    public init(weight: Int, form: [UInt8], surface: [UInt8]) {
        self.weight = weight
        self.form = form
        self.surface = surface
    }

    /// Nil when the bytes are not those of an entry.
    public init?(term: [UInt8]) {
        guard term.count >= 6, let end = term.dropFirst().firstIndex(of: 0), end <= term.count - 5
        else { return nil }
        let number = term.suffix(4).reduce(0) { $0 << 8 | Int($1) }
        let weight = Int(UInt32.max) - number
        guard weight <= Self.maximumWeight, Self.firstByte(weight) == term[0] else { return nil }
        self.init(
            weight: weight, form: Array(term[1..<end]),
            surface: Array(term[(end + 1)..<(term.count - 4)]))
    }

    public var term: [UInt8] {
        let number = UInt32.max - UInt32(weight)
        let bytes = stride(from: UInt32(24), through: 0, by: -8).map {
            UInt8(truncatingIfNeeded: number >> $0)
        }
        return [Self.firstByte(weight)] + form + [0] + surface + bytes
    }

    private static func firstByte(_ weight: Int) -> UInt8 {
        if weight < 16 { return UInt8(255 - weight) }
        let power = Int.bitWidth - 1 - weight.leadingZeroBitCount
        return UInt8(255 - 16 - (power - 4) * 8 - (weight >> (power - 3)) & 7)
    }

    /// Whether all entries whose terms begin with the byte have one weight.
    public static func isSingleWeight(_ firstByte: UInt8) -> Bool { firstByte >= 240 }
}
