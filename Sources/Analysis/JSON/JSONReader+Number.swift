// Numbers: integers that fit 64 bits exactly, everything else the nearest Double.

extension JSONReader {
    /// Powers of ten that a Double holds exactly; with a mantissa below 2^53 one multiplication
    /// or division by them is correctly rounded (Clinger 1990).
    private static let exactPowers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
        1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]
    /// Digits that surely fit a UInt64.
    private static let safeDigits = 18
    /// Exponents are counted up to this one; far beyond what a Double can hold.
    private static let exponentLimit = 100_000

    /// Reads a number; `position` is at its first character.
    mutating func number() throws(JSONError) -> JSONValue {
        let first = position
        let isNegative = take(UInt8(ascii: "-"))
        var mantissa: UInt64 = 0
        var digitCount = 0
        let leading = current
        guard isDigit(leading) else { throw unexpected("a digit") }
        digits(into: &mantissa, &digitCount)
        if leading == UInt8(ascii: "0") && digitCount > 1 {
            throw failure("a number must not start with 0", at: first)
        }
        var isInteger = true
        var scale = 0
        if take(UInt8(ascii: ".")) {
            isInteger = false
            guard isDigit(current) else { throw unexpected("a digit after the decimal point") }
            let before = digitCount
            digits(into: &mantissa, &digitCount)
            scale = before - digitCount
        }
        if current | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            position += 1
            scale += try exponent()
        }
        if digitCount <= Self.safeDigits {
            if isInteger && !(isNegative && mantissa == 0) {
                return .integer(isNegative ? -Int64(mantissa) : Int64(mantissa))
            }
            if mantissa < 1 << 53, -22...22 ~= scale {
                let power = Self.exactPowers[abs(scale)]
                let magnitude = scale < 0 ? Double(mantissa) / power : Double(mantissa) * power
                return .number(isNegative ? -magnitude : magnitude)
            }
        }
        return try slowNumber(first, isInteger: isInteger)
    }

    private func slowNumber(_ first: Int, isInteger: Bool) throws(JSONError) -> JSONValue {
        let text = String(decoding: bytes[first..<position], as: UTF8.self)
        if isInteger, text != "-0", let exact = Int64(text) { return .integer(exact) }
        guard let value = Double(text), value.isFinite else {
            throw failure("the number is beyond the range of a 64-bit float", at: first)
        }
        return .number(value)
    }

    /// Reads digits; the mantissa is meaningful while `count` is at most `safeDigits`.
    @inline(__always)
    private mutating func digits(into mantissa: inout UInt64, _ count: inout Int) {
        while isDigit(current) {
            mantissa = mantissa &* 10 &+ UInt64(current - UInt8(ascii: "0"))
            count += 1
            position += 1
        }
    }

    private mutating func exponent() throws(JSONError) -> Int {
        let isNegative = current == UInt8(ascii: "-")
        if isNegative || current == UInt8(ascii: "+") { position += 1 }
        guard isDigit(current) else { throw unexpected("a digit in the exponent") }
        var value = 0
        while isDigit(current) {
            value = min(value * 10 + Int(current - UInt8(ascii: "0")), Self.exponentLimit)
            position += 1
        }
        return isNegative ? -value : value
    }

    @inline(__always)
    private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}
