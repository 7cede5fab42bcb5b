// A strict RFC 8259 parser over bytes.

public enum JSONParser {
    /// The value that `bytes` spell. Nothing but white space may follow it.
    public static func parse(
        _ bytes: [UInt8], limits: JSONLimits = .standard
    ) throws(JSONError) -> JSONValue {
        .null
    }

    public static func parse(
        _ bytes: UnsafeRawBufferPointer, limits: JSONLimits = .standard
    ) throws(JSONError) -> JSONValue {
        .null
    }
}
