// Offsets as clients count them: in UTF-16 units.

/// Turns byte offsets of one text into offsets in UTF-16 units.
public struct UTF16Offsets {
    /// Units before each byte; for bytes within a character those before it.
    private let units: [UInt32]

    public init(_ text: String) {
        var units: [UInt32] = []
        units.reserveCapacity(text.utf8.count + 1)
        var count: UInt32 = 0
        for scalar in text.unicodeScalars {
            units.append(contentsOf: repeatElement(count, count: UTF8.width(scalar)))
            count += scalar.value > 0xFFFF ? 2 : 1
        }
        units.append(count)
        self.units = units
    }

    /// All units of the text.
    var count: Int { Int(units[units.count - 1]) }

    public subscript(byte: UInt32) -> Int { Int(units[min(Int(byte), units.count - 1)]) }
}
