// A strict RFC 8259 parser over bytes. Every indexed document passes through it, so strings are
// scanned eight bytes at a time and numbers are read without leaving the buffer.

public enum JSONParser {
    /// The value that `bytes` spell. Nothing but white space may follow it.
    public static func parse(
        _ bytes: [UInt8], limits: JSONLimits = .standard
    ) throws(JSONError) -> JSONValue {
        let result = bytes.withUnsafeBytes { buffer -> Result<JSONValue, JSONError> in
            do throws(JSONError) {
                return .success(try parse(buffer, limits: limits))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// The value that `bytes` spell. Nothing but white space may follow it.
    public static func parse(
        _ bytes: UnsafeRawBufferPointer, limits: JSONLimits = .standard
    ) throws(JSONError) -> JSONValue {
        var reader = JSONReader(bytes: bytes, depthLimit: limits.depth)
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        if reader.position < bytes.count {
            throw reader.unexpected("the end of the text after the value")
        }
        return value
    }
}

/// The parser's state: a place in the bytes. `position` never exceeds `bytes.count`.
struct JSONReader {
    let bytes: UnsafeRawBufferPointer
    let depthLimit: Int
    var position = 0
    /// Where strings with escapes are put together.
    var unescaped: [UInt8] = []

    init(bytes: UnsafeRawBufferPointer, depthLimit: Int) {
        self.bytes = bytes
        self.depthLimit = depthLimit
    }

    /// The byte at `position`; 0, which no grammar rule starts with, at the end.
    @inline(__always)
    var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

    @inline(__always)
    mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        skipSpace()
        switch current {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: throw unexpected("a value")
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONObject {
        try enter(depth)
        var object = JSONObject()
        skipSpace()
        if take(UInt8(ascii: "}")) { return object }
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw unexpected("a key in quotes") }
            let keyPosition = position
            let key = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw unexpected("':' after a key") }
            guard object.insertNew(key, try value(depth: depth)) else {
                throw failure("duplicate key \"\(key)\"", at: keyPosition)
            }
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "}")) else { throw unexpected("',' or '}' in an object") }
            return object
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSONValue] {
        try enter(depth)
        var elements: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return elements }
        while true {
            elements.append(try value(depth: depth))
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "]")) else { throw unexpected("',' or ']' in an array") }
            return elements
        }
    }

    /// Steps over an opening bracket.
    private mutating func enter(_ depth: Int) throws(JSONError) {
        guard depth <= depthLimit else {
            throw failure("more than \(depthLimit) arrays and objects inside one another")
        }
        position += 1
    }

    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    private mutating func literal(
        _ text: StaticString, _ value: JSONValue
    ) throws(JSONError) -> JSONValue {
        for index in 0..<text.utf8CodeUnitCount {
            guard take(text.utf8Start[index]) else { throw unexpected("the literal \(text)") }
        }
        return value
    }

    func failure(_ reason: String, at place: Int? = nil) -> JSONError {
        JSONError(offset: place ?? position, in: bytes, reason: reason)
    }

    /// What was expected here, and what is here.
    func unexpected(_ expected: String) -> JSONError {
        guard position < bytes.count else {
            return failure("the text ends where \(expected) should be")
        }
        let byte = bytes[position]
        let found =
            0x21...0x7E ~= byte
            ? "'\(Character(Unicode.Scalar(byte)))'" : "byte 0x\(String(byte, radix: 16))"
        return failure("expected \(expected), got \(found)")
    }
}
