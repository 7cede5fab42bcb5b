// Which names an index may have. An allow-list: names reach logs, headers and file dumps, though
// never the keys of stored objects.

public enum IndexName {
    /// In bytes.
    public static let maximumLength = 255

    /// Why `name` cannot be an index's; nil when it can.
    public static func fault(in name: String) -> String? {
        guard let first = name.utf8.first else { return "it is empty" }
        if name.utf8.count > maximumLength { return "it is longer than \(maximumLength) bytes" }
        if name == "." || name == ".." { return "it must not be '.' or '..'" }
        if [UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+")].contains(first) {
            return "it must not start with '_', '-' or '+'"
        }
        guard name.utf8.allSatisfy(isAllowed) else {
            return "only lowercase ASCII letters, digits, '_', '-', '+' and '.' are allowed"
        }
        return nil
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
