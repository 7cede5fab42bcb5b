// An unambiguous byte encoding of values: equal values, equal bytes, and nothing else.

import Analysis

/// Every value carries its length or has a fixed one, and every choice its tag, so that no two
/// different values share their bytes. Little-endian.
struct CanonicalWriter {
    private(set) var bytes: [UInt8] = []

    mutating func tag(_ tag: UInt8) { bytes.append(tag) }

    mutating func flag(_ value: Bool) { bytes.append(value ? 1 : 0) }

    mutating func integer(_ value: Int64) { fixed(UInt64(bitPattern: value)) }

    mutating func integer(_ value: Int) { integer(Int64(value)) }

    mutating func real(_ value: Double) { fixed(value.bitPattern) }

    mutating func float(_ value: Float) { real(Double(value)) }

    private mutating func fixed(_ value: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    mutating func blob(_ value: [UInt8]) {
        integer(value.count)
        bytes += value
    }

    mutating func string(_ value: String) { blob(Array(value.utf8)) }

    mutating func optional<Value>(
        _ value: Value?, _ write: (inout CanonicalWriter, Value) -> Void
    ) {
        flag(value != nil)
        if let value { write(&self, value) }
    }

    mutating func list<Value>(_ values: [Value], _ write: (inout CanonicalWriter, Value) -> Void) {
        integer(values.count)
        for value in values { write(&self, value) }
    }

    mutating func json(_ value: JSONValue) {
        switch value {
        case .null: tag(0)
        case .bool(let flag):
            tag(1)
            self.flag(flag)
        case .integer(let integer):
            tag(2)
            self.integer(integer)
        case .number(let number):
            tag(3)
            real(number)
        case .string(let string):
            tag(4)
            self.string(string)
        case .array(let elements):
            tag(5)
            list(elements) { $0.json($1) }
        case .object(let object):
            tag(6)
            let members = object.map { ($0.key, $0.value) }
                .sorted { Array($0.0.utf8).lexicographicallyPrecedes(Array($1.0.utf8)) }
            list(members) {
                $0.string($1.0)
                $0.json($1.1)
            }
        }
    }
}
